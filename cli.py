"""The command line: `optimise`. The commands are in `optimiser.commands`, one file each."""

import gc
import os
import sys

from optimiser.commands import application

__all__ = ["main"]

# a run makes many objects and few cycles: collecting after every 700 costs a tenth of a short run
_NEW_OBJECTS = 100_000


def main() -> None:
    """The entry point."""
    gc.set_threshold(_NEW_OBJECTS)
    for name in ("stdout", "stderr"):
        if (
            getattr(sys, name) is None
        ):  # closed by the caller (>&-): nobody listens, and no other file may take its place
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115
    try:
        application(sys.argv[1:])(prog_name="optimise")
    finally:
        # the process ends: what is left need not be searched for cycles, which costs another
        # seventh
        gc.freeze()


if __name__ == "__main__":
    main()
