"""When a process has had its time: by the processor time it took, since a busy machine makes every
run long.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path

__all__ = ["outlasts"]

# Beyond the time limit of a run: what starting, loading, ranking, saving and one slice of a solver
# may take.
_GRACE = 5.0
_THREADS = 2  # a run may use them, each with its own seconds of the limit
_BUSY = 12.0  # a machine may be as many times slower as it has other work
_STEP = 0.2


def _processor_seconds(pid: int) -> float | None:
    """User and system time of a process so far; None where the system does not say."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    except OSError:
        return None
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def outlasts(pid: int, limit: float, ended: Callable[[float], bool], /) -> bool:
    """Wait for a process; whether it goes on beyond its time.

    Args:
        limit: seconds that it was given.
        ended: waits so many seconds at most and says whether the process is done.
    """
    start, before = time.monotonic(), _processor_seconds(pid)
    while not ended(_STEP):
        waited = time.monotonic() - start
        now = _processor_seconds(pid)
        spent = waited if before is None or now is None else now - before
        if spent > _THREADS * limit + _GRACE or waited > _BUSY * (limit + _GRACE):
            return not ended(0.0)
    return False
