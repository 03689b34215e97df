"""Every Python process of a test run lives some days later (``make test-later``).

Python imports a ``sitecustomize`` that it finds in PYTHONPATH, so the processes that tests start
live on the same day. Only calendar time moves: sleeping, time-outs and the event loop count
monotonic time.
"""

from __future__ import annotations

import os
import time

_DAYS = float(os.environ.get("TESTS_DAYS_LATER", "0"))
_APART_S = 0.001

if _DAYS:
    import time_machine

    _now = time_machine.travel(time.time() + _DAYS * 86400, tick=True).start()
    _real = time_machine.escape_hatch.time.time  # while travelling
    # On a busy machine seconds pass while it starts; processes must agree on what time it is.
    while abs(_behind := _real() + _DAYS * 86400 - time.time()) > _APART_S:
        _now.shift(_behind)
