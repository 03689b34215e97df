"""ON-API's objects, in ON-API's spelling (camelCase stands in this room only).

Every parameter of technical_info is optional: what is not known is left out, ``null``
and "" are never sent. Types where the specification's pages disagree are the contract's.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from techinfo.error_codes import Code
from techinfo.model import State

Time = Annotated[
    str,
    Field(description="RFC 3339, UTC, ending in Z", json_schema_extra={"format": "date-time"}),
]
Decimal = Annotated[str, Field(description="decimal string with a point", examples=["-12.34"])]
Mac = Annotated[str, Field(examples=["AA:BB:CC:DD:EE:FF"])]


class Sparse(BaseModel):
    """An object whose unknown parameters are left out."""

    model_config = ConfigDict(extra="forbid")


class Statistics(Sparse):
    """Counters of one direction since ``counterResetAt``."""

    packets: int | None = None
    bytes: int | None = None
    unicast: int | None = None
    broadcast: int | None = None
    multicast: int | None = None
    pauses: int | None = None
    errors: int | None = None
    crcErrors: int | None = None


class Peak(Sparse):
    """Highest rate seen, bytes per second, and the end of that window."""

    counter: int
    timestamp: Time


class LinkStatistics(Sparse):
    """All that is counted on a port; input is from the customer into the switch."""

    counterResetAt: Time | None = None
    peakInputRate: Peak | None = None
    peakOutputRate: Peak | None = None
    lastFiveInput: Statistics | None = None
    lastFiveOutput: Statistics | None = None
    input: Statistics | None = None
    output: Statistics | None = None


class TransceiverInfo(Sparse):
    """A pluggable: dBm, °C, mA, V."""

    dbmRx: Decimal | None = None
    dbmTx: Decimal | None = None
    temp: Decimal | None = None
    biasTx: Decimal | None = None
    supplyVoltage: Decimal | None = None
    vendor: str | None = None
    partNumber: str | None = None
    serialNumber: str | None = None


class ConfiguredSpeed(Sparse):
    """One configured rate, kbit/s."""

    serviceType: str | None = None
    queue: str | None = None
    cir: str | None = None
    pir: str | None = None


class LinkStatus(Sparse):
    """State of the access port."""

    link: bool | None = None
    adminDown: bool | None = None
    fullDuplex: bool | None = None
    linkSince: Time | None = None
    speed: str | None = None
    linkSpeed: int | None = Field(default=None, description="Mbit/s")
    configuredSpeed: list[ConfiguredSpeed] | None = None
    statistics: LinkStatistics | None = None
    transceiver: TransceiverInfo | None = None


class HardwareInfo(Sparse):
    """The access switch itself."""

    up: bool
    upSince: Time | None = None
    vendor: str | None = None
    model: str | None = None


_AGGREGATE = "the aggregate that it stands on, and that the port is a member of; an extension"


class MacRow(Sparse):
    """One learnt MAC address."""

    mac: Mac
    serviceType: str | None = None
    vlan: int | None = None
    port: str | None = None
    learntAt: Time | None = None
    aggregate: Annotated[str | None, Field(description=_AGGREGATE)] = None


class LeaseRow(Sparse):
    """One lease: an IPv4 address, or an IPv6 address or prefix."""

    lease: str
    mac: Mac | None = None
    serviceType: str | None = None
    start: Time | None = None
    end: Time | None = None
    lastRenew: Time | None = None
    aggregate: Annotated[str | None, Field(description=_AGGREGATE)] = None


class GroupRow(Sparse):
    """One multicast group that the port is a member of."""

    multicast: str
    timestamp: Time | None = None
    counter: int | None = None
    aggregate: Annotated[str | None, Field(description=_AGGREGATE)] = None


class SnoopedRow(Sparse):
    """One DHCP snooping binding."""

    ip: str
    mac: Mac | None = None
    serviceType: str | None = None
    timeout: Time | None = None


class CpeStatistics(Sparse):
    """Counters of a CPE port; its ``unicast`` and ``multicast`` are bytes, which no MIB has."""

    errors: int | None = None
    crcErrors: int | None = None
    pause: int | None = None
    bytes: int | None = None
    packets: int | None = None
    unicastPackets: int | None = None
    multicastPackets: int | None = None


class CpeCounters(Sparse):
    """Both directions of a CPE port."""

    input: CpeStatistics | None = None
    output: CpeStatistics | None = None


class CpePortInfo(Sparse):
    """One port of a CPE."""

    index: int
    ifDescription: str | None = None
    name: str | None = None
    link: bool | None = None
    fullDuplex: bool | None = None
    changedAt: Time | None = None
    loopDetectionStatus: str | None = None
    freeSeating: bool | None = None
    configuredSpeed: str | None = None
    linkSpeed: int | None = None
    transceiver: TransceiverInfo | None = None
    statistics: CpeCounters | None = None


class CpeMacRow(Sparse):
    """One MAC address learnt by a CPE."""

    mac: Mac
    serviceType: str | None = None
    port: Annotated[str | None, Field(description="``index`` of one of the ports")] = None


class CpeStatus(Sparse):
    """State of the CPE behind an access."""

    firmware: str | None = None
    vendor: str | None = None
    model: str | None = None
    mac: Mac | None = None
    up: bool | None = None
    upSince: Time | None = None
    ports: list[CpePortInfo] | None = None
    macAddressTable: list[CpeMacRow] | None = None
    dhcpSnooping: list[SnoopedRow] | None = None


class PartState(Sparse):
    """How one of the six was read; ``empty`` and ``failed`` are never confused."""

    state: State
    readAt: Time | None = None
    age: int | None = Field(default=None, description="seconds")
    since: Time | None = Field(
        default=None, description="since when the access's element does not answer"
    )
    cause: str | None = None
    code: Code | None = None
    source: str | None = Field(
        default=None,
        description="`cli`: read from the command line of the network element; left out: by SNMP. "
        "`acs`: what the CPE has told its ACS, when `readAt` says; "
        "`access side`: of a CPE that was not asked, or did not answer, what it has told the "
        "access switch",
    )
    incomplete: list[str] | None = Field(
        default=None, description="what is missing in it, as in Techinfo-Incomplete"
    )


class AccessFacts(Sparse):
    """All six answers about an access; one that could not be had is told in ``parts`` only."""

    accessId: str
    parts: dict[str, PartState]
    capabilities: list[str] = Field(description="the parts that this access can tell")
    hardware: HardwareInfo | None = None
    status: LinkStatus | None = None
    macAddressTable: list[MacRow] | None = None
    leaseInfo: list[LeaseRow] | None = None
    igmpSnooping: list[GroupRow] | None = None
    cpe: CpeStatus | None = None


class Cause(Sparse):
    """Why a request has no answer."""

    cause: str = Field(description="in words; of a 5xx with the error id that the log has")
    code: Code
    retryable: bool = Field(description="whether the same request may go through later")


class Found(Sparse):
    """The access of an identifier."""

    accessId: str
