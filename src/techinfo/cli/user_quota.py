"""``techinfo user quota``: what one provider may ask for."""

from __future__ import annotations

from dataclasses import fields
from typing import Annotated

import typer

from techinfo.cli.console import out
from techinfo.cli.options import ConfigOption, settings_of
from techinfo.errors import ConfigError
from techinfo.store.user_records import StoredQuota
from techinfo.store.users import UsersFile

_KEYS = tuple(f.name for f in fields(StoredQuota))


def quota(
    provider: Annotated[str, typer.Argument(help="The provider, as the inventory spells it.")],
    requests_per_minute: Annotated[
        int | None, typer.Option(min=1, max=100_000, help="Requests in any minute.")
    ] = None,
    misses_per_hour: Annotated[
        int | None, typer.Option(min=1, max=100_000, help="Look-ups in any hour that find nothing.")
    ] = None,
    in_flight: Annotated[
        int | None, typer.Option(min=1, max=10_000, help="Requests answered at the same time.")
    ] = None,
    waiting: Annotated[
        int | None, typer.Option(min=0, max=100_000, help="Requests that wait for their turn.")
    ] = None,
    as_usual: Annotated[
        bool, typer.Option("--as-usual", help="Take back what was said of this provider.")
    ] = False,
    config: ConfigOption = None,
) -> None:
    """Say what one provider may ask for, all its users together, or show it.

    What is not said is as [bold]quotas.providers.NAME[/bold] of the configuration has it, else as
    [bold]quotas[/bold] has it for every provider. A running service takes it over within seconds.
    """
    told = dict(zip(_KEYS, (requests_per_minute, misses_per_hour, in_flight, waiting), strict=True))
    given = {key: value for key, value in told.items() if value is not None}
    if given and as_usual:
        raise ConfigError("and numbers exclude each other", key="--as-usual")
    settings = settings_of(config)
    with UsersFile.open(settings.service.users_file) as file:
        before = file.quotas().get(provider, StoredQuota())
        kept = {key: getattr(before, key) for key in _KEYS}
        now = StoredQuota() if as_usual else StoredQuota(**(kept | given))
        if now != before:
            file.set_quota(provider, now)
    for key in _KEYS:
        sources = (now, settings.quotas.providers.get(provider), settings.quotas)
        values = [getattr(source, key) for source in sources if source is not None]
        out.print(f"{key}: {next(value for value in values if value is not None)}")
