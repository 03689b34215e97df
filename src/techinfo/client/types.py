"""What the interface takes and gives, as JSON; what is not known is left out.

Written by `make reference` from the OpenAPI documents, which say more; do not edit. Times are
strings, RFC 3339 in UTC.
"""

from __future__ import annotations

from typing import Literal, NotRequired, TypedDict

from techinfo.client.words import Change, Code, ObjectType, Party, Problem, Status


class AdditionalInfo(TypedDict):
    """Of the customer's equipment: as the creator said, or else as it was found."""

    ip: NotRequired[str]
    mac: NotRequired[str]
    link: NotRequired[bool]


class AdditionalInfoIn(TypedDict):
    """What the creator knows of the customer's equipment; what is empty is filled."""

    ip: NotRequired[str]
    mac: NotRequired[str]
    link: NotRequired[bool]


class Cause(TypedDict):
    """Why a request has no answer."""

    cause: str
    code: Code
    retryable: bool


class ChangeIn(TypedDict):
    """What is to change on a ticket."""

    comment: NotRequired[CommentIn]
    status: NotRequired[Status]
    responsible: NotRequired[Party]
    coTicketReference: NotRequired[str]
    cause: NotRequired[str]


class CommentIn(TypedDict):
    """A comment."""

    message: str
    createdBy: str


class CommentInfo(TypedDict):
    """A comment of a ticket."""

    createdBy: str
    message: str
    createdAt: str


class ConfiguredSpeed(TypedDict):
    """One configured rate, kbit/s."""

    serviceType: NotRequired[str]
    queue: NotRequired[str]
    cir: NotRequired[str]
    pir: NotRequired[str]


class CpeCounters(TypedDict):
    """Both directions of a CPE port."""

    input: NotRequired[CpeStatistics]
    output: NotRequired[CpeStatistics]


class CpeMacRow(TypedDict):
    """One MAC address learnt by a CPE."""

    mac: str
    serviceType: NotRequired[str]
    port: NotRequired[str]


class CpePortInfo(TypedDict):
    """One port of a CPE."""

    index: int
    ifDescription: NotRequired[str]
    name: NotRequired[str]
    link: NotRequired[bool]
    fullDuplex: NotRequired[bool]
    changedAt: NotRequired[str]
    loopDetectionStatus: NotRequired[str]
    freeSeating: NotRequired[bool]
    configuredSpeed: NotRequired[str]
    linkSpeed: NotRequired[int]
    transceiver: NotRequired[TransceiverInfo]
    statistics: NotRequired[CpeCounters]


class CpeStatistics(TypedDict):
    """Counters of a CPE port; its ``unicast`` and ``multicast`` are bytes, which no MIB has."""

    errors: NotRequired[int]
    crcErrors: NotRequired[int]
    pause: NotRequired[int]
    bytes: NotRequired[int]
    packets: NotRequired[int]
    unicastPackets: NotRequired[int]
    multicastPackets: NotRequired[int]


class CpeStatus(TypedDict):
    """State of the CPE behind an access."""

    firmware: NotRequired[str]
    vendor: NotRequired[str]
    model: NotRequired[str]
    mac: NotRequired[str]
    up: NotRequired[bool]
    upSince: NotRequired[str]
    ports: NotRequired[list[CpePortInfo]]
    macAddressTable: NotRequired[list[CpeMacRow]]
    dhcpSnooping: NotRequired[list[SnoopedRow]]


class CreatedTicket(TypedDict):
    """The answer to a new ticket."""

    coTicketReference: str
    diagnosis: NotRequired[TicketDiagnosis]


class EndpointInfo(TypedDict):
    """One endpoint, and what it does not tell."""

    name: str
    endpoint: str
    version: str
    documentation: str
    note: NotRequired[str]
    unsupportedFields: NotRequired[list[str]]


class EventInfo(TypedDict):
    """One change of one object."""

    type: Change
    objectType: ObjectType
    objectId: str
    path: NotRequired[str]
    time: str


class Found(TypedDict):
    """The access of an identifier."""

    accessId: str


class GroupRow(TypedDict):
    """One multicast group that the port is a member of."""

    multicast: str
    timestamp: NotRequired[str]
    counter: NotRequired[int]
    aggregate: NotRequired[str]


