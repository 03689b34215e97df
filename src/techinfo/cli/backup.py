"""``techinfo backup`` and ``techinfo restore``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from techinfo.cli.console import must_agree, working
from techinfo.cli.options import ConfigOption, YesOption, settings_of
from techinfo.maintenance.backup import back_up, checked
from techinfo.maintenance.backup import restore as restore_files


def backup(
    folder: Annotated[Path, typer.Argument(help="A new folder.", metavar="DIR")],
    config: ConfigOption = None,
) -> None:
    """Copy every database of the service into a folder, while it runs.

    Each file is of one moment and looked through; a manifest has versions, sizes and SHA-256. The
    folder is for its owner alone: it holds password hashes and names households. It appears when
    everything is in it, so that a half one is never taken for a whole.

    Settings, device credentials and the file of pauses are not in it: the first two belong to your
    configuration management, and yesterday's pauses are nobody's.

    Example: [bold]techinfo backup /var/backups/techinfo[/bold]
    """
    settings = settings_of(config)
    with working("copying every database"):
        copied = back_up(settings, folder)
    for saved in copied:
        print(f"{saved.path}: {saved.size} octets")


def restore(
    folder: Annotated[Path, typer.Argument(help="A back-up.", metavar="DIR")],
    check: Annotated[bool, typer.Option("--check", help="Only look the back-up through.")] = False,
    yes: YesOption = False,
    config: ConfigOption = None,
) -> None:
    """Put the databases of a back-up in their places. The service must be stopped.

    The back-up is looked through first; all files are replaced, or none. What was there stays
    beside them as [bold]….before-TIME[/bold]. Files of an older techinfo are brought up to date;
    those of a newer one are refused, and whatever holds more than our own tables. No link in the
    back-up is followed. What [bold]techinfo privacy erase[/bold] has erased since the back-up is
    erased from it before it is in place.

    Example: [bold]techinfo restore /var/backups/techinfo[/bold]
    """
    settings = settings_of(config)
    if check:
        for saved in checked(folder):
            print(f"{saved.path}: whole, {saved.size} octets")
        return
    must_agree(f"put the databases of {folder} in the place of those in use?", yes=yes)
    with working("putting every database in its place"):
        restored = restore_files(settings, folder)
    for path, before in restored:
        print(f"{path}: restored" + (f"; before: {before.name}" if before else ""))
