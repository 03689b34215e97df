"""ONTs are watched as ports of their own."""

from __future__ import annotations

from datetime import UTC, datetime

from techinfo.history.observation import name_of, observe
from techinfo.model import Fact, Ont, OntLight, Part, Port, PortFacts, State
from techinfo.polling.onts import of_onts
from techinfo.units import Dark, Dbm

AT = datetime(2026, 10, 1, 12, 0, tzinfo=UTC)
PON = PortFacts(
    port=Port(if_index=7, name="gpon 0/1"),
    onts=(
        Ont(ont_id=1, serial_number="HWTC1", up=True),
        Ont(ont_id=2, serial_number="HWTC2", up=False),
    ),
    ont_light=(
        OntLight(ont_id=1, olt_rx=Dbm(-21.5)),
        OntLight(ont_id=2, olt_rx=Dark.NO_LIGHT),
    ),
)


def test_each_ont_has_a_name_and_its_light() -> None:
    """What the OLT hears of it; one that is dark is no other."""
    part = Part(state=State.OK, read_at=AT)

    ports, parts = of_onts({7: PON}, {Fact.ONTS: part, Fact.ONT_LIGHT: part, Fact.DEVICE: part})
    seen = observe(ports, parts, None)

    first, second = seen[name_of("gpon 0/1", 1)], seen[name_of("gpon 0/1", 2)]
    assert (first.up, first.rx, first.serial) == (True, -21.5, "HWTC1")
    assert (second.up, second.rx) == (False, Dark.NO_LIGHT)


def test_a_table_that_could_not_be_read_tells_nothing() -> None:
    """Nor does a port without ONTs."""
    failed = Part(state=State.FAILED, read_at=AT)

    ports, parts = of_onts({7: PON, 8: PortFacts(port=Port(if_index=8))}, {Fact.ONTS: failed})

    assert len(ports) == 2
    assert observe(ports, parts, None) == {}
