"""The command line: `optimise`. The commands are in `optimiser.commands`, one file each."""

import sys

from optimiser.commands import application

__all__ = ["main"]


def main() -> None:
    """The entry point."""
    application(sys.argv[1:])(prog_name="optimise")


if __name__ == "__main__":
    main()
