"""``techinfo dump``: read a device now, and print all of it as one JSON document.

``techinfo replay``: recordings in, dump documents out, without any network. The work of both is in
`techinfo.cli.asking.dumping`, which a page of help does not need.
"""

from __future__ import annotations

import functools
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from techinfo.cli.options import (
    OTHER_SERVERS,
    OTHERS_SECRETS,
    ConfigOption,
    DriverOption,
    GroupsOption,
    OntLightOption,
    OutputOption,
    ScrubOption,
    inventory_of,
    settings_of,
)
from techinfo.errors import ConfigError


def dump(
    access: Annotated[str | None, typer.Argument(help="accessId: its port only.")] = None,
    switch: Annotated[
        str | None, typer.Option(help="An element of the inventory, with all its ports.")
    ] = None,
    host: Annotated[
        str | None, typer.Option(help="Any device by address or name; needs no inventory.")
    ] = None,
    port: Annotated[int, typer.Option(help="UDP port, with --host.")] = 161,
    community_file: Annotated[
        Path | None,
        typer.Option(help="File with the SNMP community, with --host; else --credential."),
    ] = None,
    credential: Annotated[
        str, typer.Option(help="Community or SNMPv3 user of the configuration, with --host.")
    ] = "default",
    driver: DriverOption = None,
    engine: Annotated[
        str,
        typer.Option(help="slim or pysnmp, with --host; none: its command line alone is asked."),
    ] = "slim",
    platform: Annotated[
        str | None,
        typer.Option(
            help="With --host: netmiko's device type, such as cisco_ios; what SNMP does not tell"
            " its command line is asked, over SSH."
        ),
    ] = None,
    login: Annotated[
        str, typer.Option(help="With --platform: the log-in of the configuration.")
    ] = "default",
    ssh_port: Annotated[
        int, typer.Option(min=1, max=65535, help="With --platform: TCP port.")
    ] = 22,
    groups: GroupsOption = False,
    ont_light: OntLightOption = False,
    output: OutputOption = None,
    scrub: ScrubOption = None,
    config: ConfigOption = None,
) -> None:
    """Read an access, a switch or any device now and print a JSON document.

    The document is for the operator's eyes: it names the device, its neighbours and who is
    connected. A file that --output names is to be shared: it is scrubbed, and gives the same
    verdicts; --no-scrub keeps what was read, and --scrub scrubs what is printed. Nothing is
    ever written to a device. Where the inventory gives an element an ssh_login, its command line
    tells what SNMP does not, as the service asks it. The community never stands on the command
    line, where others see it.

    Example: [bold]techinfo dump --switch sw-elm-3 -o dump.json[/bold]
    """
    if sum(x is not None for x in (access, switch, host)) != 1:
        raise ConfigError("give one of ACCESS, --switch NAME or --host HOST", key="dump")
    from techinfo.cli import devices
    from techinfo.cli.asking import dumping

    facts = dumping.wanted(groups=groups, ont_light=ont_light)
    to = dumping.Destination(output, scrub)
    to.check()
    settings = settings_of(config, without=OTHERS_SECRETS)
    with_logins = functools.partial(settings_of, config, without=OTHER_SERVERS, quiet=True)
    if host is not None:
        target = devices.target_of(host, port, engine, driver)
        if platform is not None:
            line = devices.line_of(platform, login, ssh_port)
            target = replace(target, command_line=line)
        elif engine == "none":
            raise ConfigError("without SNMP it must be given", key="--platform")
        secrets = (
            {}
            if engine == "none"
            else {target.credential: devices.secret_of(settings, credential, community_file)}
        )
        dumping.dump_device(target, secrets, settings, facts, with_logins, to=to)
        return
    with inventory_of(settings) as inventory:
        dumping.dump_element(inventory, access, switch, driver, settings, facts, with_logins, to=to)


def replay(
    files: Annotated[
        list[Path], typer.Argument(help="snmprec, or the text of snmpwalk; .gz, .bz2, .xz too.")
    ],
    jsonl: Annotated[
        bool, typer.Option("--jsonl", help="One document a line, for other programs.")
    ] = False,
    driver: DriverOption = None,
    groups: GroupsOption = False,
    output: OutputOption = None,
    scrub: ScrubOption = None,
    config: ConfigOption = None,
) -> None:
    """Read recordings as if they were devices and print one dump document for each.

    Walks of some tables are read as far as they go: the driver is the one whose own tables are
    there, or the one that --driver names, and [bold]errors[/bold] and [bold]parts[/bold] say what
    is missing. snmpwalk may have printed numbers or names of the standard MIBs, in any of its ways.

    A recording that cannot be read gives a document with [bold]errors[/bold] and no ports; the
    others are still printed, and the exit status is 1. A recording of one VLAN's context
    ([bold]name@vlan.snmprec[/bold]) belongs to the one beside it and is skipped with a note.
    As of a dump, what is written to --output is scrubbed.

    Example: [bold]techinfo replay switch.snmprec --jsonl[/bold]
    """
    from techinfo.cli.asking import dumping

    folders = settings_of(config, quiet=True).drivers.folders
    facts = dumping.wanted(groups=groups, ont_light=True)  # a recording asks no ONT
    to = dumping.Destination(output, scrub)
    if not dumping.replay(files, driver, facts, folders, jsonl=jsonl, to=to):
        raise typer.Exit(1)
