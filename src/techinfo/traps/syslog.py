"""Link messages in syslog, RFC 3164 and RFC 5424, as switches of several makers write them.

Forms: Cisco IOS and its kin ``%LINK-3-UPDOWN`` and ``%LINEPROTO-5-UPDOWN`` ("Interface
GigabitEthernet0/1, changed state to down", Cisco's System Message Guide), ``%PM-4-ERR_DISABLE``;
Huawei VRP ``IFNET/4/LINK_STATE`` and ``IFNET/1/hwLinkDown``-like lines ("The line protocol IP on
the interface GigabitEthernet0/0/1 has entered the DOWN state", VRP's Log Reference). What fits none
is passed over. Nothing of it is proven.
"""

from __future__ import annotations

import re
from typing import Final

from techinfo.traps.heard import Said

MOST_OCTETS: Final = 2048
"""RFC 5424, 6.1: what a receiver should take."""
_PRI: Final = re.compile(rb"<[0-9]{1,3}>")
_PORT: Final = r"(?P<port>[A-Za-z][A-Za-z-]{0,30} ?[0-9][0-9/.:]{0,20})"
_FORMS: Final = (
    re.compile(rf"Interface {_PORT}, changed state to (?P<state>up|down)\b"),
    re.compile(rf"on (?:the )?interface {_PORT} has entered the (?P<state>UP|DOWN) state"),
    re.compile(rf"(?P<state>err-disable)(?:d)? .{{0,80}}? on {_PORT}\b"),
    re.compile(
        rf"detected on {_PORT}, putting {_PORT.replace('port', 'same')} in "
        r"(?P<state>err-disable) state"
    ),
)
_SAYS: Final = {"up": Said.LINK_UP, "down": Said.LINK_DOWN, "err-disable": Said.DISABLED}


def of_line(datagram: bytes) -> tuple[Said, str] | None:
    """What a message says of which port; ``None``: nothing that anybody here wants to know."""
    found = _PRI.match(datagram)
    if found is None:
        return None
    octets = datagram[found.end() : MOST_OCTETS]
    if b"state" not in octets:
        return None
    text = octets.decode("utf-8", "replace")
    for form in _FORMS:
        match = form.search(text)
        if match is not None:
            return _SAYS[match["state"].lower()], match["port"].strip()
    return None
