"""A multi-objective engine that knows nothing of planning: problems in, points with what is proven
of them out.

Make a problem :func:`from_rows` or :func:`from_functions`, :func:`solve` it, read the points and
their proof, and :func:`certify` that none is missing. Beside this face stand what outsiders may ask
of problems themselves: ``problem``, ``holding`` (does a plan hold?), ``standing`` (what does it
stand on?) and ``certificate``, which shares nothing with the solvers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from optimiser.on_demand import on_demand

if TYPE_CHECKING:
    from optimiser.engine.branching.refutation_tree import RefutationTree
    from optimiser.engine.canonical import ordinals
    from optimiser.engine.choosing import choose, compiled, registry
    from optimiser.engine.combinations import every_combination
    from optimiser.engine.conflict import conflicting_groups
    from optimiser.engine.contract import (
        Budget,
        Checkpoints,
        Options,
        Outcome,
        Progress,
        Saved,
        Solution,
        Solver,
    )
    from optimiser.engine.driver import run, solve
    from optimiser.engine.equivalence import equivalent_plans, found_by_one_look
    from optimiser.engine.joint_choices import count_of
    from optimiser.engine.modelling import (
        at_least,
        at_most,
        between,
        binary,
        equal_to,
        from_functions,
        from_rows,
        listed,
        maximise,
        minimise,
        real,
        whole,
    )
    from optimiser.engine.proofs import Written, certify, check_certificate
    from optimiser.engine.proposing import proposed_minimum
    from optimiser.engine.tolerances import EQUAL

__all__ = [
    "EQUAL",
    "Budget",
    "Checkpoints",
    "Options",
    "Outcome",
    "Progress",
    "RefutationTree",
    "Saved",
    "Solution",
    "Solver",
    "Written",
    "at_least",
    "at_most",
    "between",
    "binary",
    "certify",
    "check_certificate",
    "choose",
    "compiled",
    "conflicting_groups",
    "count_of",
    "equal_to",
    "equivalent_plans",
    "every_combination",
    "found_by_one_look",
    "from_functions",
    "from_rows",
    "listed",
    "maximise",
    "minimise",
    "ordinals",
    "proposed_minimum",
    "real",
    "registry",
    "run",
    "solve",
    "whole",
]

# Loaded when first asked for: a problem, or a certificate of one, needs no solver. No module is
# called as a name that it gives: once loaded, it would stand in its place.
__getattr__ = on_demand(
    __name__,
    {
        "canonical": ("ordinals",),
        "branching.refutation_tree": ("RefutationTree",),
        "choosing": ("choose", "compiled", "registry"),
        "combinations": ("every_combination",),
        "conflict": ("conflicting_groups",),
        "contract": (
            "Budget",
            "Checkpoints",
            "Options",
            "Outcome",
            "Progress",
            "Saved",
            "Solution",
            "Solver",
        ),
        "driver": ("run", "solve"),
        "equivalence": ("equivalent_plans", "found_by_one_look"),
        "joint_choices": ("count_of",),
        "modelling": (
            "at_least",
            "at_most",
            "between",
            "binary",
            "equal_to",
            "from_functions",
            "from_rows",
            "listed",
            "maximise",
            "minimise",
            "real",
            "whole",
        ),
        "proposing": ("proposed_minimum",),
        "tolerances": ("EQUAL",),
        "proofs": ("Written", "certify", "check_certificate"),
    },
)
