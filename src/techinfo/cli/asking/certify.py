"""``techinfo certify``: an engineer says that a line is done, and its light is kept."""

from __future__ import annotations

import asyncio
import functools
import json
from collections.abc import Callable
from typing import Annotated

import typer

from techinfo.cli.asking.live_service import live_service
from techinfo.cli.options import (
    OTHER_SERVERS,
    OTHERS_SECRETS,
    ConfigOption,
    inventory_of,
    settings_of,
)
from techinfo.config import Settings

_DEADLINE_S = 30.0


def certify(
    access: Annotated[str, typer.Argument(metavar="ACCESS", help="accessId.")],
    as_json: Annotated[
        bool, typer.Option("--json", help="As the REST service answers it.")
    ] = False,
    config: ConfigOption = None,
) -> None:
    """Read an access now, and keep its light as that of an installation.

    Later answers are compared with it: "2.8 dB weaker than at installation". It is kept for 400
    days ([bold]history.keep_days[/bold]) in the file of history. The link must be up.

    Example: [bold]techinfo certify A-1001[/bold]
    """
    settings = settings_of(config, without=OTHERS_SECRETS)
    with_logins = functools.partial(settings_of, config, without=OTHER_SERVERS, quiet=True)
    told = asyncio.run(_certified(settings, access, with_logins))
    if as_json:
        print(json.dumps(told, indent=2))
        return
    found = told["installation"]
    print(f"{told['accessId']}: {found['dbmRx']} dBm at {found['at']}")


async def _certified(
    settings: Settings, access: str, with_logins: Callable[[], Settings]
) -> dict[str, dict[str, str]]:
    from techinfo.access.freshness import CachePolicy
    from techinfo.access.past.certificate import Compared
    from techinfo.access.past.certificate import certify as kept
    from techinfo.access.viewer import Role, Viewer
    from techinfo.api.documents.seen import installed

    viewer = Viewer(name="command line", role=Role.OPERATOR)
    policy = CachePolicy(max_age_s=0.0, deadline_s=_DEADLINE_S)
    with inventory_of(settings) as inventory:
        async with live_service(settings, inventory, with_logins, keeps=True) as service:
            made = await kept(service, viewer, access, policy)
            return installed(service.access(access).access_id, Compared(baseline=made))
