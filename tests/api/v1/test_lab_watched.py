"""Codes that only watching shows, or that several switches show together, over REST from a lab.

Switches are read and noted as polls do it; what their ports count is moved between the readings.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest
from tests.access import made_up as m
from tests.access.at_lab import HASTY, PATIENCE_S, Network
from tests.access.made_up import lines, merged
from tests.access.played import Clock, stocked
from tests.access.test_port_audit import BASE_PORT, PVID, Q
from tests.api.served import ServedApi, serve
from tests.api.v1.lab_states import BX10, COPPER, STATES, State, records, registry, rows_of
from tests.api.v1.network import BASE, ISP_A, USERS
from tests.api.v1.test_lab_codes import FAULTS

from techinfo.access.freshness import CachePolicy
from techinfo.access.past import History
from techinfo.access.troubleshoot import Troubleshooter
from techinfo.access.whole_element import whole_element
from techinfo.api.v1.schemas.diagnosis import CODES
from techinfo.collect import PollingLimits, Reading
from techinfo.history.recording import Recorder
from techinfo.history.store import HistoryFile
from techinfo.history.writing import HistoryWriter
from techinfo.lab import Lab, LabDevice
from techinfo.model import Fact

pytestmark = pytest.mark.long

ELM, ASH, FIR, CORE, BOX, LIT = (f"127.21.32.{n}" for n in (1, 2, 3, 4, 5, 6))
NOBODY, OAK = "127.21.32.99", "127.21.32.98"
"""Where nothing answers: a box, and a switch."""
STEPS, STEP_S = 9, 300
UP_TIME, ENGINE_TIME = "1.3.6.1.2.1.1.3.0", "1.3.6.1.6.3.10.2.1.3.0"
STARTED_S = 4 * 3600
USUAL = {"in": 3000, "out": 5000, "multicast": 100, "octets": 4_000_000, "damaged": 0}
"""What a port counts between two polls."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Watched(State):
    """A port that is polled.

    Attributes:
        counts: What differs from `USUAL`.
        losses: How often its link goes and comes back, a poll each.
    """

    counts: Mapping[str, int] = field(default_factory=dict)
    losses: int = 0


def _said(**customer: object) -> dict[str, Any]:
    return {"customer": customer}


_RATES = {
    f"{m.BASE}.6.{column}.N.{n}": value
    for n, queue in enumerate(("in", "out"))
    for column, value in ((1, f"4|{queue}"), (2, "2|10"), (3, "2|10000"), (4, "2|10000"))
}
POLLED: Mapping[str, Watched] = {
    "works": Watched(code="all_fine", access=BX10),
    "errors": Watched(
        code="errors_on_fibre", counts={"damaged": 50}, words=_said(complaint="slow")
    ),
    "errors, copper": Watched(
        code="errors_on_copper", rx=None, access=COPPER, counts={"damaged": 50}
    ),
    "weak, errors": Watched(
        code="weak_light",
        rx=-2000,
        access=BX10,
        counts={"damaged": 50},
        words=_said(complaint="drops"),
    ),
    "one way": Watched(code="traffic_one_way", counts={"out": 0, "octets": 0}),
    "silent": Watched(code="customer_router_silent", counts={"in": 0, "octets": 0}),
    "no stream": Watched(
        code="iptv_no_traffic",
        rows=m.group(7, 7, "233.252.0.7", 20),
        words=_said(complaint="tv"),
    ),
    "no channel": Watched(
        code="iptv_no_join",
        words=_said(complaint="tv"),
    ),
    "full": Watched(
        code="line_full_by_own_use",
        rows=_RATES,
        counts={"octets": 360_000_000},
        words=_said(complaint="slow"),
        subscription={"service": "BB-10-10"},
    ),
    "full above": Watched(code="uplink_full", words=_said(complaint="slow")),
    "no lease yet": Watched(
        code="binding_lost_after_restart", leased=False, counts={"out": 10, "octets": 1000}
    ),
    "comes and goes": Watched(code="flapping_check_box", losses=4),
    "comes and goes, box": Watched(
        code="cpe_restarting", losses=4, words={"answers": {"boxRestarts": "yes"}}
    ),
    "comes and goes, line": Watched(
        code="flapping", losses=4, words={"answers": {"boxRestarts": "no"}}
    ),
    "comes and goes, copper": Watched(
        code="flapping_copper", rx=None, access=COPPER, losses=4, words=_said(complaint="drops")
    ),
    "box silent": Watched(
        code="cpe_silent",
        macs=(),
        leased=False,
        counts={"in": 0, "out": 0, "multicast": 0, "octets": 0},
    ),
}
"""Ports of a switch that is polled."""
ROUTER = "02:00:5E:00:AA:01"
ORDERED = {"equipment": f'[{{"macAddress": "{ROUTER}"}}]'}
_DOWN: dict[str, Any] = {"up": False, "rx": -4000, "macs": (), "leased": False}
_FELL = {f"{m.IF}.9.N": "67|900000"}
SEVERAL: Mapping[str, State] = {
    "fell": State(code="area_outage", rows=_FELL, **_DOWN),
    "fell, no power": State(
        code="area_power_outage", rows=_FELL, words=_said(powerOn=False), **_DOWN
    ),
    "fell, power": State(code="area_outage", rows=_FELL, words=_said(powerOn=True), **_DOWN),
    "fell, too": State(code="area_outage", rows=_FELL, **_DOWN),
    "elsewhere": State(
        code="all_fine", rows=m.learnt(5, ROUTER, 10), subscription={"mac_limit": 9}
    ),
    "wrong port": State(
        code="wrong_port",
        macs=(),
        leased=False,
        subscription=ORDERED,
        words=_said(hasWorked=False),
    ),
    "carried away": State(code="equipment_elsewhere", macs=(), leased=False, subscription=ORDERED),
    "VLAN": State(code="service_not_on_port", macs=(), leased=False),
    "one direction": State(code="loss_one_direction", words=_said(complaint="slow")),
    "box, no LAN": State(code="cpe_lan_down", macs=(), leased=False),
    "shared": State(code="shared_port_not_attributable"),
}
"""Ports of another, with a box on the ninth and on the last but one."""


