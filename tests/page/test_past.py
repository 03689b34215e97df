"""What was seen of an access before, and live, on the page: in a browser, and without one."""

from __future__ import annotations

import asyncio
import json
import logging
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from tests.access import made_up as m
from tests.access.made_up import NOW, merged
from tests.access.played import Clock, Recordings, stocked
from tests.api.listening import listening
from tests.api.served import OPERATOR, PROVIDER, ServedApi, serve
from tests.api.test_past_isolation import DAY, INVENTORY, day, held
from tests.api.v1.network import OPS
from tests.api.v1.test_history import polled
from tests.page.browser import CHROMIUM, DESK, PHONE, browsing, picture, sideways, violations
from tests.page.test_page import paged, seen, talk, with_page

from techinfo.access.past import History
from techinfo.api.state import AppState
from techinfo.history.links import Transition
from techinfo.history.store import HistoryFile
from techinfo.history.writing import HistoryWriter, PollNote, PortNote, Tenants
from techinfo.page import plots

PATIENCE_S = 300.0
LONG = {"connection_date": day(NOW - 30 * DAY)}
browser = [
    pytest.mark.browser,
    pytest.mark.long,
    pytest.mark.skipif(not CHROMIUM, reason="Chromium is not installed"),
]


@dataclass
class Fading:
    """The service over a polled port whose light fades by 1 dB with each step of a live view."""

    devices: Recordings = field(default_factory=Recordings)
    clock: Clock = field(default_factory=Clock)
    steps: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))
    light: int = -1000
    fades: int = 100

    def put(self) -> None:
        """The switch as it is now."""
        rows = merged(m.system("elm"), m.port(1, "ge1"), m.optics(1, rx=self.light))
        self.devices.rows["192.0.2.3"] = rows

    async def pause(self, seconds: float) -> None:
        """Wait for the test."""
        await asyncio.to_thread(self.steps.acquire, timeout=PATIENCE_S)
        self.clock.go_on(seconds)
        self.light -= self.fades
        self.put()

    def served(self, folder: Path, file: HistoryFile) -> ServedApi:
        """The service with its page."""
        self.put()

        def attach(state: AppState) -> AppState:
            return replace(state, pause=self.pause, live_longest=timedelta(seconds=100))

        text = INVENTORY.replace("OTHER", "ge9") + held("isp", **LONG) + held("ops", "iptv", "A-2")
        history = History(file, now=self.clock)
        served = serve(
            stocked(folder, text, self.clock),
            self.devices.open,
            clock=self.clock,
            history=history,
            attach_tickets=attach,
        )
        return with_page(served, clock=self.clock)


@pytest.fixture
def file(tmp_path: Path) -> Iterator[HistoryFile]:
    """Two polled hours; an hour ago the link was lost, and came back slower and weaker."""
    with HistoryFile.open(tmp_path / "history.sqlite") as opened:
        polled(opened)
        yield opened


@pytest.mark.parametrize("whose", [OPERATOR, PROVIDER])
def test_the_last_day_is_drawn_and_told(
    tmp_path: Path, file: HistoryFile, whose: tuple[str, str]
) -> None:
    """Light, traffic and errors as SVG with words; what has happened as a list, newest first."""

    async def words(client: httpx.AsyncClient) -> httpx.Response:
        return await seen(client, "/a/A-1", whose)

    text = talk(Fading().served(tmp_path, file), words).text

    assert 'aria-label="Light received. Lowest -12.50, highest -10.00 dBm."' in text
    assert 'aria-label="Traffic. At most 80 bit/s as a mean of five minutes; dashed: out."' in text
    assert 'aria-label="Errors. 96 in all."' in text
    happened = text[text.index("What has happened") :]
    order = [happened.index(f"<strong>{x}</strong>") for x in ("Speed changed", "Link up")]
    assert order == sorted(order)
    assert "</strong> 100 Mbit/s" in happened
    assert "-10.00 → -12.50 dBm" in happened
    assert "by an engineer" in happened


