"""Tickets: who may have them, and the link info that they carry."""
