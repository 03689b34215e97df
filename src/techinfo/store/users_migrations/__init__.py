"""Revisions of the file of users."""