@pytest.mark.parametrize(
    ("whose", "words"),
    [
        (OPERATOR, "3 of 3 lines of sw were lost together."),
        (PROVIDER, "Several lines were lost together with this one."),
    ],
)
def test_a_disturbance_is_told(
    tmp_path: Path, file: HistoryFile, whose: tuple[str, str], words: str
) -> None:
    """How many lines, and which, to the operator alone."""
    lost = NOW - timedelta(minutes=10)
    down = Transition(at=lost, earliest=lost, up=False, exact=True)
    lines = {"ge1": "A-1", "ge7": "A-2", "ge8": "A-3"}
    ports = {
        name: PortNote(transitions=(down,), tenants=Tenants(accesses=(access,)))
        for name, access in lines.items()
    }
    HistoryWriter(file).write([PollNote(element="sw", at=NOW, ports=ports)])

    async def look(client: httpx.AsyncClient) -> tuple[str, str]:
        of_access = await seen(client, "/a/A-1", whose)
        return of_access.text, (await client.get("/attention")).text

    text, listed = talk(Fading().served(tmp_path, file), look)

    assert words in text
    assert ('href="/a/A-2"' in text) is (whose is OPERATOR)
    assert (words in listed) is (whose is OPERATOR)


def test_where_nothing_is_polled_nothing_is_drawn(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Neither an empty plot nor an error, nor a warning in the log; live there is all the same."""

    async def words(client: httpx.AsyncClient) -> httpx.Response:
        return await seen(client, "/a/A-1", OPS)

    text = talk(paged(tmp_path), words).text

    assert "The last day" not in text
    assert "What has happened" not in text
    assert [one.getMessage() for one in caplog.records if one.levelno >= logging.WARNING] == []
    assert 'data-live="/techinfo/v1/live/A-1"' in text


def _told(*samples: dict[str, Any]) -> dict[str, Any]:
    return {"from": "2026-11-28T12:00:00Z", "to": "2026-11-29T12:00:00Z", "samples": samples}


def _at(clock: str, **more: Any) -> dict[str, Any]:
    return {"end": f"2026-11-29T{clock}:00Z", "seconds": 300.0, **more}


def test_a_line_is_broken_where_nothing_is_known() -> None:
    """Joined from poll to poll, never over a time in which nobody looked."""
    drawn = plots.light(
        _told(
            _at("00:00", dbmRx="-10.00"),
            _at("00:05", dbmRx="-12.00"),
            _at("00:10", unknown="reboot"),
            _at("06:00", dbmRx="-14.00"),
            _at("06:05", noLight=True),
        )
    )

    assert drawn is not None
    assert drawn.paths == ["M144 2.0h.1L145 30.0M216 58.0h.1"]
    assert (drawn.low, drawn.high, drawn.marks) == (-14.0, -10.0, [217])


def test_noise_is_no_cliff_and_nothing_is_no_plot() -> None:
    """A hundredth of a dB is drawn flat; what was not measured is not drawn as nought."""
    flat = plots.light(_told(_at("00:00", dbmRx="-10.00"), _at("00:05", dbmRx="-10.01")))
    assert flat is not None
    assert flat.high - flat.low == pytest.approx(2.0)

    nothing = _told(_at("00:00", unknown="reboot"))
    assert (plots.light(nothing), plots.traffic(nothing), plots.errors(nothing)) == (None,) * 3
    assert plots.light({"from": NOW.isoformat(), "to": NOW.isoformat(), "samples": []}) is None


def test_traffic_is_bits_a_second_and_errors_are_counted() -> None:
    """On one scale for both ways; no bar where there was no error."""
    told = _told(
        _at("00:00", input={"bytes": 37_500_000, "errors": 0}, output={"bytes": 0, "errors": 3}),
        _at("00:05", input={"bytes": 0, "errors": 0}, output={"bytes": 0}),
    )
    traffic, errors = plots.traffic(told), plots.errors(told)

    assert traffic is not None
    assert errors is not None
    assert traffic.high == 1_000_000.0
    assert traffic.paths == ["M144 2.0h.1L145 58.0", "M144 58.0h.1L145 58.0"]
    assert errors.paths == ["M144 60V2.0"]


_SPIES = """
document.addEventListener("DOMContentLoaded", () => { window.awake = []; });
WakeLock.prototype.request = async (kind) => {
  window.awake.push(kind);
  return { release: async () => { window.awake.push("released"); } };
};
"""
"""What is asked of the device, which a browser without a screen refuses."""


class TestInABrowser:
    """On a phone and at a desk."""

    pytestmark = browser

    @pytest.mark.parametrize(
        ("name", "size", "more"),
        [
            ("phone", PHONE, {"color_scheme": "light", "locale": "sv-SE"}),
            ("phone-dark", PHONE, {"color_scheme": "dark", "locale": "en-GB"}),
            ("desk", DESK, {"color_scheme": "light", "locale": "en-GB"}),
        ],
    )
    def test_light_fades_while_somebody_looks(
        self, tmp_path: Path, file: HistoryFile, name: str, size: Any, more: Any
    ) -> None:
        """Value, extremes, age and sound follow it; the screen stays on; it ends by itself."""
        fading = Fading()
        with (
            listening(fading.served(tmp_path, file).app) as port,
            browsing(tmp_path / "profile", size, **more) as (page, complaints),
        ):
            page.add_init_script(_SPIES)
            _open(page, port)
            picture(page, f"past-{name}")
            assert violations(page) == []
            assert page.locator(".plot svg").count() == 3

            page.locator("[data-begin]").click()
            _until(page, "[data-light]|-10.00 dBm")
            assert page.locator("[data-live]").get_attribute("data-tone") is None
            page.locator("[data-sound]").click()
            tones = []
            for now in ("-11.00", "-12.00", "-13.00"):
                fading.steps.release()
                _until(page, f"[data-light]|{now} dBm")
                tones.append(int(page.locator("[data-live]").get_attribute("data-tone")))
            fading.fades = 0
            for _ in range(13):
                fading.steps.release()
            words = json.loads(page.locator("[data-live]").get_attribute("data-words"))
            _until(page, f"[data-age]|{words['steady'].replace('%s', '65')} {words['seldom']}")

            assert tones == sorted(tones, reverse=True)
            assert len(set(tones)) == 3
            assert page.locator("[data-lowest]").inner_text() == "-13.00 dBm"
            assert page.locator("[data-highest]").inner_text() == "-10.00 dBm"
            assert page.evaluate("window.awake") == ["screen"]
            assert violations(page) == []
            assert sideways(page) <= 0
            picture(page, f"live-{name}")

            for _ in range(4):
                fading.steps.release()
            _until(page, f"[data-message]|{words['ended']}")
            page.locator("[data-begin]").wait_for()
            assert page.locator("[data-stop]").is_hidden()
            assert page.evaluate("window.awake") == ["screen", "released"]
            # Chromium may call a stream with no-store aborted that was read to its end.
            said = [one for one in complaints.said if not one.endswith("/live/A-1")]
            assert said == []

    def test_it_is_stopped_and_says_why_it_cannot_begin(
        self, tmp_path: Path, file: HistoryFile
    ) -> None:
        """By a button, and the switch is free for another; a refusal is told in words."""
        fading = Fading()
        served = fading.served(tmp_path, file)
        views = served.app.state.app_state.live_views
        with (
            listening(served.app) as port,
            browsing(tmp_path / "profile", DESK, locale="en-GB") as (page, _),
        ):
            _open(page, port)
            page.locator("[data-begin]").click()
            _until(page, "[data-light]|-10.00 dBm")
            assert views.open == 1
            page.locator("[data-stop]").click()
            _until(page, "[data-message]|Live has ended.")
            fading.steps.release()
            other = views.entered(Someone("else"), "sw", "A-2")
            _when(lambda: views.open == 0)
            with other:
                page.locator("[data-begin]").click()
                text = "another access of this switch is looked at live; ask later"
                _until(page, f"[data-message]|{text}")
                page.locator("[data-begin]").wait_for()


@dataclass
class Someone:
    """Who else looks."""

    name: str


def _when(true: Any) -> None:
    waits = threading.Event()
    for _ in range(int(PATIENCE_S * 20)):
        if true():
            return
        waits.wait(0.05)
    raise AssertionError("it does not come")


def _open(page: Any, port: int) -> None:
    page.goto(f"http://127.0.0.1:{port}/a/A-1")
    page.fill("#name", OPERATOR[0])
    page.fill("#password", OPERATOR[1])
    page.press("#password", "Enter")
    page.wait_for_selector("[data-begin]")


def _until(page: Any, what: str) -> None:
    """Wait until an element has a text: ``selector|text``."""
    selector, _, text = what.partition("|")
    page.wait_for_function(
        "([selector, text]) => document.querySelector(selector).textContent === text",
        arg=[selector, text],
    )
