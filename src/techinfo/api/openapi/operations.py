"""What every operation is called in the documents, by which generated clients name their calls."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

IDS: Mapping[str, str] = {
    "GET ": "getEndpoints",
    "GET /tech/access/{id}": "getAccessFacts",
    "GET /tech/access/{id}/hardware": "getHardware",
    "GET /tech/{id}/access/hardware": "getAccessHardware",
    "GET /tech/access/{id}/link/status": "getLinkStatus",
    "GET /tech/access/{id}/link/macaddresstable": "getMacAddressTable",
    "GET /tech/access/{id}/link/leaseinfo": "getLeaseInfo",
    "GET /tech/access/{id}/link/igmpsnooping": "getIgmpSnooping",
    "GET /tech/cpe/{id}/status": "getCpeStatus",
    "GET /accesses": "getAccesses",
    "GET /accesses/{id}": "getAccess",
    "GET /accesses/{id}/link": "getLink",
    "GET /subscriptions": "getSubscriptions",
    "GET /subscriptions/{id}": "getAccessSubscriptions",
    "GET /services": "getServices",
    "GET /services/{id}": "getAccessServices",
    "GET /dhcplookup": "getDhcpLookup",
    "GET /option82/{hex}": "getOption82",
    "GET /events": "getEvents",
    "GET /tickets": "getTickets",
    "POST /tickets": "createTicket",
    "GET /tickets/{ref}": "getTicket",
    "PATCH /tickets/{ref}": "changeTicket",
    "GET /techinfo/v1/access/{id}": "getAccessReport",
    "GET /techinfo/v1/dump/{id}": "getAccessDump",
    "POST /techinfo/v1/linkinfo": "readLinkInfo",
    "GET /techinfo/v1/diagnosis/{id}": "getDiagnosis",
    "POST /techinfo/v1/diagnosis/{id}": "diagnose",
    "GET /techinfo/v1/search": "search",
    "GET /techinfo/v1/lookup": "getPastLookup",
    "GET /techinfo/v1/switch/{element}/panel": "getSwitchPanel",
    "GET /techinfo/v1/switch/{element}/audit": "getPortAudit",
    "GET /techinfo/v1/switch/{element}/touched": "getTouchedPorts",
    "GET /techinfo/v1/access/{id}/cabletest": "getCableTestProspect",
    "POST /techinfo/v1/access/{id}/cabletest": "createCableTest",
    "POST /techinfo/v1/access/{id}/cabletest/despite-link": "forceCableTest",
    "POST /techinfo/v1/access/{id}/selfcheck": "createSelfCheck",
    "GET /techinfo/v1/access/{id}/selfcheck": "getSelfCheckAnswers",
    "GET /techinfo/v1/selfcheck": "getSelfCheck",
    "POST /techinfo/v1/selfcheck": "answerSelfCheck",
    "POST /techinfo/v1/batch": "getBatch",
    "GET /techinfo/v1/status": "getServiceStatus",
    "GET /techinfo/v1/quota": "getQuota",
    "GET /techinfo/v1/attention": "getAttention",
    "GET /techinfo/v1/sessions": "getSessions",
    "POST /techinfo/v1/sessions": "createSession",
    "POST /techinfo/v1/sessions/password": "renewPassword",
    "DELETE /techinfo/v1/sessions": "deleteSessions",
    "DELETE /techinfo/v1/sessions/{session_id}": "deleteSession",
    "GET /techinfo/v1/history/{id}": "getHistory",
    "GET /techinfo/v1/timeline/{id}": "getTimeline",
    "GET /techinfo/v1/installation/{id}": "getInstallation",
    "POST /techinfo/v1/installation/{id}": "createInstallation",
    "GET /techinfo/v1/disturbances": "getDisturbances",
    "GET /techinfo/v1/disturbances/{reference}/accesses": "getDisturbedAccesses",
    "GET /techinfo/v1/fibre-weather": "getFibreWeather",
    "GET /techinfo/v1/wrong-ports": "getWrongPorts",
    "POST /techinfo/v1/wrong-ports/confirm": "confirmWrongPorts",
    "GET /techinfo/v1/works": "getWorks",
    "POST /techinfo/v1/works": "announceWorks",
    "GET /techinfo/v1/works/{reference}": "getOneWorks",
    "DELETE /techinfo/v1/works/{reference}": "endWorks",
    "POST /techinfo/v1/watch": "createWatch",
    "GET /techinfo/v1/watch": "getWatches",
    "GET /techinfo/v1/watch/{id}": "getWatch",
    "DELETE /techinfo/v1/watch/{id}": "deleteWatch",
    "GET /techinfo/v1/live/{id}": "getLive",
    "GET /techinfo/v1/tickets/{ref}/linkinfo": "getTicketLinkInfo",
    "POST /techinfo/v1/tickets/{ref}": "postTicketChange",
    "GET /techinfo/v1/webhooks": "getWebhooks",
    "POST /techinfo/v1/webhooks": "createWebhook",
    "GET /techinfo/v1/webhooks/dead-letters": "getDeadLetters",
    "DELETE /techinfo/v1/webhooks/{hook}": "deleteWebhook",
    "POST /techinfo/v1/webhooks/{hook}/enable": "enableWebhook",
    "POST /techinfo/v1/webhooks/{hook}/test": "testWebhook",
}
"""Method and path, its version taken off -> operationId."""

TAGS: Mapping[str, str] = {
    "endpoints": "Which endpoints there are, and what they cannot tell here.",
    "tech": "What the network element says about an access (ON-API technical_info).",
    "link": "The link of ON-API 2.3.1.",
    "accesses": "The inventory, where it is authoritative.",
    "services": "What can be delivered on an access.",
    "subscriptions": "The own subscriptions.",
    "look-up": "Which access a DHCP identifier belongs to.",
    "tickets": "Tickets, and the link info that they carry.",
    "events": "Which objects have changed.",
    "access": "All that is known of an access in one answer, or of many accesses.",
    "diagnosis": "One verdict: what is wrong, where, and who acts.",
    "history": "What was seen of an access before.",
    "search": "From what somebody remembers to the access.",
    "switch": "A whole switch, for the operator's own people.",
    "service": "The service itself.",
    "cable test": "The test of a cable, which takes the link down: for those who may.",
    "self-check": "A customer looks at the own line, by a link of their provider's.",
    "sessions": "Log-ins of browsers.",
    "webhooks": "What other systems are told.",
    "works": "Planned works, and whom they touch.",
    "watch": "One access read again and again for a while, or live.",
}
"""Tag -> what is below it."""

ABOUT = (
    "What the operator's equipment says about an access, now. What is not known is left out of an "
    "answer; `[]` means read, and empty. Every error is a `Cause`, whose `code` a client may "
    "decide by. Extensions of ON-API stand below `/techinfo/v1`."
)


def tags_of(paths: Mapping[str, Any]) -> list[dict[str, str]]:
    """The tags that operations of a document have, each with its words."""
    used = {tag for item in paths.values() for one in item.values() for tag in one.get("tags", ())}
    return [{"name": name, "description": words} for name, words in TAGS.items() if name in used]
