"""How a cable is tested: the one order to a device that is more than reading.

It is sent only where `[danger] cable_test` allows it; it interrupts the line for its length.
"""

from __future__ import annotations

from techinfo.driver import cli as c

CISCO_IOS = c.CableTester(
    start="test cable-diagnostics tdr interface {port}",
    started=r"TDR test started",
    result="show cable-diagnostics tdr interface {port}",
    takes_s=6.0,
    unfinished=r"\bNot Completed\b",
)
"""Catalyst 2960 Switch Software Configuration Guide (OL-8603-09), 38-19: privileged EXEC, copper
ports; Catalyst 9300, Interface and Hardware Components, 17.5: a test of some seconds."""
DLINK_DS = c.CableTester(
    start="cable_diag ports {port}",
    started=r"Perform Cable Diagnostics",
)
"""Recordings show it with ``all``; with one port: DES-3528/DES-3552 CLI Reference Guide."""
