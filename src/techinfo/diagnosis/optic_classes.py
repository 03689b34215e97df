"""What receivers hear and lasers send, by class of the optic. All levels in dBm.

Source of each row: the IEEE 802.3 clause or ITU-T recommendation named; "vendor class" is no
standard: from practice, and makers differ by 1 to 3 dB. IEEE sensitivity of 10G classes is the
average power.

Seen in public documents, figure by figure: 1000BASE-LX (Alcatel-Lucent 1850 TSS-5 release 7.2.2,
tables 10-40 and 10-41, "meets IEEE 802.3"); 1000BASE-SX (Nortel BayStack 450, tables B-2 and B-3);
10GBASE-LR, and -SR as it sends (technical rules of Russia's Mininformsvyaz, order 113 of 2006 and
its like); 10GBASE-ER (Avaya 8800, table 39). What 1000BASE-LX10 sends is what a module of 10 km at
1310 nm does (3Com MSR 50-40, table 3-6: -9 to -3 dBm; it hears -20).

Unproven: what 1000BASE-LX10 receives, 1000BASE-BX10, 100BASE-LX10 and 100BASE-BX10. No table of
clause 58 or 59, and no data sheet that names its class, was to be had; they are from memory.
"""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class OpticClass:
    """Limits of one end of one class, dBm."""

    name: str
    rx_min: float
    rx_max: float
    tx_min: float
    tx_max: float
    source: str

    @property
    def is_of_vendors(self) -> bool:
        """Whether no standard has it, so that modules differ more."""
        return self.source == "vendor class"

    @property
    def dark_below(self) -> float:
        """At or below this there is no light: floors of -33.98, -36.99 and -40 are all seen."""
        return -35.0 if self.rx_min < -25.0 else NO_LIGHT


NO_LIGHT = -30.0
"""dBm, at or below which a receiver of no known class sees no light."""

_TABLE = """
100BASE-BX10      -28.2  -8.0 -14.0 -8.0  IEEE 802.3 clause 58
100BASE-LX10      -25.0  -8.0 -15.0 -8.0  IEEE 802.3 clause 58
1000BASE-SX       -17.0   0.0  -9.5  0.0  IEEE 802.3 clause 38
1000BASE-LX       -19.0  -3.0 -11.0 -3.0  IEEE 802.3 clause 38
1000BASE-LX10     -19.5  -3.0  -9.0 -3.0  IEEE 802.3 clause 59
1000BASE-BX10     -19.5  -3.0  -9.0 -3.0  IEEE 802.3 clause 59
1000BASE-BX20     -23.0  -3.0  -8.0 -2.0  vendor class
1000BASE-BX40     -24.0  -3.0  -3.0  3.0  vendor class
1000BASE-BX60     -24.0  -3.0  -5.0  0.0  vendor class
1000BASE-BX80     -26.0  -9.0  -2.0  3.0  vendor class
1000BASE-ZX       -23.0  -3.0   0.0  5.0  vendor class
10GBASE-SR         -9.9  -1.0  -7.3 -1.0  IEEE 802.3 clause 52
10GBASE-LR        -14.4   0.5  -8.2  0.5  IEEE 802.3 clause 52
10GBASE-ER        -15.8  -1.0  -4.7  4.0  IEEE 802.3 clause 52
10GBASE-ZR        -24.0  -7.0   0.0  4.0  vendor class
10GBASE-BX10      -14.0   0.5  -5.0  0.0  vendor class
10GBASE-BX20      -14.0   0.5  -2.0  3.0  vendor class
10GBASE-BX40      -17.0   0.5   1.0  5.0  vendor class
GPON-B+_OLT       -28.0  -8.0   1.5  5.0  G.984.2 class B+
GPON-B+_ONT       -27.0  -8.0   0.5  5.0  G.984.2 class B+
GPON-C+_OLT       -32.0 -12.0   3.0  7.0  G.984.2 class C+
GPON-C+_ONT       -30.0  -8.0   0.5  5.0  G.984.2 class C+
XGS-PON-N1_OLT    -26.0  -5.0   2.0  5.0  G.9807.1 N1
XGS-PON-N1_ONT    -28.0  -9.0   4.0  9.0  G.9807.1 N1
XGS-PON-N2_OLT    -28.0  -7.0   4.0  7.0  G.9807.1 N2
XGS-PON-N2_ONT    -28.0  -9.0   4.0  9.0  G.9807.1 N2
XGS-PON-E1_OLT    -30.0  -9.0   6.0  9.0  G.9807.1 E1
XGS-PON-E1_ONT    -28.0  -9.0   4.0  9.0  G.9807.1 E1
XGS-PON-E2_OLT    -32.0 -11.0   8.0 11.0  G.9807.1 E2
XGS-PON-E2_ONT    -28.0  -9.0   4.0  9.0  G.9807.1 E2
"""
"""Class, rx min, rx max, tx min, tx max, source; the two ends of a PON apart."""


def _read(line: str) -> OpticClass:
    name, rx_min, rx_max, tx_min, tx_max, source = line.split(maxsplit=5)
    levels = (float(rx_min), float(rx_max), float(tx_min), float(tx_max))
    return OpticClass(name.replace("_", " "), *levels, source)


OPTIC_CLASSES = {one.name: one for one in map(_read, _TABLE.strip().splitlines())}
OPTIC_NAMES = tuple(
    dict.fromkeys(name.removesuffix(" OLT").removesuffix(" ONT") for name in OPTIC_CLASSES)
)
"""Classes as records name them; of a PON both ends together."""


_SPELT = re.compile(
    r"(?<![0-9A-Z])(100BASE|1000BASE|10GBASE)-?(BX10|BX20|BX40|BX60|BX80|LX10|LX|SX|ZX|SR|LR|ER|ZR)"
    r"(?:-?[DU])?(?![0-9A-Z])"
)
_CISCO = (
    (r"GLC-BX-?[DU](?:-I)?", "1000BASE-BX10"),
    (r"GLC-(?:LH-SM|LH-SMD|LX-SM-RGD)", "1000BASE-LX"),
    (r"GLC-(?:SX-MM|SX-MMD|SX-MM-RGD)", "1000BASE-SX"),
    (r"GLC-FE-100BX-?[DU](?:-RGD)?", "100BASE-BX10"),
    (r"GLC-FE-100LX(?:-RGD)?", "100BASE-LX10"),
    (r"SFP-10G-(SR|LR|ER|ZR)(?:-S|-X|-I)?", "10GBASE-{}"),
)
"""Cisco SFP and SFP+ data sheets, which name the class of each part number."""


def class_of_part(number: str) -> str | None:
    """The class that a module's part number names by itself; ``None``: it does not.

    The IEEE name as it is spelt (``1000BASE-LX10``), or a number of Cisco's data sheets. Other
    makers' numbers are not read: the same letters mean another reach with each of them.
    """
    told = number.strip().upper()
    for pattern, name in _CISCO:
        fits = re.fullmatch(pattern, told)
        if fits is not None:
            return name.format(*fits.groups())
    spelt = _SPELT.search(told)
    name = f"{spelt[1]}-{spelt[2]}" if spelt is not None else ""
    return name if name in OPTIC_CLASSES else None
