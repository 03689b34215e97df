"""Whose turn it is: in the order in which they came, and what somebody waits for first."""

from __future__ import annotations

from threading import Event, Thread

from techinfo.tickets.store import WriteQueue


def test_whoever_is_waited_for_goes_first_in_the_order_in_which_they_came() -> None:
    """What is only to be noted waits for all of them."""
    turns, order, begun = WriteQueue(), list[str](), Event()
    let_go = Event()

    def first() -> None:
        with turns.turn():
            begun.set()
            let_go.wait(30)

    def later(name: str, behind: bool) -> None:
        with turns.turn(behind=behind):
            order.append(name)

    threads = [Thread(target=first)]
    threads[0].start()
    begun.wait(30)
    for n, (name, behind) in enumerate((("note", True), ("one", False), ("two", False)), start=1):
        threads.append(Thread(target=later, args=(name, behind)))
        threads[-1].start()
        while len(turns._waiting) < n:
            """It has come."""
    let_go.set()
    for thread in threads:
        thread.join(30)

    assert order == ["one", "two", "note"]


def test_a_turn_that_ends_in_an_error_is_given_on() -> None:
    """Or nobody would ever write again."""
    turns = WriteQueue()

    try:
        with turns.turn():
            raise ValueError
    except ValueError:
        with turns.turn():
            pass

    assert not turns._taken
