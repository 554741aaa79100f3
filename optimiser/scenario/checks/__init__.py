"""What can be said of a scenario without mathematics."""

__all__: list[str] = []
