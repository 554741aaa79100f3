"""What can be asked of results: how they differ, whether they hold. May solve through the study."""

__all__: list[str] = []
