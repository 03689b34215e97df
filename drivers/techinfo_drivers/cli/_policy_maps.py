"""Limits that policies set on a port of IOS: "show policy-map interface".

Public outputs of IOS 12.4 to IOS-XE 17 (genieparser's tests, ShowPolicyMapInterface). What is only
marked is not limited. Policies of sub-interfaces and service instances are not the port's. Of a
policy below a class only that class is told; if that limits nothing, nothing is known. Catalysts
with 12.2SE name the classes and not what is done with them: of those nothing is known either.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from techinfo.driver import cli as c
from techinfo.driver import cli_forms as f
from techinfo.driver import cli_words as w

_PORT = r" ?(?P<port>[A-Z][A-Za-z-]*\d[\d/]*)(?P<part>\.\d+|: .*)?"
_POLICY = r"\s+Service-policy (?P<way>in|out)put: ?\S.*"
_QUEUED = re.compile(r"shape|bandwidth|[Pp]riority|Fair-queue")
_DONE = re.compile(r"^\s+(?:police:|shape \(|QoS Set|Queueing|Priority|bandwidth )", re.MULTILINE)
_SHAPED = re.compile(r"^\s+target shape rate (\d+)", re.MULTILINE)
_POLICED = re.compile(r"^\s+(?:cir|rate) (\d+) bps\b", re.MULTILINE)
_PEAK = re.compile(r"\bpir (\d+) bps\b")
_BEYOND = re.compile(
    r"^\s+(exceeded|violated) [^;\n]*; actions?:\s*(drop|transmit|set-|policed-)", re.MULTILINE
)


def _parsed(text: str) -> c.Parsed:
    """A row for each class of a port's own policies; one without a policy is damaged."""
    policies: list[tuple[str, str, list[str]]] = []
    odd: list[str] = []
    for line in (each.rstrip() for each in text.splitlines()):
        if found := re.fullmatch(_PORT, line):
            policies.append(("" if found["part"] else found["port"], "", []))
        elif policies and (found := re.fullmatch(_POLICY, line)):
            port, way, _ = policies[-1]
            if not way:
                policies.pop()
            policies.append((port, found["way"], []))
        elif re.match(r" ?\S", line):  # a control plane, among others
            odd.append(line)
            if line[0] == " " or (any(x.isdigit() for x in line) and not f.is_log(line)):
                policies.append(("", "", []))
        elif policies:
            policies[-1][2].append(line)
    rows = [_classes(port, way, "\n".join(lines)) for port, way, lines in policies if port]
    return c.Parsed([row for each in rows for row in each], tuple(odd))


def _classes(port: str, way: str, policy: str) -> list[dict[str, str]]:
    """Those of its first level, each without the policy below it."""
    first = re.search(r"^([ \t]+)Class-map: ", policy, re.MULTILINE)
    if not way or first is None:
        return [{"port": port}]
    _, *parts = re.split(rf"^{first[1]}Class-map: (\S+) .*$", policy, flags=re.MULTILINE)
    names, texts = parts[::2], parts[1::2]
    is_whole = _DONE.search(policy) is not None and len(set(names)) == len(names)
    rows = []
    for name, text in zip(names, texts, strict=True):
        own, below, _ = text.partition("Service-policy : ")
        queue = way if names == ["class-default"] else f"{way} {name}"
        told = {"port": port, "queue": queue, "text": own, "below": below}
        rows.append({**told, "whole": "yes" if is_whole else ""})
    return rows


def _is_whole(text: str) -> bool:
    """Whether what a class begins comes to what it is about."""
    return not (
        ("police:" in text and not _POLICED.search(text))
        or (" shape (" in text and not _SHAPED.search(text))
        or ("Queueing" in text and not _QUEUED.search(text))
    )


def _rate(values: c.Values, _: str | None) -> Iterator[c.CliRate]:
    """What is policed is limited where what is beyond is dropped."""
    queue, text = values["queue"], values["text"]
    if not values["whole"] or not _is_whole(text):
        raise ValueError("what is done is not told")
    sure = peak = None
    if shaped := _SHAPED.search(text):
        sure = peak = w.kilobits(shaped[1], "bps")
    elif policed := _POLICED.search(text):
        beyond = dict(_BEYOND.findall(text))
        if beyond["exceeded"] == "drop":
            sure = peak = w.kilobits(policed[1], "bps")
        elif beyond.get("violated") == "drop":
            sure, most = w.kilobits(policed[1], "bps"), _PEAK.search(text)
            peak = w.kilobits(most[1], "bps") if most else None
    if sure is None and values["below"]:
        raise ValueError("a policy below it may limit it")
    yield c.CliRate(port=values["port"], queue=queue, cir=sure, pir=peak)


RATES = c.CliTable(
    kind=c.CliRate,
    command="show policy-map interface",
    template=_parsed,
    row=_rate,
    one_port="show policy-map interface {port}",
    also=(r"show policy-map int[a-z]*(?: .*)?",),
)
