"""The scenario format: what may be written, as types."""

__all__: list[str] = []
