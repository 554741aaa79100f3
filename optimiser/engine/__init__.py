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
    from optimiser.engine.canonical import ordinals
    from optimiser.engine.choosing import choose, registry
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
    from optimiser.engine.equivalence import equivalent_plans
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

__all__ = [
    "Budget",
    "Checkpoints",
    "Options",
    "Outcome",
    "Progress",
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
    "count_of",
    "equal_to",
    "equivalent_plans",
    "from_functions",
    "from_rows",
    "listed",
    "maximise",
    "minimise",
    "ordinals",
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
        "choosing": ("choose", "registry"),
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
        "equivalence": ("equivalent_plans",),
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
        "proofs": ("Written", "certify", "check_certificate"),
    },
)
