"""What is compiled from native/: whole numbers in, whole numbers out."""

from collections.abc import Callable, Sequence

class Open:
    """Partial plans that are to be completed yet: whatever none of the known plans is as good as
    is a completion of one of them.
    """

    def sides(self, points: Sequence[Sequence[int]], /) -> list[list[int]]:
        """(m,) of every objective the values, in ascending order, of the sides of zones that some
        of the points (k, m) leave.
        """

    def reaches(self, sides: Sequence[Sequence[int]], /) -> bool:
        """Whether some completion can be within a zone, the sides being at these values in place
        of those above, none of them higher than when that was asked last and was so.
        """

class Found:
    """What a search came to.

    Attributes:
        complete: whether ``plans`` are all that is efficient.
        feasible: False where it is proven that nothing holds.
        reason: why it is not complete: "stopped" by the caller, "states", "bits", "resources" or
            "labels" where there are too many, or "work" where it took more than was given.
        plans: (k, columns) values of the columns.
        bounds: (m,) proven lower bounds of the objectives; empty where there are none.
        open: what a search that was stopped leaves open; None where there is nothing to say.
        nodes, widest: of the diagram, in all and in its widest layer.
        made, kept, peak: labels in the last pass, those that were left, and the most of a layer.
        work: what was done, counted in steps of about 7 ns.
    """

    complete: bool
    feasible: bool
    reason: str
    plans: list[list[int]]
    bounds: list[int]
    open: Open | None
    nodes: int
    widest: int
    made: int
    kept: int
    peak: int
    work: int

def solve(
    width: Sequence[int],
    factors: Sequence[Sequence[int]],
    objective: Sequence[Sequence[int]],
    row: Sequence[Sequence[int]],
    bound: Sequence[int],
    order: Sequence[Sequence[int]],
    *,
    nodes: int,
    labels: int,
    kept: int,
    work: int,
    each: int,
    foresee: bool,
    workers: int,
    beam: int,
    going_on: Callable[[int, int], bool],
) -> Found:
    """Minimise the objectives (m, items) over columns that take 0 to width - 1, every row
    (rows, items) at most its bound; items are the columns, then the products of columns. At most
    ``work`` is done, and ``each`` more for every plan that is known. Wide layers are shared by so
    many ``workers``, threads; what is found and counted is the same with any number, and
    ``going_on`` is called by the caller's own. The first pass keeps ``beam`` labels of a layer.
    Where a diagram is bound to have more than so many ``nodes``, by its first layers, it ends at
    once if that is to be seen with ``foresee``.

    Raises:
        ValueError: numbers are too wide for the sums to be exact.
        RuntimeError: the search contradicts itself.
    """
