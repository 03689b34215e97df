"""What stands here for what a page names, what comes before a command, and what is not run here."""

from __future__ import annotations

import re
from typing import Any

from tests.docs.running.standing import ADDRESS, NETWORK, Standing

from techinfo.cli.main import COMMANDS, command

APART = {
    r"make |\.ci/run": "minutes each; make is asked whether it knows the target",
    r"pip install \.|python3 -m venv|\S+/pip install": "an installation (tests/deploy)",
    r"install -m|systemctl|rm |userdel": "root and systemd (tests/deploy/test_units.py)",
    r"podman": "a container host (tests/deploy)",
    r"snmpbulkwalk": "net-snmp's; what it prints is read in tests/recordings",
    r"techinfo --install-completion": "changes the shell of who runs the tests",
    r"techinfo lab( recordings/)?$": "goes on (tests/cli/test_lab_command.py)",
    r"techinfo (serve|collector)( |$)": "goes on: the service that others run beside",
    r"techinfo leases follow$|techinfo onapi follow( NAME)?$": "goes on; with --once it is run",
    r"techinfo tjansteguiden": "no portal stands here (tests/cli/test_tjansteguiden.py)",
    r"techinfo diagnose A-1001 --cached": "a collector apart (tests/cli/test_diagnose.py)",
}
"""Beginning of a command -> why it is not run here."""

_RECORD = rf"\g<1>{ADDRESS} --port {{snmp}} --ssh-port {{ssh}} --rate 1000 --yes"
_NAMED = ("dump", "pause", "privacy export", "privacy erase", "tickets retry", "diagnose", "lookup")
"""What a sentence names without the options of which it needs one: its help is asked for."""
_SUBSTITUTES: tuple[tuple[str, str], ...] = (
    (r"^\*/15 \* \* \* \*  |^sudo -u \S+ ", ""),
    (r"^/opt/techinfo/bin/", ""),
    (r"lookup --log$", "lookup --log dhcpd.log"),
    (rf"^techinfo ({'|'.join(_NAMED)})$", r"techinfo \1 --help"),
    (r"help COMMAND", "help dump"),
    (r"--config /(var/lib|etc)/\S+/techinfo.toml", "--config techinfo.toml"),
    (r"https://techinfo\.example|http://127\.0\.0\.1:8080", "{url}"),
    (r"localhost:8081", "127.0.0.1:{admin}"),
    (r"https://desk\.example", "{desk}"),
    (r"dump --scrub$", "dump --scrub A-1001"),
    (r"discover --ask$", f"discover {NETWORK} --ask"),
    (r"inventory example$", "inventory example --yaml"),
    (r"works list\|add\|import\|end", "works list"),
    (r"discover 192\.0\.2\.0/24", f"discover {NETWORK}"),
    (
        r"^techinfo init$",
        "techinfo init --folder new --network 192.0.2.0/24 --community-file community",
    ),
    (r"^techinfo (record|probe) --(?!help)", r"techinfo \1 HOST --"),
    (r"(record .*)\b(HOST|192\.0\.2\.7)\b", _RECORD),
    (r"--cli(?! --platform)|--cli --platform NAME", "--cli --platform cisco_ios"),
    (r"probe (HOST|192\.0\.2\.7)", rf"probe {ADDRESS} --port {{snmp}} --rate 100"),
    (r"dump --host (HOST|ADDRESS)", rf"dump --host {ADDRESS} --port {{snmp}}"),
    (r"--platform cisco_ios$(?<!--yes --cli --platform cisco_ios)", r"\g<0> --ssh-port {ssh}"),
    (r"--switch OLT", "--switch sw-elm-3"),
    (r"--community-file FILE", "--community-file community"),
    (r"restore DIR", "restore DIR --yes"),
    (r"elements.csv accesses.csv|\bFILE\b(?<=import FILE)|…(?<=dry-run …)", "site.yaml"),
    (r"import (.* )?FILE", r"import \1site.yaml"),
    (r"(vendor_os|replay) (FILE|sw\.snmprec\.xz)", r"\1 device.snmprec"),
    (r"replay \S+\.cli", "replay sw.cli"),
    (r"-o drivers/\S+", "-o vendor_os.py"),
    (r"(drivers( --forget)?|--driver) (NAME|vendor_os)$", r"\1 cisco_ios"),
    (r"user add (isp-1|desk|try)", r"user add new-\1"),
    (r"user options try", "user options isp-1"),
    (r"(user show|user options|credential add) NAME", r"\1 isp-1"),
    (r"(key list|key add) NAME", r"\1 isp-1"),
    (r"onapi (\w+) NAME", r"onapi \1 isp-1"),
    (r"--credential NAME", "--credential default"),
    (r"--site NAME", "--site north"),
    (r"explain KEY", "explain collect.deadline_s"),
    (r"/var/log/dhcpd\.log", "dhcpd.log"),
    (r"\bACCESS\b", "A-1001"),
    (r"watch A-1001", r"\g<0> --minutes 0.1"),
    (r"lookup VALUE", "lookup 0x000400640103"),
    (r"allow NAME \[--device D\]", "allow default --device sw-elm-3"),
    (r"trust DEVICE", "trust sw-elm-3"),
    (r"ssh-ed25519 AAAA…", "{key}"),
    (r"revoke ID", "revoke {token}"),
)

