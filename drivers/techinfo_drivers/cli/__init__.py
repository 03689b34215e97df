"""Command lines, one file a platform: commands, templates, and what a row tells."""
