"""The command line: one file for each command; here the house is wired together."""

from techinfo.cli.main import main

__all__ = ["main"]
