"""Delays that grow, are forgotten, and take bounded room."""

from __future__ import annotations

from tests.api.asgi_calls import HandClock

from techinfo.api.asgi.login_throttle import GrowingDelays


def test_a_delay_grows_to_its_most_and_runs_off() -> None:
    """Doubled each time; when it has run off, the key may try again."""
    clock = HandClock()
    throttle = GrowingDelays(free=1, most_s=4.0, clock=clock)

    delays = [throttle.failed("a") for _ in range(6)]
    waiting = throttle.wait_s("a")
    clock.at += 4.0

    assert delays == [0.0, 1.0, 2.0, 4.0, 4.0, 4.0]
    assert waiting == 4.0
    assert throttle.wait_s("a") == 0.0
    assert throttle.wait_s("b") == 0.0


def test_old_failures_are_forgotten() -> None:
    """After a quiet time a key begins anew, and so does one that was right."""
    clock = HandClock()
    throttle = GrowingDelays(free=1, most_s=60.0, forget_s=100.0, clock=clock)
    for key in ("a", "b"):
        throttle.failed(key)
        throttle.failed(key)

    throttle.forget("b")
    clock.at += 101.0

    assert throttle.failed("a") == 0.0
    assert throttle.failed("b") == 0.0


def test_a_million_keys_take_bounded_room() -> None:
    """Whoever failed longest ago is forgotten first."""
    throttle = GrowingDelays(free=0, most_s=60.0, most=100)

    for n in range(1000):
        throttle.failed(n)

    assert len(throttle) == 100
    assert throttle.wait_s(999) > 0
    assert throttle.wait_s(1) == 0


def test_a_thousand_failures_do_not_overflow() -> None:
    """The exponent is bounded, too."""
    throttle = GrowingDelays(free=0, most_s=60.0)

    delays = {throttle.failed("a") for _ in range(5000)}

    assert max(delays) == 60.0
