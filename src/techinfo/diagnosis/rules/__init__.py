"""The rules, in order of precedence: the first that holds is the verdict."""

from __future__ import annotations

from techinfo.diagnosis.rule import Rule
from techinfo.diagnosis.rules import (
    address,
    dhcp,
    fibre,
    impaired,
    known,
    outage,
    port,
    service,
    stability,
    switch,
    traffic,
    undecided,
)

RULES_VERSION = "2026.12.2"
"""Changes with every change of a rule, a limit or an order."""

RULES: tuple[Rule, ...] = (
    *service.RULES,
    *known.RULES,
    *switch.RULES,
    *outage.RULES,
    *port.RULES,
    *fibre.RULES,
    *stability.RULES,
    *address.RULES,
    *dhcp.RULES,
    *traffic.RULES,
    *impaired.RULES,
    *undecided.RULES,
)
IMPAIRED = frozenset(rule.code for rule in (*impaired.RULES, *undecided.RULES))
WITHOUT_READING = frozenset(
    {
        *(rule.code for rules in (service.RULES, known.RULES, switch.RULES) for rule in rules),
        "switch_rebooted_lately",
        "wrong_port",
    }
)
"""What records, notices and silence tell: these alone lead where the line itself was not read."""
ADMINISTRATIVE = frozenset(
    rule.code
    for rules in (service.RULES, known.RULES, switch.RULES, outage.RULES, port.RULES)
    for rule in rules
)
"""A to F: they lead although facts contradict each other."""
