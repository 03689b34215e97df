"""``python -m techinfo.lab``: the process that `techinfo.lab.processes.Lab` starts."""

from __future__ import annotations

import sys

from techinfo.lab.worker import main

if __name__ == "__main__":
    sys.exit(main())