def counted(step: int) -> m.Rows:
    """The clock of the polled switch and what its ports hold after so many polls."""
    ticks = (STARTED_S + step * STEP_S) * 100
    rows = {UP_TIME: f"67|{ticks}", ENGINE_TIME: f"2|{ticks // 100}"}
    for n, state in enumerate(POLLED.values(), 1):
        grown = {name: step * number for name, number in (USUAL | dict(state.counts)).items()}
        rows |= {
            f"{m.IFX}.6.{n}": f"70|{10**9 + grown['octets']}",
            f"{m.IFX}.7.{n}": f"70|{10**6 + grown['in']}",
            f"{m.IFX}.8.{n}": f"70|{10**4}",
            f"{m.IFX}.9.{n}": f"70|{10**4}",
            f"{m.IFX}.10.{n}": f"70|{10**9 + grown['octets']}",
            f"{m.IFX}.11.{n}": f"70|{10**6 + grown['out']}",
            f"{m.IFX}.12.{n}": f"70|{10**4 + grown['multicast']}",
            f"{m.IFX}.13.{n}": f"70|{10**4}",
            f"{m.DOT3}.2.1.3.{n}": f"65|{grown['damaged']}",
        }
        if state.losses and step:
            turns = min(step, 2 * state.losses)
            at = (STARTED_S + turns * STEP_S) * 100 - 6000
            rows |= {f"{m.IF}.8.{n}": f"2|{1 + turns % 2}", f"{m.IF}.9.{n}": f"67|{at}"}
    return rows


def above(step: int, *, up: bool = True) -> m.Rows:
    """The switch above, whose port to the polled one runs full."""
    ticks = (STARTED_S + step * STEP_S) * 100
    octets = step * 300 * 1_000_000_000 // 8 * 95 // 100
    return merged(
        m.system("core"),
        m.port(9, "ge9", up=up),
        {
            UP_TIME: f"67|{ticks}",
            ENGINE_TIME: f"2|{ticks // 100}",
            **{f"{m.IFX}.{c}.9": f"70|{10**9 + octets}" for c in (6, 10)},
            **{f"{m.IFX}.{c}.9": f"70|{10**6 + step * 10**6}" for c in (7, 11)},
        },
    )


def several() -> m.Rows:
    """The other switch, whose eighth port does not carry the VLAN of broadband."""
    ports = (rows_of(n, state) for n, state in enumerate(SEVERAL.values(), 1))
    numbers = range(1, len(SEVERAL) + 1)
    others = [n for n in numbers if n != 8]
    carry, every = _octets(others), _octets(numbers)
    return merged(
        m.system("ash"),
        *ports,
        {f"{BASE_PORT}.{n}": f"2|{n}" for n in numbers},
        {f"{Q}.5.1.1.{n}": f"66|{PVID}" for n in numbers},
        {f"{Q}.2.1.4.0.10": f"4x|{carry}", f"{Q}.2.1.5.0.10": "4x|0000"},
        {f"{Q}.2.1.4.0.{PVID}": f"4x|{every}", f"{Q}.2.1.5.0.{PVID}": f"4x|{every}"},
    )


