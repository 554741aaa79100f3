"""Where a scenario comes from: YAML with positions, tables, workbooks, merged and built."""

__all__: list[str] = []
