"""The command line: one file for each command; `techinfo.cli.wiring` puts the service together."""

from techinfo.cli.main import main

__all__ = ["main"]