def _octets(numbers: Iterable[int]) -> str:
    octets = bytearray(2)
    for n in numbers:
        octets[(n - 1) // 8] |= 0x80 >> (n - 1) % 8
    return octets.hex()


def box() -> m.Rows:
    """A customer's fibre box with a socket that has no link."""
    return merged(m.system("box", m.CPE_ID), m.port(1, "lan1", up=False))


def lit_box() -> m.Rows:
    """One that hears 14.3 dB less than the switch sends, while the switch hears 6.7 dB less."""
    return merged(m.system("lit", m.CPE_ID), m.port(1, "wan"), m.optics(1, rx=-2000))


ALONE = {"one": State(code="all_fine")}


def text() -> str:
    """The inventory."""
    written = [
        records("elm", POLLED),
        records("ash", SEVERAL),
        records("fir", ALONE),
        records("oak", ALONE),
    ]
    last = len(SEVERAL)
    return "\n".join(
        (
            "elements:",
            f"  - {{name: elm, address: {ELM}, sys_name: elm, site: s, uplink_element: core,"
            " uplink_port: ge9}",
            f"  - {{name: ash, address: {ASH}, sys_name: ash, site: s}}",
            f"  - {{name: fir, address: {FIR}, sys_name: fir, site: s}}",
            f"  - {{name: oak, address: {OAK}, sys_name: oak, site: s}}",
            f"  - {{name: core, address: {CORE}, sys_name: core, site: core}}",
            "accesses:",
            *(line for accesses, _ in written for line in accesses),
            f"  - {{access_id: ash-x, element: ash, port: ge{last}, port_by: name}}",
            "cpes:",
            f"  - {{access_id: elm-{len(POLLED)}, address: {NOBODY}, serial_number: SN-nobody}}",
            f"  - {{access_id: ash-{last - 1}, address: {BOX}, serial_number: SN-box}}",
            f"  - {{access_id: ash-{last - 2}, address: {LIT}, serial_number: SN-lit}}",
            "services: [{vlan: 10, service_type: bb}, {vlan: 20, service_type: iptv}]",
            "subscriptions:",
            *(line for _, held in written for line in held),
            *(
                f"  - {{subscription_id: TV-{n}, access_id: elm-{n}, provider: isp-a, service: TV,"
                " service_type: iptv}"
                for n in (7, 8)
            ),
        )
    )


LIGHT = (Fact.DEVICE, Fact.LINK, Fact.COUNTERS, Fact.TRANSCEIVER)
"""What a poll reads."""
SILENT = {
    "just silent": "undecided",
    "alone": "switch_silent",
    "blind": "collector_blind",
    "unreachable": "switch_unreachable",
}


@dataclass(kw_only=True, slots=True)
class Walk:
    """A talk with the service, while the lab's switches change."""

    lab: Lab
    clock: Clock
    served: ServedApi
    file: HistoryFile
    timeouts: dict[str, tuple[float, ...]]
    found: dict[str, dict[str, Any]] = field(default_factory=dict)

    async def asked(
        self, client: httpx.AsyncClient, access: str, body: object = None
    ) -> dict[str, Any]:
        """A verdict of now."""
        url, now = f"{BASE}/diagnosis/{access}", {"Cache-Control": "no-cache"}
        answer = await client.post(url, json=body or {}, auth=ISP_A, headers=now)
        assert answer.status_code == 200, (access, answer.text)
        verdict: dict[str, Any] = answer.json()
        return verdict

    async def whole(self, name: str, *facts: Fact) -> Reading:
        """All ports of a switch."""
        inventory = self.served.inventory
        element = inventory.element(name)
        assert element is not None
        trouble = Troubleshooter(inventory, self.served.collector, self.clock)
        return await whole_element(trouble, element, CachePolicy(), facts)

    async def watched(self) -> None:
        """Polls, five minutes apart."""
        recorder, writer = Recorder(self.file), HistoryWriter(self.file)
        for step in range(1, STEPS + 1):
            self.clock.go_on(STEP_S)
            for name, rows in (("elm", counted(step)), ("core", above(step))):
                self.lab.fault(name, "changed", rows="\n".join(lines(rows)))
                read = await self.whole(name, *LIGHT)
                steady_s = self.clock.at.timestamp()
                note = recorder.light(name, read.ports, read.parts, read.device, steady_s=steady_s)
                assert note is not None
                writer.write([note])

    async def ports(
        self, client: httpx.AsyncClient, name: str, states: Mapping[str, State]
    ) -> None:
        """The verdict of each port of a switch."""
        for n, (state, port) in enumerate(states.items(), 1):
            self.found[state] = await self.asked(client, f"{name}-{n}", port.words)

    async def silences(self, client: httpx.AsyncClient) -> None:
        """One switch falls silent, then its neighbours, then the port above goes down."""
        self.timeouts.update({ELM: HASTY, ASH: HASTY, FIR: HASTY})
        await self.asked(client, "fir-1")
        self.lab.clear("elm")
        self.lab.fault("elm", "silent")
        for name, seconds in (("just silent", 1), ("alone", 200)):
            self.clock.go_on(seconds)
            self.found[name] = await self.asked(client, "elm-1")
        self.clock.go_on(60)
        for name in ("ash", "fir"):
            self.lab.fault(name, "silent")
        for name in ("ash-1", "fir-1", "oak-1"):
            await self.asked(client, name)
        self.found["blind"] = await self.asked(client, "elm-1")
        rows = above(STEPS + 1, up=False)
        self.lab.fault("core", "changed", rows="\n".join(lines(rows)))
        self.clock.go_on(60)
        await self.whole("core", Fact.LINK)
        self.found["unreachable"] = await self.asked(client, "elm-1")

    async def walked(self, client: httpx.AsyncClient) -> dict[str, dict[str, Any]]:
        """All of it."""
        await self.watched()
        await self.ports(client, "elm", POLLED)
        await self.whole("ash", Fact.LINK, Fact.VLANS)
        for _ in range(2):  # who is seen elsewhere, and who fell, is known when all were asked
            await self.ports(client, "ash", SEVERAL)
        await self.silences(client)
        return self.found


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, dict[str, Any]]]:
    """The verdict of every port, and of a switch that has fallen silent."""
    folder = tmp_path_factory.mktemp("lab")
    clock = Clock()
    elm = merged(m.system("elm"), *(rows_of(n, s) for n, s in enumerate(POLLED.values(), 1)))
    fir = merged(m.system("fir"), rows_of(1, State(code="all_fine")))
    made = {
        "elm": (ELM, elm | counted(0)),
        "ash": (ASH, several()),
        "fir": (FIR, fir),
        "core": (CORE, above(0)),
        "box": (BOX, box()),
        "lit": (LIT, lit_box()),
    }
    devices = [LabDevice(name=n, address=a, rows=lines(rows)) for n, (a, rows) in made.items()]
    timeouts: dict[str, tuple[float, ...]] = {NOBODY: HASTY, OAK: HASTY}
    with Lab(devices) as lab, HistoryFile.open(folder / "history.sqlite") as file:
        network = Network(lab, timeouts=timeouts)
        served = serve(
            stocked(folder, text(), clock),
            network.open,
            clock=clock,
            drivers=registry(),
            policy=CachePolicy(deadline_s=PATIENCE_S),
            polling_limits=PollingLimits(min_interval_s=0.0, silent_first_s=0.0),
            users=USERS,
            history=History(file, now=clock),
            closing=(network.close,),
        )
        walk = Walk(lab=lab, clock=clock, served=served, file=file, timeouts=timeouts)
        yield served.talk(walk.walked, 240.0)


