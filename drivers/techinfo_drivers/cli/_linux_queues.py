"""What of a Linux interface's queues limits it: the queue at its root, by tc of iproute2.

JSON of iproute2 6.1 on a 6.x kernel, recorded for tbf; of cake the source alone (tc/q_cake.c, since
5.9). Rates are in bytes a second. Queues with classes (htb, hfsc) tell no rate in JSON.
"""

from __future__ import annotations

from collections.abc import Iterator

from techinfo.driver import cli as c
from techinfo.driver import cli_forms as f
from techinfo.units import KilobitPerSecond

_RATE_OF = {"tbf": "rate", "cake": "bandwidth"}
_NO_LIMIT = frozenset({"noqueue", "pfifo", "bfifo", "pfifo_fast", "mq", "fq", "fq_codel", "sfq"})
_BESIDE = frozenset({"ingress", "clsact"})
"""No queues: what is hung on what comes in."""


def _rate(values: c.Values, port: str | None) -> Iterator[c.CliRate]:
    """Of one interface it is the command alone that names it (tc(8): ``dev``)."""
    kind, at = values.get("kind"), values.get("dev", port)
    if kind in _BESIDE or (kind in _NO_LIMIT and not values.get("root")):
        return
    if not isinstance(at, str) or not at:
        raise ValueError("the interface is not told")
    if kind in _NO_LIMIT:
        yield c.CliRate(port=at, queue="out")
        return
    options = values.get("options")
    told = options.get(_RATE_OF.get(str(kind))) if isinstance(options, dict) else None
    if told == "unlimited" and values.get("root"):
        yield c.CliRate(port=at, queue="out")
    elif type(told) is int and told > 0 and values.get("root"):
        yield c.CliRate(port=at, queue="out", pir=KilobitPerSecond(round(told * 8 / 1000)))
    else:
        raise ValueError(f"what a queue of the kind {kind!r} limits is not told")


RATES = c.CliTable(
    kind=c.CliRate,
    command="tc -j qdisc show",
    template=f.json_lists,
    row=_rate,
    one_port="tc -j qdisc show dev {port}",
    also=(r"tc -j qdisc(?: show)? dev (?P<port>\S+)", r"tc -j qdisc(?: show)?"),
)
