"""The metrics for Prometheus: requests, how long they take, and the state of the service.

No label names an access, a provider, a person or a device, and every label has few values:
whoever reads the metrics learns nothing about one provider's customers from another's. A site is
named, as the inventory calls it: a place where elements stand.
"""

from __future__ import annotations

import time
from bisect import bisect_left
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import accumulate

from prometheus_client import CollectorRegistry, Gauge, ProcessCollector, generate_latest
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    Metric,
    SummaryMetricFamily,
)

from techinfo import __version__
from techinfo.api.asgi.paths import version_of
from techinfo.collect import CollectorStats
from techinfo.collect.tally import GroupStats, ProcessStats
from techinfo.polling.poller import PollNumbers

_METHODS = frozenset({"GET", "POST", "PATCH", "PUT", "DELETE", "OPTIONS"})
_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)


@dataclass(slots=True)
class _Taken:
    """How long the requests of a route have taken: how many within each bucket, and all together.

    The library's own histogram goes through its buckets one by one, under a lock for each.
    """

    since: float = field(default_factory=time.time)
    within: list[int] = field(default_factory=lambda: [0] * (len(_BUCKETS) + 1))
    seconds: float = 0.0


@dataclass(slots=True)
class _Answered:
    """Requests of a method, a route and a kind of status."""

    taken: _Taken
    since: float = field(default_factory=time.time)
    count: int = 0