@pytest.mark.parametrize("name", [*POLLED, *SEVERAL])
def test_each_state_has_its_verdict(told: dict[str, dict[str, Any]], name: str) -> None:
    """As the switches tell it, and as they were polled."""
    assert told[name]["code"] == {**POLLED, **SEVERAL}[name].code, told[name]


@pytest.mark.parametrize("name", SILENT)
def test_silence_is_read_by_what_else_is_known(told: dict[str, dict[str, Any]], name: str) -> None:
    """Of a moment, alone, with all its neighbours, and with the port above down."""
    assert told[name]["code"] == SILENT[name], told[name]


def test_the_documentation_names_what_was_reached() -> None:
    """Each code once: by switches of the lab, or by what else."""
    page = (Path(__file__).parents[3] / "docs" / "diagnosis.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (lab|beside|case) \| [^|]+ \| ([^|]+) \|$", page, re.MULTILINE)
    named = {how: set(re.findall(r"`(\w+)`", codes)) for how, codes in rows}
    every: Mapping[str, State] = {**STATES, **POLLED, **SEVERAL}
    reached = {state.code for state in every.values()}
    reached |= {code for *_, code in FAULTS} | set(SILENT.values())

    assert named["lab"] == reached
    assert set.union(*named.values()) == set(CODES)
    assert sum(map(len, named.values())) == len(CODES)