_RECORDED = (
    rf"techinfo record {ADDRESS} --port {{snmp}} --rate 1000 --community-file community --all"
    " -o device.snmprec"
)
_SHELL = rf"techinfo record {ADDRESS} --ssh-port {{ssh}} --yes --cli --platform cisco_ios -o sw.cli"
_OTHER_KEY = ('techinfo ssh trust sw-elm-3 --key "{key}"', "techinfo dump --switch sw-elm-3")
FAILS = {
    r"techinfo tickets retry --all": "no dead letter is there",
    r"techinfo tickets contact REF": "no ticket is called so",
    r"techinfo cable-test A-": "danger.cable_test is off",
}
"""Beginning of a command -> why its status is 1 here."""
BEFORE: dict[str, tuple[str, ...]] = {
    r"techinfo (replay device|drivers new)": (_RECORDED,),
    r"techinfo replay sw.cli": (_SHELL,),
    r"techinfo restore": ("techinfo backup DIR",),
    r"techinfo resume": ('techinfo pause --switch sw-elm-3 --until 30m --why "…"',),
    r"techinfo ssh trust sw-elm-3$": _OTHER_KEY,
    r"techinfo ssh trust sw-elm-3 --forget": _OTHER_KEY[:1],
    r"techinfo ssh allow": ("wrong password", "techinfo dump --switch sw-elm-3"),
    r"techinfo diagnose case.json": (
        "techinfo diagnose A-1001 --make-case > case.json",
        "techinfo dump A-1001 > access.json",
        "techinfo dump --switch sw-elm-3 > dump.json",
    ),
    r"techinfo inventory import .*inventory.yaml": (
        "techinfo inventory example --yaml > inventory.yaml",
    ),
    r"techinfo onapi (fetch|forget)": ("techinfo onapi follow isp-1 --once",),
}
"""Beginning of a command -> what is done before it, in the same folder."""


def placed(line: str) -> str:
    """The command with what stands here in the places of what a page names; numbers by name.

    Where a sentence names one without what it needs, its help.
    """
    for pattern, instead in _SUBSTITUTES:
        line = re.sub(pattern, instead, line)
    return f"{line} --help" if _lacks(line.split()[1:]) else line


def _lacks(words: list[str]) -> bool:
    """Whether these words are a command alone that needs more."""
    if not words or words[0] not in COMMANDS:
        return False
    found: Any = command(words[0])
    for word in words[1:]:
        found = getattr(found, "commands", {}).get(word)
        if found is None:
            return False
    alone = not hasattr(found, "commands") or found.invoke_without_command
    return not alone or any(one.required for one in found.params)


def filled(line: str, standing: Standing) -> str:
    """A line with the numbers of this network."""
    for name, value in standing.names.items():
        line = line.replace(f"{{{name}}}", value)
    return line


def apart(line: str) -> str | None:
    """Why a command is not run here, if so."""
    return next((why for begin, why in APART.items() if re.match(begin, line)), None)


def before(line: str) -> tuple[str, ...]:
    """What is done first."""
    return next((first for begin, first in BEFORE.items() if re.match(begin, line)), ())
