"""``python -m techinfo.cli``: the command, where no script is installed."""

from techinfo.cli.main import main

main()
