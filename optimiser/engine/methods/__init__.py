"""What a run may be solved by, one method a file: found by the registry."""

__all__: list[str] = []
