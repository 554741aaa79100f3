"""Linear algebra and linear programs in exact rationals."""

__all__: list[str] = []
