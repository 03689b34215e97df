"""Whose a row of a PON port is, whatever rows and accesses there are on it."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from techinfo.access.attachment import of_ont, own, share
from techinfo.inventory import Access
from techinfo.model import MacEntry, Port, PortFacts, PortVlan

_ONTS = st.none() | st.integers(0, 3)
_VLANS = st.none() | st.integers(1, 3)
_ACCESSES = st.builds(
    lambda n, ont, vlan: Access(access_id=f"A-{n}", ont_id=ont, c_vlan=vlan),
    st.integers(),
    _ONTS,
    _VLANS,
)
_MACS = st.builds(
    lambda mac, vlan, ont: MacEntry(mac=f"{mac}", vlan=vlan, ont=ont),
    st.integers(),
    _VLANS,
    _ONTS,
)
_CARRIED = st.builds(lambda vlan, ont: PortVlan(vlan=vlan, ont=ont), st.integers(1, 3), _ONTS)


@given(_ACCESSES, st.lists(_ACCESSES, max_size=4), st.lists(_MACS), st.lists(_CARRIED))
def test_no_row_of_an_ont_is_told_of_an_access_behind_another(
    access: Access, beside: list[Access], macs: list[MacEntry], vlans: list[PortVlan]
) -> None:
    """One that names the access's own ONT is its, where no other access may be behind it."""
    port = PortFacts(port=Port(if_index=1), macs=tuple(macs), vlans=tuple(vlans))

    told = own(port, share(access, beside), of_ont(access, beside))

    assert set(told.macs) <= set(macs)
    if access.ont_id is None:
        return
    rows: tuple[MacEntry | PortVlan, ...] = (*told.macs, *told.vlans)
    assert {row.ont for row in rows} <= {None, access.ont_id}
    if all(other.ont_id not in (None, access.ont_id) for other in beside):
        assert {m for m in macs if m.ont == access.ont_id} <= set(told.macs)
    nameless = [m for m in told.macs if m.ont is None]
    assert all(m.vlan == access.c_vlan for m in nameless) or not beside
