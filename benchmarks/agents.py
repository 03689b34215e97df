"""An agent in a process of its own, so that its CPU is none of who is measured."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection


@contextmanager
def beside(serve: Callable[..., None], *more: object) -> Iterator[Connection]:
    """Run `serve` in another process; it ends when the pipe does, or is killed.

    Args:
        serve: Of a module; given its end of the pipe, and `more`.
        more: What else it needs.
    """
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe()
    process = context.Process(target=serve, args=(there, *more), daemon=True)
    process.start()
    there.close()
    try:
        yield here
    finally:
        here.close()
        process.join(timeout=5)
        process.kill()
