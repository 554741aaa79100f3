"""A session at the command line: options in words, what a path names, what is kept where, and the
exit code.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from optimiser.on_demand import on_demand

if TYPE_CHECKING:
    from optimiser.session.answers import answers_in
    from optimiser.session.earlier_runs import SolvedBefore, solved_before
    from optimiser.session.ending import Kept, exit_code_of, first_of, keep
    from optimiser.session.keeping import Place, reserved
    from optimiser.session.obtaining import Obtained, inputs_at, obtain, obtained
    from optimiser.session.outputs import (
        Output,
        guard,
        inputs_of,
        with_mark,
        write_all,
    )
    from optimiser.session.repairing import TypedScenario, prices
    from optimiser.session.request import (
        Examined,
        Request,
        as_typed,
        examine,
        open_scenario,
        options_for,
        parse_weights,
        refuse_options,
        refuse_unused,
    )
    from optimiser.session.requirements import shortfalls
    from optimiser.session.starting import STARTER, NewScenario, start, start_from

__all__ = [
    "STARTER",
    "Examined",
    "Kept",
    "NewScenario",
    "Obtained",
    "Output",
    "Place",
    "Request",
    "SolvedBefore",
    "TypedScenario",
    "answers_in",
    "as_typed",
    "examine",
    "exit_code_of",
    "first_of",
    "guard",
    "inputs_at",
    "inputs_of",
    "keep",
    "obtain",
    "obtained",
    "open_scenario",
    "options_for",
    "parse_weights",
    "prices",
    "refuse_options",
    "refuse_unused",
    "reserved",
    "shortfalls",
    "solved_before",
    "start",
    "start_from",
    "with_mark",
    "write_all",
]


# Loaded when first asked for: no command needs all of them.
__getattr__ = on_demand(
    __name__,
    {
        "answers": ("answers_in",),
        "ending": ("Kept", "exit_code_of", "first_of", "keep"),
        "keeping": ("Place", "reserved"),
        "outputs": ("Output", "guard", "inputs_of", "with_mark", "write_all"),
        "obtaining": ("Obtained", "inputs_at", "obtain", "obtained"),
        "repairing": ("TypedScenario", "prices"),
        "request": (
            "Examined",
            "Request",
            "as_typed",
            "examine",
            "open_scenario",
            "options_for",
            "parse_weights",
            "refuse_options",
            "refuse_unused",
        ),
        "requirements": ("shortfalls",),
        "earlier_runs": ("SolvedBefore", "solved_before"),
        "starting": ("STARTER", "NewScenario", "start", "start_from"),
    },
)
