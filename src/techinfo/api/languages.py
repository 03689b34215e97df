"""In which language whoever asks wants to be answered (RFC 9110, 12.5.4)."""

from __future__ import annotations

LANGUAGES = ("en", "sv")
"""Those that there are; the first is for whoever wants none of them."""
_MOST_OF_A_HEADER = 200


def preferred(accept_language: str) -> str:
    """The language that is wanted most of those that there are; whatever is sent, there is one."""
    ranked = []
    for part in accept_language[:_MOST_OF_A_HEADER].split(","):
        tag, _, weight = part.strip().partition(";")
        try:
            q = float(weight.strip().removeprefix("q=")) if weight else 1.0
        except ValueError:
            continue
        if q > 0:
            ranked.append((-q, tag))
    wanted = [tag for _, tag in sorted(ranked, key=lambda one: one[0])]
    # sv-SE is asked for and sv is there.
    shortened = (one.lower() for tag in wanted for one in (tag, tag.partition("-")[0]))
    return next((one for one in shortened if one in LANGUAGES), LANGUAGES[0])
