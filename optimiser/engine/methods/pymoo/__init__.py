"""pymoo, in one place: its algorithms as methods, with genomes and counting of our own."""

__all__: list[str] = []
