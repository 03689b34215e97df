"""What happens to a text on its way: cut, doubled, with log lines and colours in it, or worse."""

from __future__ import annotations

import random

LOGS = (
    "*Mar  1 00:01:02.123: %LINK-3-UPDOWN: Interface GigabitEthernet9/9/9, changed state to up",
    "Nov 29 2026 01:46:09 sw %%01IFNET/4/LINK_STATE(l)[12]:The line of GE9/9/9 is DOWN.",
    "17:20:06 echo: system,error,critical login failure for user admin from 192.0.2.99 via ssh",
)
NOISE = ("\x1b[32m", "\x1b[0m", "\x00\x07", "\ufffd", " --More-- \b\b\b\b", "链路", "żółw")


def mutated(text: str, chance: random.Random) -> str:
    """One to three things done to a text."""
    for _ in range(chance.randint(1, 3)):
        text = chance.choice((_cut, _without, _doubled, _logged, _noisy, _broken))(text, chance)
    return text


def by_lines(text: str, chance: random.Random) -> str:
    """The same, but every line stays whole: what a row tells is told of its own port."""
    for _ in range(chance.randint(1, 3)):
        text = chance.choice((_doubled, _logged, _without_end))(text, chance)
    return text


def _cut(text: str, chance: random.Random) -> str:
    return text[: chance.randint(0, len(text))]


def _without(text: str, chance: random.Random) -> str:
    begin = chance.randint(0, len(text))
    return text[:begin] + text[begin + chance.randint(1, 120) :]


def _without_end(text: str, chance: random.Random) -> str:
    lines = text.split("\n")
    return "\n".join(lines[: chance.randint(0, len(lines))])


def _doubled(text: str, chance: random.Random) -> str:
    lines = text.split("\n")
    at = chance.randrange(len(lines))
    return "\n".join([*lines[: at + 1], *lines[at:]])


def _logged(text: str, chance: random.Random) -> str:
    lines = text.split("\n")
    at = chance.randint(0, len(lines))
    return "\n".join([*lines[:at], chance.choice(LOGS), *lines[at:]])


def _noisy(text: str, chance: random.Random) -> str:
    at = chance.randint(0, len(text))
    return text[:at] + chance.choice(NOISE) + text[at:]


def _broken(text: str, chance: random.Random) -> str:
    at = chance.randint(0, len(text))
    return text[:at] + "\n" + chance.choice((*LOGS, "")) + "\n" + text[at:]
