"""A limit that is not told is missing: never a wrong rate, and never "no limit"."""

from __future__ import annotations

import pytest

from techinfo.collect.registry import cli_platforms
from techinfo.driver.cli import CliRate
from techinfo.driver.cli_words import kilobits
from techinfo.model import State
from techinfo.ssh.cli_reading import CliReading, read
from techinfo.ssh.cli_recording import CliRecording, Output

PROCURVE = """\
         | Inbound            Radius      | Outbound           Radius
  Port   | Limit     Mode     Override    | Limit     Mode     Override
  ------ + --------- -------- ----------- + --------- -------- --------
  1      | {}
"""
CLASS = """\
GigabitEthernet1/0/1

  Service-policy input: ANY

    Class-map: class-default (match-any)
      0 packets, 0 bytes
{}"""
UNTOLD = {
    "a part of the line's rate": (
        "hp_procurve",
        "show rate-limit all 1-6",
        PROCURVE.format("20  %  No-override | Disabled  Disabled No-override"),
    ),
    "one that RADIUS has given": (
        "hp_procurve",
        "show rate-limit all 1",
        PROCURVE.format("Disabled Disabled 10000 | Disabled  Disabled No-override"),
    ),
    "a scale and a level": (
        "edgecore",
        "show interfaces switchport",
        "Information of Eth 1/1\n Ingress Rate Limit:    Enabled, scale:8M level:10 \n",
    ),
    "a number without a unit": (
        "dlink_ds",
        "show bandwidth_control 1",
        " Port   RX Rate   TX Rate\n ------ --------- ---------\n 1      100       no_limit\n",
    ),
    "a class of which nothing is told": (
        "cisco_ios",
        "show policy-map interface",
        CLASS.format("      Match: any\n        0 packets, 0 bytes\n        rate 0 bps\n"),
    ),
    "a class that shapes to something": (
        "cisco_ios",
        "show policy-map interface",
        CLASS.format("      shape (average) cir 8000000, bc 32000, be 32000\n"),
    ),
    "a policy below a class that limits nothing": (
        "cisco_ios",
        "show policy-map interface",
        CLASS.format(
            "      Match: any\n\n      Service-policy : CHILD\n\n"
            "        Class-map: class-default (match-any)\n          police:\n"
            "              cir 64000 bps, bc 8000 bytes\n"
            "            exceeded 0 packets, 0 bytes; actions:\n              drop\n"
        ),
    ),
    "the control plane": (
        "cisco_ios",
        "show policy-map interface",
        CLASS.format("      QoS Set\n").splitlines()[0]
        + "\n Control Plane\n\n  Service-policy input: CPP\n\n"
        "    Class-map: class-default (match-any)\n      police:\n          cir 8000 bps, bc 1500\n"
        "        exceeded 0 packets, 0 bytes; actions:\n          drop\n",
    ),
    "a profile": (
        "juniper_junos",
        "show class-of-service interface",
        "Physical interface: ge-0/0/2, Index: 150\n  Scheduler map: <default>, Index: 2\n"
        "  Output traffic control profile: tcp1, Index: 7\n",
    ),
    "a queue with classes": (
        "linux",
        "tc -j qdisc show dev lan1",
        '[{"kind":"htb","handle":"1:","root":true,"options":{"r2q":10,"default":"0x10"}}]\n',
    ),
    "a direction that is not named": (
        "hp_comware",
        "display qos lr interface",
        "Interface: GigabitEthernet1/0/1\n  CIR 10240 (kbps), CBS 640000 (Bytes)\n",
    ),
}


def _told(platform: str, command: str, text: str) -> CliReading:
    driver = cli_platforms()[platform]
    return read(CliRecording(platform, (Output(command, text),)), driver)


@pytest.mark.parametrize("what", UNTOLD)
def test_what_cannot_be_told_as_a_rate_is_missing(what: str) -> None:
    """The part says that it is not whole."""
    reading = _told(*UNTOLD[what])

    assert [row for row in reading.rows if isinstance(row, CliRate)] == []
    assert reading.parts["configuredSpeed"].state is State.PARTIAL


def test_classes_need_no_blank_line_between_them() -> None:
    """Where one begins is told by how far it is moved in."""
    one = (
        "    Class-map: {} (match-all)\n      police:\n          cir {} bps, bc 8000 bytes\n"
        "        exceeded 0 packets, 0 bytes; actions:\n          drop\n"
    )
    classes = "".join(one.format(*each) for each in (("VOICE", 64_000), ("REST", 1_000_000)))
    text = f"Gi1/0/1\n\n  Service-policy input: ANY\n\n{classes}"

    reading = _told("cisco_ios", "show policy-map interface", text)

    rates = [(r.queue, r.pir) for r in reading.rows if isinstance(r, CliRate)]
    assert rates == [("in VOICE", 64), ("in REST", 1000)]


def test_what_is_only_marked_is_not_limited() -> None:
    """A policer that drops nothing lets everything pass."""
    policer = """\
      police:
          cir 100000000 bps, bc 3125000 bytes
        conformed 0 packets, 0 bytes; actions:
          transmit
        exceeded 0 packets, 0 bytes; actions:
          set-dscp-transmit af11
"""
    text = CLASS.format(policer)

    reading = _told("cisco_ios", "show policy-map interface Gi1/0/1", text)

    assert reading.rows == [CliRate(port="GigabitEthernet1/0/1", queue="in")]
    assert reading.parts["configuredSpeed"].state is State.OK


@pytest.mark.parametrize(
    ("text", "unit", "rate"),
    [
        ("64", "Kbits", 64),
        ("1.5", "Mbit/sec", 1500),
        ("10", "mbps", 10_000),
        ("1", "Gbit", 1_000_000),
        ("250000000", "bps", 250_000),
        ("0", "kbps", 0),
        ("No Limit", "Kbit", None),
        ("no_limit", "", None),
        ("Unlimited", None, None),
    ],
)
def test_a_rate_is_told_in_kbits(text: str, unit: str | None, rate: int | None) -> None:
    """A word for no limit is none, whatever stands beside it."""
    assert kilobits(text, unit) == rate


@pytest.mark.parametrize(("text", "unit"), [("20", "%"), ("20", ""), ("x", "kbps"), ("", "kbps")])
def test_what_is_no_rate_is_refused(text: str, unit: str) -> None:
    """A percentage, a number alone, a word."""
    with pytest.raises(ValueError, match="no rate"):
        kilobits(text, unit)
