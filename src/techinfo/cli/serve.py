"""``techinfo serve``: the REST service over the operator's inventory and network."""

from __future__ import annotations

from techinfo.cli import house, web
from techinfo.cli.console import err
from techinfo.cli.entrance import entrance_of
from techinfo.cli.learnt import learnt_to_keep
from techinfo.cli.settings import ConfigOption, credentials_of, inventory_of, settings_of
from techinfo.cli.ticket_house import tickets_of
from techinfo.collect import Manners, load
from techinfo.service.freshness import Terms


def serve(config: ConfigOption = None) -> None:
    """Answer ON-API 2.6 questions about the accesses of the inventory.

    Settings come from a TOML file ([bold]--config[/bold] or $TECHINFO_CONFIG) and from variables
    such as [bold]TECHINFO_SERVICE__PORT[/bold]. The least that is needed:

    [bold]inventory.path[/bold]: the SQLite file that [bold]techinfo inventory import[/bold] fills

    [bold]credentials.default.community_file[/bold]: a file that holds the SNMP community;
    for SNMPv3 [bold]user[/bold], [bold]auth[/bold], [bold]auth_key_file[/bold], [bold]priv[/bold]
    and [bold]priv_key_file[/bold]

    a user: [bold]techinfo user add NAME --role operator[/bold] makes one in the users' file, or
    [bold]users.NAME.role[/bold] and [bold]users.NAME.password_hash[/bold] (made by
    [bold]techinfo user hash[/bold]) name one here
    """
    settings = settings_of(config)
    listening = web.bound(settings.service.host, settings.service.port)
    with (
        inventory_of(settings) as inventory,
        learnt_to_keep(settings) as learnt,
        entrance_of(settings) as entrance,
        tickets_of(settings) as tickets,
    ):
        if not inventory.elements():
            err.print("the inventory is empty: techinfo inventory import FILE fills it")
        engines = house.Engines(credentials_of(settings), settings.snmp.timeouts)
        collector = house.collector(
            registry=load(settings.drivers.folders),
            engines=engines,
            manners=Manners(
                min_interval_s=settings.collect.min_interval_s,
                parallel=settings.snmp.max_parallel,
                silent_first_s=settings.collect.silent_first_s,
                silent_most_s=settings.collect.silent_most_s,
            ),
            learnt=learnt,
        )
        app = house.application(
            collector=collector,
            inventory=inventory,
            entrance=entrance,
            authoritative=settings.inventory.authoritative,
            access_id_pattern=settings.service.access_id_pattern,
            terms=Terms(
                max_age_s=settings.collect.max_age_s, deadline_s=settings.collect.deadline_s
            ),
            prefixes=settings.service.prefixes,
            closing=(engines.close,),
            tickets=tickets,
        )
        host, port = listening.getsockname()[:2]
        shown = f"[{host}]" if ":" in host else host
        web.serve(app, listening, lambda: print(f"ready on http://{shown}:{port}", flush=True))
