"""Trees over whole columns that refute a region or find its best plan, each node on exact
ground.
"""

__all__: list[str] = []
