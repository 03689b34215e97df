"""Revisions of the file of history."""
