"""An access behind an ONT: its verdict is its own ONT's, where the OLT was read lately."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from tests.access import made_up as m
from tests.access.made_up import merged
from tests.access.played import Clock, Recordings, stocked

from techinfo.access.freshness import CachePolicy
from techinfo.access.service import AccessService
from techinfo.access.troubleshoot import Troubleshooter
from techinfo.access.viewer import Role, Viewer
from techinfo.access.whole_element import whole_element
from techinfo.api.documents.diagnosis import case_of_document, judge
from techinfo.api.onapi.part_states import assembled
from techinfo.api.v1.access_document import access_document
from techinfo.collect import Collector, PollingLimits
from techinfo.collect.registry import registry_of
from techinfo.diagnosis.case import read_case
from techinfo.diagnosis.judge import diagnose
from techinfo.driver.behind import OntLightTable, OntTable
from techinfo.driver.cells import Column, index_at
from techinfo.driver.convert import dbm, integer, is_one_of, text
from techinfo.driver.driver import Driver
from techinfo.model import Fact

TABLE = f"{m.BASE}.8"
OLT = Driver(
    name="made_up_olt",
    vendor="Made Up",
    sys_object_ids=(m.SWITCH_ID,),
    onts=(
        OntTable(
            mib="made up",
            ont_id=index_at(1, integer),
            up=Column(f"{TABLE}.1", is_one_of(frozenset({1}), "1: up")),
            ont_name=Column(f"{TABLE}.3", text),
        ),
    ),
    ont_light=(OntLightTable(mib="made up", olt_rx=Column(f"{TABLE}.2", dbm(0.01))),),
)
INVENTORY = """
elements: [{name: olt, address: 192.0.2.3, sys_name: olt}]
accesses:
  - {access_id: P-1, element: olt, port: pon1, port_by: name, ont_id: 1, c_vlan: 101}
  - {access_id: P-2, element: olt, port: pon1, port_by: name, ont_id: 2, c_vlan: 102}
services: [{vlan: 101, service_type: bb}, {vlan: 102, service_type: bb}]
subscriptions:
  - {subscription_id: S-1, access_id: P-1, provider: isp-a, service: BB, service_type: bb}
  - {subscription_id: S-2, access_id: P-2, provider: isp-a, service: BB, service_type: bb}
"""
ISP = Viewer(name="a", role=Role.PROVIDER, provider="isp-a")


def told(folder: Path, *, read_before: bool) -> dict[str, dict[str, Any]]:
    """The document of each access, after the whole OLT was read, or not."""
    rows = merged(
        m.system("olt"),
        m.port(1, "pon1"),
        m.learnt(1, "02:00:00:00:00:01", 101),
        {f"{TABLE}.1.1.1": "2|1", f"{TABLE}.1.1.2": "2|2"},
        {f"{TABLE}.3.1.1": "4|A Person", f"{TABLE}.3.1.2": "4|Another"},
        {f"{TABLE}.2.1.1": "2|-1850", f"{TABLE}.2.1.2": "2|-4000"},
    )

    async def words() -> dict[str, dict[str, Any]]:
        clock = Clock()
        collector = Collector(
            registry_of([(OLT, "made up")]),
            Recordings({"192.0.2.3": rows}).open,
            polling_limits=PollingLimits(min_interval_s=0.0),
            now=clock,
        )
        inventory = stocked(folder, INVENTORY, lambda: m.NOW.replace(year=2018))
        service = AccessService(Troubleshooter(inventory, collector, clock))
        try:
            element = inventory.element("olt")
            assert element is not None
            if read_before:
                facts = (Fact.DEVICE, Fact.LINK, Fact.ONTS)
                await whole_element(service.troubleshooter, element, CachePolicy(), facts)
            found = {}
            for name in ("P-1", "P-2"):
                access, answers = await service.everything(ISP, name, CachePolicy())
                answer = await assembled(service.troubleshooter, access, answers)
                found[name] = access_document(answer, await judge(service, ISP, answer))
            return found
        finally:
            await collector.close()

    return asyncio.run(words())


def test_each_ont_has_its_own_verdict_though_the_port_is_up(tmp_path: Path) -> None:
    """One works, one is gone without a cause; nobody sees the other one's row, or a name."""
    documents = told(tmp_path, read_before=True)

    codes = {name: document["diagnosis"]["code"] for name, document in documents.items()}
    assert codes["P-1"] != "undecided"
    assert codes["P-2"] == "no_light_check_power"
    assert documents["P-1"]["ont"] == {"ontId": 1, "up": True, "oltRx": "-18.50"}
    assert "oltRx" not in documents["P-2"]["ont"]


@pytest.mark.parametrize("read_before", [True, False])
def test_the_document_gives_the_verdict_again(tmp_path: Path, read_before: bool) -> None:
    """Code and confidence; the access's own ONT is read with its link."""
    for document in told(tmp_path, read_before=read_before).values():
        again = diagnose(read_case(case_of_document(document)))

        assert again["code"] == document["diagnosis"]["code"]
        assert again["confidence"] == document["diagnosis"]["confidence"]
        assert document["ont"]["up"] is (document["accessId"] == "P-1")