class Metrics:
    """Counts requests; each instance by itself, in one thread.

    Attributes:
        in_flight: Requests under way.
    """

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._registry.register(self)
        self.in_flight = 0
        under_way = Gauge(
            "techinfo_requests_in_flight", "Requests under way.", registry=self._registry
        )
        under_way.set_function(lambda: self.in_flight)
        about = Gauge("techinfo_build_info", "The version.", ("version",), registry=self._registry)
        about.labels(__version__).set(1)
        ProcessCollector(registry=self._registry)
        self._taken: dict[str, _Taken] = {}
        self._answered: dict[tuple[str, str, int], _Answered] = {}

    def answered(self, method: str, route: str, status: int | None, seconds: float) -> None:
        """Count a request.

        Args:
            method: Of HTTP.
            route: From `techinfo.api.asgi.paths`, never the path itself.
            status: ``None``: the client had gone before the answer.
            seconds: How long it took.
        """
        key = (method if method in _METHODS else "other", route, (status or 0) // 100)
        found = self._answered.get(key)
        if found is None:
            found = _Answered(self._taken.setdefault(route, _Taken()))
            self._answered[key] = found
        found.count += 1
        found.taken.seconds += seconds
        found.taken.within[bisect_left(_BUCKETS, seconds)] += 1

    def collect(self) -> Iterable[Metric]:
        """As prometheus_client asks for it."""
        requests = CounterMetricFamily(
            "techinfo_requests",
            "Requests that have been answered.",
            labels=("method", "route", "version", "status"),
        )
        for (method, route, hundreds), answered in self._answered.items():
            status = f"{hundreds}xx" if hundreds else "gone"
            labels = (method, route, version_of(route), status)
            requests.add_metric(labels, answered.count, created=answered.since)
        yield requests
        name = "techinfo_request_duration_seconds"
        times = HistogramMetricFamily(name, "How long a request took.", labels=("route", "version"))
        for route, taken in self._taken.items():
            bounds = (*map(str, _BUCKETS), "+Inf")
            buckets = list(zip(bounds, accumulate(taken.within), strict=True))
            times.add_metric((route, version_of(route)), buckets, taken.seconds)
            labelled = {"route": route, "version": version_of(route)}
            times.add_sample(f"{name}_created", labelled, taken.since)
        yield times

    def exposition(self, app_state: ServiceStats) -> bytes:
        """Everything, in the text format of Prometheus."""
        others = CollectorRegistry()
        others.register(app_state)
        return generate_latest(self._registry) + generate_latest(others)


@dataclass(frozen=True, kw_only=True, slots=True)
class AuditNumbers:
    """How the audit log is.

    Attributes:
        writable: The last entries could be written.
        lost: Entries that could not be kept.
        commits: Transactions; each holds what has come since the one before.
        withheld: Answers that were not given, as their entries could not be written.
        unrecorded: Answers with rows of people that were given though.
    """

    writable: bool = True
    lost: int = 0
    commits: int = 0
    withheld: int = 0
    unrecorded: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class WatchNumbers:
    """How polling and watching go.

    Attributes:
        polling: Of the polls.
        lost: Polls that were not kept, as the disk was too slow.
        watches: Accesses that somebody watches.
        live_views: Live views that are open.
        looks: That traps and syslog have started.
        looks_dropped: That they have not, as too many waited.
    """

    polling: PollNumbers
    lost: int = 0
    watches: int = 0
    live_views: int = 0
    looks: int = 0
    looks_dropped: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class ServiceStats:
    """The state of the service at this moment.

    Attributes:
        now: The time.
        imported_at: When the accesses were last imported; ``None`` before the first time.
        audit: Of the audit log.
        pauses: Pauses in force; ``None``: they cannot be read.
        collector: Of the collector; ``None``: it cannot be reached.
        stores: What is wrong with each database, by its name; empty: nothing.
        watching: Of polls and watches; ``None``: nothing is polled.
        orders_read_at: When orders were last read from the other operator that is longest behind;
            ``None``: none are followed.
    """

    now: datetime
    imported_at: datetime | None
    audit: AuditNumbers
    pauses: int | None
    collector: CollectorStats | None
    stores: Mapping[str, str] = field(default_factory=dict, hash=False)
    watching: WatchNumbers | None = None
    orders_read_at: datetime | None = None

    def collect(self) -> Iterable[Metric]:
        """As prometheus_client asks for it."""
        if self.imported_at is not None:
            yield _gauge(
                "inventory_age_seconds",
                "Since the accesses were last imported.",
                (self.now - self.imported_at).total_seconds(),
            )
        if self.orders_read_at is not None:
            yield _gauge(
                "orders_age_seconds",
                "Since orders were last read from the other operator that is longest behind.",
                (self.now - self.orders_read_at).total_seconds(),
            )
        yield from _of_audit(self.audit)
        if self.pauses is not None:
            yield _gauge("pauses", "Pauses in force.", self.pauses)
        up = GaugeMetricFamily(
            "techinfo_store_up", "The database can be written and read.", labels=["store"]
        )
        for name, trouble in self.stores.items():
            up.add_metric((name,), float(not trouble))
        yield up
        if self.watching is not None:
            yield from _of_watching(self.watching)
        yield _gauge("collector_up", "The collector answers.", self.collector is not None)
        if self.collector is not None:
            for name, words, value in _of_collector(self.collector):
                yield _counter(f"collector_{name}", words, value)
            yield _gauge("collector_elements", "Elements known.", self.collector.elements)
            yield _gauge("collector_elements_silent", "Of those silent.", self.collector.silent)
            yield from _of_groups(self.collector.groups)
            yield from _of_process(self.collector.process)


def _of_audit(audit: AuditNumbers) -> Iterable[Metric]:
    yield _gauge("audit_writable", "Entries of the audit log can be written.", audit.writable)
    yield _counter("audit_entries_lost", "Not kept in the audit log.", audit.lost)
    yield _counter("audit_commits", "Transactions of the audit log.", audit.commits)
    yield _counter(
        "audit_withheld", "Answers not given, as their entry was not on disk.", audit.withheld
    )
    yield _counter(
        "audit_unrecorded", "Answers about people that no entry was written of.", audit.unrecorded
    )


def _of_watching(numbers: WatchNumbers) -> Iterable[Metric]:
    polling = numbers.polling
    yield _gauge("polled_elements", "Elements that are polled.", polling.elements)
    yield _gauge("polled_elements_silent", "Of those silent.", polling.silent)
    yield _gauge("polled_elements_paused", "Of those paused by themselves.", polling.paused)
    yield _gauge("polls_under_way", "Polls that have begun and not ended.", polling.under_way)
    polls = CounterMetricFamily(
        "techinfo_polls", "Polls, by what they read and how they ended.", labels=("kind", "outcome")
    )
    for labels, number in sorted(polling.polls.items()):
        polls.add_metric(labels, number)
    yield polls
    yield _counter("polls_lost", "Polls that were not kept: the disk was too slow.", numbers.lost)
    yield _gauge("watches", "Accesses that somebody watches.", numbers.watches)
    yield _gauge("live_views", "Live views that are open.", numbers.live_views)
    yield _counter("heard_looks", "Readings that traps and syslog started.", numbers.looks)
    yield _counter(
        "heard_looks_dropped", "Those not begun: too many waited.", numbers.looks_dropped
    )


def _of_collector(numbers: CollectorStats) -> Iterable[tuple[str, str, int]]:
    yield "questions", "Readings that were asked for.", numbers.questions
    yield "questions_kept", "Of those answered with what was there.", numbers.kept
    yield "questions_paused", "Of those refused, as the element is paused.", numbers.paused
    yield "questions_not_allowed", "Refused: the credential may not go there.", numbers.not_allowed
    yield "visits", "Conversations with elements.", numbers.visits
    yield "requests", "PDUs sent to elements, without retries.", numbers.requests
    yield "retries", "PDUs sent again.", numbers.retries
    yield "varbinds", "Varbinds that were asked for.", numbers.varbinds
    yield "walks", "Walks of columns.", numbers.walks


_OUTCOMES: Mapping[str, Callable[[GroupStats], int]] = {
    "answered": lambda group: group.visits - group.unanswered - group.late - group.failed,
    "unanswered": lambda group: group.unanswered,
    "late": lambda group: group.late,
    "failed": lambda group: group.failed,
}


def _of_groups(groups: Sequence[GroupStats]) -> Iterable[Metric]:
    """By driver and site: both name many devices, and none alone."""
    labels = ("driver", "site")
    elements = GaugeMetricFamily("techinfo_elements", "Elements known.", labels=labels)
    silent = GaugeMetricFamily("techinfo_elements_silent", "Of those silent.", labels=labels)
    visits = CounterMetricFamily(
        "techinfo_element_visits",
        "Conversations with elements, by how they ended.",
        labels=(*labels, "outcome"),
    )
    took = SummaryMetricFamily(
        "techinfo_element_visit_duration_seconds", "How long they took.", labels=labels
    )
    for group in groups:
        place = (group.driver, group.site)
        elements.add_metric(place, group.elements)
        silent.add_metric(place, group.silent)
        for outcome, number in _OUTCOMES.items():
            visits.add_metric((*place, outcome), number(group))
        took.add_metric(place, count_value=group.visits, sum_value=group.seconds)
    yield from (elements, silent, visits, took)


def _of_process(numbers: Sequence[ProcessStats]) -> Iterable[Metric]:
    """Of the collector's process, as ``process_…`` are of the one that serves this."""
    for number in numbers:
        name = f"collector_process_{number.name}"
        if number.name.endswith("_total"):
            plain = name.removesuffix("_total")
            yield CounterMetricFamily(f"techinfo_{plain}", "Of the collector.", value=number.value)
        else:
            yield _gauge(name, "Of the collector.", number.value)


def _gauge(name: str, words: str, value: float) -> Metric:
    return GaugeMetricFamily(f"techinfo_{name}", words, value=float(value))


def _counter(name: str, words: str, value: int) -> Metric:
    return CounterMetricFamily(f"techinfo_{name}", words, value=float(value))
