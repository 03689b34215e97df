"""A Waystream MS4026-AC as an agent holds it: 28 ports, an SFP in each, 200 MAC addresses."""

from __future__ import annotations

from techinfo.snmp import ber
from techinfo.snmp.interface import Cell

PORTS, ADDRESSES = 28, 200
TABLES = {
    "ifTable": "1.3.6.1.2.1.2.2.1",
    "ifXTable": "1.3.6.1.2.1.31.1.1.1",
    "dot3StatsTable": "1.3.6.1.2.1.10.7.2.1",
    "dot3PauseTable": "1.3.6.1.2.1.10.7.10.1",
    "wsSFPTable": "1.3.6.1.4.1.9303.4.1.4.1",
    "dot1dTpFdbTable": "1.3.6.1.2.1.17.4.3.1",
}
"""What the facts of this model stand in."""
_INT, _TEXT, _OID = ber.INTEGER, ber.OCTET_STRING, ber.OBJECT_IDENTIFIER
_C32, _C64, _TICKS = ber.COUNTER32, ber.COUNTER64, ber.TIME_TICKS


def switch(ports: int = PORTS, seconds: int = 0) -> dict[str, tuple[int, Cell]]:
    """What the agent holds: RFC 2863, RFC 3635, RFC 4188, WAYSTREAM-MIB 2017-02-10.

    Args:
        ports: That it has.
        seconds: Since its first moment; two ports of three have traffic.
    """
    cells: dict[str, tuple[int, Cell]] = {
        "1.3.6.1.2.1.1.1.0": (_TEXT, b"MS4026-AC, iBOS Version ibos-ms4000-7.1.2-AMS-R"),
        "1.3.6.1.2.1.1.2.0": (_OID, (1, 3, 6, 1, 4, 1, 9303, 1, 5, 64)),
        "1.3.6.1.2.1.1.3.0": (_TICKS, 123_456_789 + 100 * seconds),
        "1.3.6.1.2.1.1.5.0": (_TEXT, b"sw-28"),
    }
    interface, extended, ethernet, pause, sfp, fdb = TABLES.values()
    for port in range(1, ports + 1):
        grown = seconds * (port % 3) * 1009
        name = f"GigabitEthernet{port}".encode()
        told: dict[str, list[tuple[int, int, Cell]]] = {
            interface: [
                (1, _INT, port), (2, _TEXT, name), (3, _INT, 6), (4, _INT, 1500),
                (5, ber.GAUGE32, 1_000_000_000), (6, _TEXT, bytes((0, 27, 33, 0, 1, port))),
                (7, _INT, 1), (8, _INT, 1 + port % 2), (9, _TICKS, 1000 + port),
                *((column, _C32, port * 1_000_003 + grown) for column in (10, 11, 16, 17)),
                *((column, _C32, port * 1_000_003) for column in (13, 14, 19, 20)),
            ],
            extended: [
                (1, _TEXT, b"gi%d" % port),
                *((column, _C32, port * 1009 + grown // 900) for column in (2, 3, 4, 5)),
                *((column, _C64, port * 5_000_000_029 + grown) for column in (6, 10)),
                *((c, _C64, port * 5_000_000_029 + grown // 900) for c in (7, 8, 9, 11, 12, 13)),
                (15, ber.GAUGE32, 1000), (18, _TEXT, b"customer"), (19, _TICKS, 0),
            ],
            ethernet: [(3, _C32, port), (19, _INT, 3)],
            pause: [(3, _C32, port), (4, _C32, port)],
            sfp: [
                (2, _INT, 0), (12, _INT, 30), (14, _INT, 3300), (16, _INT, 15), (18, _INT, 250),
                *((column, _INT, 3) for column in (11, 13, 15, 17, 19)),
                (20, _INT, 90), (22, _INT, -6000 - port), (23, _INT, -9000 - port),
                (52, _TEXT, b"SFP-BX-%d" % port), (53, _TEXT, b"SN%08d" % port),
            ],
        }  # fmt: skip
        for table, columns in told.items():
            cells |= {f"{table}.{column}.{port}": (tag, cell) for column, tag, cell in columns}
    for number in range(ADDRESSES):
        octets = (0, 37, 144, 0, number % 7, number)
        index = ".".join(map(str, octets))
        cells[f"{fdb}.1.{index}"] = (_TEXT, bytes(octets))
        cells[f"{fdb}.2.{index}"] = (_INT, 1 + number % ports)
        cells[f"{fdb}.3.{index}"] = (_INT, 3)
    return cells
