"""The process that solves. Not the module itself is run: what it sends is known by its name."""

from optimiser.reports.serving.solving import main

__all__: list[str] = []

if __name__ == "__main__":
    main()
