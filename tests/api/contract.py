"""The contract as tables, to be read beside it: paths, fields, statuses, in every version."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from tests.api.everything import TELE
from tests.api.served import OPERATOR, PROVIDER

from techinfo.api.state import Served
from techinfo.error_codes import Code

V = ("2.3.1", "2.4", "2.5", "2.6")
OLD, NEW, LISTED, LAST = ("2.4", "2.5"), ("2.6",), ("2.4", "2.5", "2.6"), ("2.5", "2.6")
PREFIXES = ("/onapi", "/api", "")


@dataclass(frozen=True)
class Asked:
    """A path of the contract.

    Attributes:
        name: Of its endpoint, as an operator switches it off.
        path: Below the version.
        versions: Those that have it; in others it is not implemented.
        methods: What it allows beside what HTTP asks of GET.
        statuses: What a plain GET may be answered with.
    """

    name: str
    path: str
    versions: tuple[str, ...]
    methods: tuple[str, ...] = ("GET", "HEAD")
    statuses: tuple[int, ...] = (200,)


PATHS = (
    Asked("endpoints", "", LISTED),
    Asked("tech", "tech/access/A-1/hardware", LISTED),
    Asked("tech", "tech/A-1/access/hardware", LISTED),
    Asked("tech", "tech/access/A-1/link/status", LISTED),
    Asked("tech", "tech/access/A-1/link/macaddresstable", LISTED),
    Asked("tech", "tech/access/A-1/link/leaseinfo", LISTED),
    Asked("tech", "tech/access/A-1/link/igmpsnooping", LISTED),
    Asked("tech", "tech/cpe/A-1/status", LISTED),
    Asked("tech", "tech/access/A-1", LISTED),
    Asked("dhcplookup", "dhcplookup", LISTED, statuses=(400,)),
    Asked("option82", "option82/520A01036162630203313233", V, statuses=(200, 404)),
    Asked("tickets", "tickets", LISTED, ("GET", "HEAD", "POST"), (200, 501)),
    Asked("tickets", "tickets/T-1", LISTED, ("GET", "HEAD", "PATCH"), (404, 501)),
    Asked("events", "events", LISTED),
    Asked("accesses", "accesses", LISTED),
    Asked("accesses", "accesses/A-1", LISTED),
    Asked("subscriptions", "subscriptions", LISTED),
    Asked("subscriptions", "subscriptions/A-1", NEW),
    Asked("services", "services", NEW),
    Asked("services", "services/A-1", NEW),
    Asked("accesses", "accesses/A-1/link", ("2.3.1",)),
)
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")

Table = dict[str, tuple[type, tuple[str, ...]]]


def _flow(*ways: str) -> Table:
    names = ("packets", "bytes", "unicast", "broadcast", "multicast", "pauses", "errors")
    told: Table = {f"statistics.{way}.{name}": (int, LISTED) for way in ways for name in names}
    return told | {"statistics.input.crcErrors": (int, LISTED)}


LIGHT = (
    *("dbmRx", "dbmTx", "temp", "biasTx", "supplyVoltage"),
    *("vendor", "partNumber", "serialNumber"),
)
ADDRESS: Table = {
    "accessId": (str, LISTED),
    "legacyAccessId": (str, LISTED),
    "streetName": (str, LISTED),
    "streetNumber": (str, LISTED),
    "streetLittera": (str, LISTED),
    "postalCode": (str, LISTED),
    "city": (str, LISTED),
    "countryCode": (str, LISTED),
    "premisesType": (str, LISTED),
    "mduApartmentNumber": (str, LISTED),
    "mduDistinguisher": (str, LISTED),
    "outlet": (str, LISTED),
    "population": (str, LISTED),
    "accessState": (str, LISTED),
    "priceGroup": (int, NEW),
    "nationalAddressUUID": (str, NEW),
    "coNetworkAgreement": (str, OLD),
    "coFiberConverter": (str, OLD),
    "coCpeSwitch": (str, OLD),
    "coCpeRouter": (str, OLD),
}
SUBSCRIPTION: Table = {
    "subscriptionId": (str, LISTED),
    "service": (str, LISTED),
    "operationalState": (str, LISTED),
    "connectionDate": (str, NEW),
    "disconnectionDate": (str, NEW),
    "spReference": (str, LISTED),
    "spSubscriptionId": (str, LISTED),
    "option82": (str, LISTED),
    "dhcpIdentifier.ipv4CircuitId": (str, LISTED),
    "dhcpIdentifier.ipv4RemoteId": (str, LISTED),
    "dhcpIdentifier.ipv6InterfaceId": (str, LISTED),
    "dhcpIdentifier.ipv6RemoteId": (str, LISTED),
    "note": (str, LISTED),
    "characteristics.fixedIp": (bool, LISTED),
    "characteristics.ipAddress": (str, LISTED),
    "equipment.vendorId": (str, LISTED),
    "equipment.macAddress": (str, LISTED),
}
SERVICE: Table = {
    "service": (str, LISTED),
    "connection": (str, ("2.4",)),
    "available": (str, ("2.4",)),
    "disconnection": (str, ("2.4",)),
    "connectionDateTime": (str, LAST),
    "availableDateTime": (str, LAST),
    "disconnectionDateTime": (str, LAST),
    "forcedTakeoverPossible": (bool, LISTED),
    "comments": (str, LISTED),
}
CHARACTERISTIC: Table = {
    "characteristics.fixedIp.required": (bool, LISTED),
    "characteristics.fixedIp.values": (bool, LISTED),
}


def _below(name: str, table: Table, versions: tuple[str, ...] = LISTED) -> Table:
    return {
        f"{name}.{field}": (kind, tuple(v for v in when if v in versions))
        for field, (kind, when) in table.items()
    }


FIELDS: Mapping[str, Table] = {
    "": {
        "name": (str, LISTED),
        "endpoint": (str, LISTED),
        "version": (str, LISTED),
        "documentation": (str, LISTED),
        "note": (str, LISTED),
        "unsupportedFields": (str, LISTED),
    },
    "tech/access/A-1/hardware": {
        "up": (bool, LISTED),
        "upSince": (str, LISTED),
        "vendor": (str, LISTED),
        "model": (str, LISTED),
    },
    "tech/access/A-1/link/status": {
        "link": (bool, LISTED),
        "adminDown": (bool, NEW),
        "fullDuplex": (bool, LISTED),
        "linkSince": (str, LISTED),
        "linkSpeed": (int, LISTED),
        "configuredSpeed.serviceType": (str, LISTED),
        "configuredSpeed.queue": (str, LISTED),
        "configuredSpeed.cir": (str, LISTED),
        "configuredSpeed.pir": (str, LISTED),
        "statistics.counterResetAt": (str, LISTED),
        **_flow("input", "output"),
        **{f"fiber.{name}": (str, OLD) for name in ("dbmRx", "dbmTx", "temp")},
        **{f"transceiver.{name}": (str, NEW) for name in LIGHT},
    },
    "tech/access/A-1/link/macaddresstable": {
        "mac": (str, LISTED),
        "serviceType": (str, LISTED),
        "vlan": (int, NEW),
        "port": (str, NEW),
    },
    "tech/access/A-1/link/leaseinfo": {
        "lease": (str, LISTED),
        "mac": (str, LISTED),
        "serviceType": (str, LISTED),
        "end": (str, LISTED),
    },
    "tech/access/A-1/link/igmpsnooping": {
        "multicast": (str, LISTED),
        "timestamp": (str, LISTED),
        "counter": (int, LISTED),
    },
    "tech/cpe/A-1/status": {
        "firmware": (str, LISTED),
        "vendor": (str, LISTED),
        "model": (str, LISTED),
        "mac": (str, LISTED),
        "up": (bool, LISTED),
        "upSince": (str, LISTED),
        "ports.index": (int, LISTED),
        "ports.ifDescription": (str, LISTED),
        "ports.name": (str, LISTED),
        "ports.link": (bool, LISTED),
        "ports.fullDuplex": (bool, LISTED),
        "ports.changedAt": (str, LISTED),
        "ports.linkSpeed": (int, LISTED),
        **{
            f"ports.statistics.{way}.{name}": (int, LISTED)
            for way in ("input", "output")
            for name in ("errors", "pause", "bytes", "packets", "unicastPackets")
        },
        "ports.statistics.input.crcErrors": (int, LISTED),
        "ports.statistics.input.multicastPackets": (int, LISTED),
        "ports.statistics.output.multicastPackets": (int, LISTED),
        "macAddressTable.mac": (str, LISTED),
        "macAddressTable.serviceType": (str, LISTED),
        "macAddressTable.port": (str, LISTED),
        "dhcpSnooping.ip": (str, LISTED),
        "dhcpSnooping.mac": (str, LISTED),
        "dhcpSnooping.serviceType": (str, LISTED),
        "dhcpSnooping.timeout": (str, LISTED),
    },
    "accesses": ADDRESS | _below("services", SERVICE, OLD),
    "accesses/A-1": ADDRESS
    | _below("services", SERVICE | CHARACTERISTIC, OLD)
    | _below("subscriptions", SUBSCRIPTION | {"accessId": (str, OLD)}, OLD),
    "subscriptions": {"accessId": (str, LISTED)}
    | {name: (kind, OLD) for name, (kind, when) in SUBSCRIPTION.items() if "2.4" in when}
    | _below("subscriptions", SUBSCRIPTION, NEW),
    "subscriptions/A-1": {"accessId": (str, NEW)} | _below("subscriptions", SUBSCRIPTION, NEW),
    "services": {"accessId": (str, NEW)} | _below("services", SERVICE | CHARACTERISTIC, NEW),
    "services/A-1": {"accessId": (str, NEW)} | _below("services", SERVICE | CHARACTERISTIC, NEW),
    "events": {
        "type": (str, LISTED),
        "objectType": (str, LISTED),
        "objectId": (str, LISTED),
        "path": (str, LISTED),
        "time": (str, LISTED),
    },
    "accesses/A-1/link": {
        "link": (str, ("2.3.1",)),
        "up.since": (str, ("2.3.1",)),
        "up.mbps": (int, ("2.3.1",)),
        "up.clients.mac": (str, ("2.3.1",)),
        "up.clients.ip": (str, ("2.3.1",)),
    },
}
"""Path -> parameter -> its JSON type and the versions that have it; all that the network of the
tests can tell. What it cannot is in the golden files."""

BITVIS_FIELDS: Mapping[str, Mapping[str, str]] = {
    "tech/access/A-1/link/status": {"configuredSpeed": "configuredSpeeds"},
    "tech/cpe/A-1/status": {
        "dhcpSnooping": "dhcpSnoopingTable",
        "pause": "pauses",
        "unicastPackets": "unicast",
        "multicastPackets": "multicast",
    },
}
"""Path -> word of 2.6 -> word of the Bitvis profile."""


@dataclass(frozen=True)
class Refused:
    """A request that has no answer.

    Attributes:
        path: Below the version; with ``{v}`` below the prefix.
        retryable: Whether the same request may go through later.
    """

    path: str
    status: int
    code: Code
    versions: tuple[str, ...] = LISTED
    method: str = "GET"
    auth: tuple[str, str] = OPERATOR
    headers: Mapping[str, str] | None = None
    retryable: bool = False
    content: bytes | None = None
    served: Served | None = None
    authoritative: bool = True


TECH = (
    "tech/access/{}/hardware",
    "tech/{}/access/hardware",
    "tech/access/{}/link/status",
    "tech/access/{}/link/macaddresstable",
    "tech/access/{}/link/leaseinfo",
    "tech/access/{}/link/igmpsnooping",
    "tech/cpe/{}/status",
    "tech/access/{}",
)
PORT = TECH[2:6]
LINK = ("2.3.1",)
ELSEWHERE = Served(elsewhere={"accesses": "https://orders.example/onapi/2.6/accesses"})
OFF = Served(off=frozenset({"events", "tech"}))
REFUSED = (
    # 400: malformed, never 422
    *(Refused(path.format("A_1"), 400, Code.MALFORMED) for path in TECH),
    *(Refused(path.format("A" * 37), 400, Code.MALFORMED) for path in TECH),
    Refused("accesses/A_1/link", 400, Code.MALFORMED, LINK),
    Refused("accesses/A_1", 400, Code.MALFORMED),
    Refused("subscriptions/A_1", 400, Code.MALFORMED, NEW),
    Refused("services/A_1", 400, Code.MALFORMED, NEW),
    Refused(TECH[2].format("A-1"), 400, Code.MALFORMED, headers={"Cache-Control": "max-age=x"}),
    # 401
    *(Refused(path.format("A-1"), 401, Code.UNAUTHORISED, auth=("isp", "x")) for path in TECH),
    *(Refused(path, 401, Code.UNAUTHORISED, auth=("isp", "x")) for path in ("", "events", "none")),
    Refused("accesses/A-1/link", 401, Code.UNAUTHORISED, LINK, auth=("isp", "x")),
    # 403: no subscription, no order
    *(Refused(path.format("A-PLANNED"), 403, Code.FORBIDDEN, auth=PROVIDER) for path in TECH),
    Refused("accesses/A-PLANNED/link", 403, Code.FORBIDDEN, LINK, auth=PROVIDER),
    Refused("tech/access/A-2/link/macaddresstable", 403, Code.FORBIDDEN, auth=TELE),
    # 409, 500
    *(Refused(p.format("A-S2"), 409, Code.NOT_UNIQUE) for p in PORT[1:]),
    *(Refused(p.format("A-OTHER"), 500, Code.INVENTORY_MISMATCH) for p in (TECH[0], *PORT)),
    Refused("accesses/A-OTHER/link", 500, Code.INVENTORY_MISMATCH, LINK),
    # 404
    *(Refused(path.format("A-9"), 404, Code.UNKNOWN_ACCESS) for path in TECH),
    Refused("accesses/A-9/link", 404, Code.UNKNOWN_ACCESS, LINK),
    Refused("accesses/A-9", 404, Code.UNKNOWN_ACCESS),
    Refused("subscriptions/A-9", 404, Code.UNKNOWN_ACCESS, NEW),
    Refused("services/A-9", 404, Code.UNKNOWN_ACCESS, NEW),
    *(Refused(path.format("A-PLANNED"), 404, Code.NOT_CONNECTED) for path in TECH),
    Refused("accesses/A-PLANNED/link", 404, Code.NOT_CONNECTED, LINK),
    Refused("tech/cpe/A-2/status", 404, Code.NOT_AVAILABLE_HERE),
    # 405
    *(Refused(path.format("A-1"), 405, Code.METHOD_NOT_ALLOWED, method="PUT") for path in TECH),
    *(Refused(p, 405, Code.METHOD_NOT_ALLOWED, method="POST") for p in ("", "events", "accesses")),
    # 413
    Refused("events", 413, Code.TOO_LARGE, method="POST", content=b" " * (1024 * 1024 + 1)),
    # 501: unknown paths and versions
    Refused("none", 501, Code.NOT_IMPLEMENTED, V),
    Refused("tech/access/A-1/none", 501, Code.NOT_IMPLEMENTED, V),
    *(Refused(p, 501, Code.NOT_IMPLEMENTED, ("2.7", "2.0")) for p in ("", "accesses", TECH[0])),
    Refused("", 501, Code.NOT_IMPLEMENTED, LINK),
    *(Refused(path.format("A-1"), 501, Code.NOT_IMPLEMENTED, LINK) for path in TECH),
    *(Refused(p, 501, Code.NOT_IMPLEMENTED, OLD) for p in ("subscriptions/A-1", "services")),
    # 501: listed elsewhere, or nowhere
    Refused("accesses", 501, Code.ELSEWHERE, served=ELSEWHERE),
    Refused("accesses/A-1", 501, Code.ELSEWHERE, served=ELSEWHERE),
    Refused("accesses/A-1/link", 501, Code.ELSEWHERE, LINK, served=ELSEWHERE),
    Refused("events", 501, Code.NOT_IMPLEMENTED, served=OFF),
    Refused("tech/access/A-1/hardware", 501, Code.NOT_IMPLEMENTED, served=OFF),
    *(
        Refused(path, 501, Code.ELSEWHERE, versions, authoritative=False)
        for path, versions in (
            ("accesses", LISTED),
            ("accesses/A-1", LISTED),
            ("subscriptions", LISTED),
            ("subscriptions/A-1", NEW),
            ("services", NEW),
            ("services/A-1", NEW),
        )
    ),
    # 504: silent, never [] and never DOWN
    *(Refused(p.format("A-DEAD"), 504, Code.ELEMENT_SILENT, retryable=True) for p in PORT),
    Refused("accesses/A-DEAD/link", 504, Code.ELEMENT_SILENT, LINK, retryable=True),
)
