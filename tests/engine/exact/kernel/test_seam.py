"""The kernel has one face, and what is compiled one seam: what is behind can be replaced."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numba
import numpy as np

from docs.imports import import_graph, imported
from optimiser.engine.exact.kernel import IntegerProgram, interface, normal_form, precision
from optimiser.engine.exact.kernel.machine import SearchMachine
from tests.engine.exact.kernel.models import program

KERNEL = "optimiser.engine.exact.kernel"
COMPILED = f"{KERNEL}.compiled"


def reaching_past(graph: Mapping[str, Iterable[str]]) -> list[tuple[str, str]]:
    """Imports from outside the kernel of anything but its face, and from outside what is compiled
    of anything in it but by the seam.
    """
    return sorted(
        (module, other)
        for module, others in graph.items()
        for other in others
        if (other.startswith(f"{KERNEL}.") and not f"{module}.".startswith(f"{KERNEL}."))
        or (
            other.startswith(COMPILED)
            and not module.startswith(COMPILED)
            and module != f"{KERNEL}.interface"
        )
    )


def test_nobody_reaches_past_the_face() -> None:
    assert reaching_past(import_graph()) == []


def test_reaching_past_it_is_seen() -> None:
    known = frozenset({KERNEL, f"{KERNEL}.places", COMPILED, f"{COMPILED}.simplex"})
    text = (
        f"def f():\n    from {KERNEL} import solve_front\n    from {KERNEL}.places import NODES\n"
    )
    outside = {"optimiser.engine.exact.planted": imported("p", text, known, package=False)}
    assert reaching_past(outside) == [("optimiser.engine.exact.planted", f"{KERNEL}.places")]
    text = f"from {COMPILED} import simplex\n"
    inside = {f"{KERNEL}.planted": imported("p", text, known, package=False)}
    assert reaching_past(inside) == [(f"{KERNEL}.planted", f"{COMPILED}.simplex")]


def described(kind: type) -> dict[str, np.dtype]:
    """Field -> its dtype, as the seam annotates it."""
    kinds = {"Integers": np.int64, "Floats": np.float64, "Flags": np.bool_}
    words = {name: said.__forward_arg__ for name, said in kind.__annotations__.items()}
    return {name: np.dtype(kinds.get(said, np.int32)) for name, said in words.items()}


def test_arrays_are_of_the_types_that_the_seam_says() -> None:
    given: IntegerProgram = program([[1, -2, 3], [2, 1, -1]], [[1, 1, 1]], row_upper=[2])
    form = normal_form(given)
    costs = np.vstack([form.objectives, form.objectives.sum(axis=0)[None]])
    machine = SearchMachine(form, precision(form), costs, stack=1 << 16)
    for arrays in (machine.model, machine.roots, machine.search, machine.state):
        found = {name: array.dtype for name, array in arrays._asdict().items()}
        assert found == described(type(arrays))


def test_the_seam_is_all_that_is_compiled() -> None:
    from optimiser.engine.exact.kernel.compiled import box_trees, zone_loop

    for entry in (zone_loop.advance, box_trees.grow):
        assert isinstance(entry, numba.core.registry.CPUDispatcher)
    assert {"advance", "grow"} <= set(interface.__all__)
