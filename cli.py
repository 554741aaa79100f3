"""The command line, run from a checkout; installed it is `optimiser.__main__`."""

from optimiser.__main__ import main

__all__ = ["main"]

if __name__ == "__main__":
    main()