class HardwareInfo(TypedDict):
    """The access switch itself."""

    up: bool
    upSince: NotRequired[str]
    vendor: NotRequired[str]
    model: NotRequired[str]


class LeaseRow(TypedDict):
    """One lease: an IPv4 address, or an IPv6 address or prefix."""

    lease: str
    mac: NotRequired[str]
    serviceType: NotRequired[str]
    start: NotRequired[str]
    end: NotRequired[str]
    lastRenew: NotRequired[str]
    aggregate: NotRequired[str]


class LinkStatistics(TypedDict):
    """All that is counted on a port; input is from the customer into the switch."""

    counterResetAt: NotRequired[str]
    peakInputRate: NotRequired[Peak]
    peakOutputRate: NotRequired[Peak]
    lastFiveInput: NotRequired[Statistics]
    lastFiveOutput: NotRequired[Statistics]
    input: NotRequired[Statistics]
    output: NotRequired[Statistics]


class LinkStatus(TypedDict):
    """State of the access port."""

    link: NotRequired[bool]
    adminDown: NotRequired[bool]
    fullDuplex: NotRequired[bool]
    linkSince: NotRequired[str]
    speed: NotRequired[str]
    linkSpeed: NotRequired[int]
    configuredSpeed: NotRequired[list[ConfiguredSpeed]]
    statistics: NotRequired[LinkStatistics]
    transceiver: NotRequired[TransceiverInfo]


class MacRow(TypedDict):
    """One learnt MAC address."""

    mac: str
    serviceType: NotRequired[str]
    vlan: NotRequired[int]
    port: NotRequired[str]
    learntAt: NotRequired[str]
    aggregate: NotRequired[str]


class Peak(TypedDict):
    """Highest rate seen, bytes per second, and the end of that window."""

    counter: int
    timestamp: str


class SnoopedRow(TypedDict):
    """One DHCP snooping binding."""

    ip: str
    mac: NotRequired[str]
    serviceType: NotRequired[str]
    timeout: NotRequired[str]


class Statistics(TypedDict):
    """Counters of one direction since ``counterResetAt``."""

    packets: NotRequired[int]
    bytes: NotRequired[int]
    unicast: NotRequired[int]
    broadcast: NotRequired[int]
    multicast: NotRequired[int]
    pauses: NotRequired[int]
    errors: NotRequired[int]
    crcErrors: NotRequired[int]


class TicketDiagnosis(TypedDict):
    """What became of the diagnosis that a ticket named; no ticket is refused for it."""

    diagnosisId: str
    state: Literal["attached", "unknown"]
    code: NotRequired[str]
    ticketAdvised: NotRequired[bool]
    contradiction: NotRequired[str]


class TicketIn(TypedDict):
    """A ticket as a provider creates it."""

    accessId: str
    createdBy: str
    heading: str
    description: str
    problemType: Problem
    spReference: NotRequired[str]
    spTicketReference: NotRequired[str]
    status: NotRequired[Status]
    additionalInfo: NotRequired[AdditionalInfoIn]
    diagnosisId: NotRequired[str]
    subscriptionId: NotRequired[str]


class TicketInfo(TypedDict):
    """A ticket with all its fields."""

    coTicketReference: str
    spTicketReference: NotRequired[str]
    status: Status
    responsible: NotRequired[Party]
    spReference: NotRequired[str]
    accessId: str
    createdBy: str
    createdAt: str
    updatedAt: str
    heading: str
    description: str
    comments: list[CommentInfo]
    subscriptionId: NotRequired[str]
    problemType: Problem
    additionalInfo: NotRequired[AdditionalInfo]


class TicketLine(TypedDict):
    """A ticket in a list."""

    coTicketReference: str
    spTicketReference: NotRequired[str]
    status: Status
    responsible: NotRequired[Party]


class TransceiverInfo(TypedDict):
    """A pluggable: dBm, °C, mA, V."""

    dbmRx: NotRequired[str]
    dbmTx: NotRequired[str]
    temp: NotRequired[str]
    biasTx: NotRequired[str]
    supplyVoltage: NotRequired[str]
    vendor: NotRequired[str]
    partNumber: NotRequired[str]
    serialNumber: NotRequired[str]
