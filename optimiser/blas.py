"""BLAS, the linear algebra below numpy and scipy, in one thread.

How many threads share a sum decides how it is rounded, so that a search in floating point would
depend on how many processors are free; and of the small matrices here each takes longer to be
shared than to be worked out.
"""

from __future__ import annotations

from typing import Final

__all__ = ["ONE_THREAD"]

ONE_THREAD: Final = {
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "VECLIB_MAXIMUM_THREADS": "1",
}
"""The environment of a process; it counts if it is there before numpy is loaded."""
