"""Revisions of the file of what was learnt of devices."""
