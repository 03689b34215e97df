"""What errors of the interface say to who reads Swedish: a sentence for every code.

The code stays what clients decide by. What an error says of this one request (which header, which
field, since when) stands behind the sentence in the words that it has, which are English.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextvars import ContextVar

from techinfo.api.languages import preferred
from techinfo.error_codes import Code

asked_headers: ContextVar[list[tuple[bytes, bytes]]] = ContextVar("asked_headers")
"""Headers of the request under way; they are looked at only when an error is answered."""

SWEDISH: Mapping[Code, str] = {
    Code.MALFORMED: "begäran är felaktig",
    Code.ON_BEHALF_OF_REQUIRED: "X-On-Behalf-Of måste säga för vem det frågas",
    Code.CASE_REFERENCE_REQUIRED: "X-Case-Reference måste säga vilket ärende det gäller",
    Code.WEBHOOK_REFUSED: "en sådan webhook kan inte skapas",
    Code.UNAUTHORISED: "inloggningen saknas eller är fel",
    Code.FORBIDDEN: "du har inte rätt till detta",
    Code.INSUFFICIENT_SCOPE: "denna token eller nyckel gäller inte för detta",
    Code.NOT_FOUND: "här finns ingenting",
    Code.UNKNOWN_ACCESS: "ingen access har detta accessId",
    Code.NOT_CONNECTED: "ingen utrustning är ansluten till denna access",
    Code.NOT_AVAILABLE_HERE: "utrustningen på denna access kan inte svara på detta",
    Code.UNKNOWN_IDENTIFIER: "ingen access har denna identifierare",
    Code.SHARED_IDENTIFIER: "inte entydigt: flera accesser kan ha denna identifierare",
    Code.NOT_READ: "inget har lästs på sistone; fråga efter det för sig",
    Code.UNKNOWN_DISTURBANCE: "ingen störning har denna referens",
    Code.UNKNOWN_ELEMENT: "inget nätelement har detta namn",
    Code.NO_ACCESSES: "inventariet har inga accesser",
    Code.UNKNOWN_TICKET: "inget ärende har denna coTicketReference",
    Code.UNKNOWN_WEBHOOK: "du har ingen webhook med detta id",
    Code.UNKNOWN_WORKS: "inget planerat arbete har denna referens",
    Code.METHOD_NOT_ALLOWED: "metoden är inte tillåten här",
    Code.NOT_UNIQUE: "flera accesser delar porten och inget skiljer deras rader åt",
    Code.CONFLICT: "det motsäger något som redan finns",
    Code.CABLE_TEST_REFUSED: "kabeln kan inte testas nu",
    Code.CABLE_TEST_RUNNING: "en kabel på detta nätelement testas redan; en åt gången",
    Code.TOO_SLOW: "begäran kom inte i tid",
    Code.TOO_LARGE: "begäran är för stor",
    Code.URL_TOO_LONG: "URL:en är för lång",
    Code.UNSUPPORTED_MEDIA_TYPE: "denna medietyp läses inte",
    Code.THROTTLED: "för många försök; vänta lite",
    Code.QUOTA: "kvoten är slut för stunden",
    Code.TICKET_QUOTA: "kvoten för ärenden är slut",
    Code.HEADERS_TOO_LARGE: "begärans huvuden är för stora",
    Code.REFUSED: "begäran avvisas",
    Code.INTERNAL: "något gick fel här",
    Code.INVENTORY_MISMATCH: (
        "utrustningen som hittades är inte den som inventariet anger; inga uppgifter lämnas"
    ),
    Code.PORT_NOT_UNIQUE: (
        "flera portar på nätelementet har det namn som inventariet anger; inga uppgifter lämnas"
    ),
    Code.ELEMENT_ERROR: "nätelementets svar går inte att använda",
    Code.ELEMENT_REFUSES: "nätelementet avvisar operatörens inloggning",
    Code.ADDRESS_NOT_ALLOWED: "operatörens inställningar tillåter inte att nätelementet frågas",
    Code.NOT_SUPPORTED: "denna sorts nätelement kan inte läsas",
    Code.INVENTORY_ERROR: "inventariet kan inte läsas",
    Code.NOT_IMPLEMENTED: "detta finns inte här",
    Code.NOT_IN_THIS_NETWORK: "inget nätelement här kan svara på detta",
    Code.ELSEWHERE: "ett annat system svarar på detta",
    Code.NO_TICKET_DESK: "ingen ärendehantering är inställd här",
    Code.NOT_LISTED: "accesser saknar fält som ON-API kräver",
    Code.COLLECTOR_DOWN: "den del av tjänsten som frågar nätelement är inte igång just nu",
    Code.PAUSED: "operatören har pausat läsningen av denna utrustning",
    Code.AUDIT_UNAVAILABLE: "uppgifter om personer lämnas inte när frågan inte kan antecknas",
    Code.ISSUER_UNAVAILABLE: "det går inte att avgöra om denna token är rätt",
    Code.OVERLOADED: "tjänsten har för mycket att göra just nu",
    Code.STORAGE_FAILED: "det kunde inte skrivas eller läsas, och inget har ändrats",
    Code.STORAGE_FULL: "det finns inte plats att skriva det, och inget har ändrats",
    Code.ELEMENT_SILENT: "nätelementet svarar inte",
    Code.ELEMENT_SLOW: "nätelementet svarar för långsamt",
    Code.INCOMPLETE: (
        "alla rader kunde inte läsas eller knytas till en port, och ingen av de lästa hör till"
        " denna access: det kan finnas fler"
    ),
}


def spoken(code: Code, cause: str) -> tuple[str, str]:
    """A cause in the language of whoever asks, and which languages it is in.

    Args:
        code: Of the error.
        cause: In English.
    """
    headers = asked_headers.get([])
    told = b",".join(value for name, value in headers if name == b"accept-language")
    if not told or preferred(told.decode("latin-1")) != "sv":
        return cause, "en"
    sentence = SWEDISH[code]
    return (sentence, "sv") if cause == code.cause else (f"{sentence}: {cause}", "sv, en")
