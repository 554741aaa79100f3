"""HiGHS, in one place: programs that it takes, how they are posed, and answers that are
proposals.
"""

from optimiser.engine.highs.linear_program import Cut, LinearProgram, cut, cut_of, program_of, span
from optimiser.engine.highs.runs import codes_of
from optimiser.engine.highs.session import Answer, Held, Resolved, attempt, minimise

__all__ = [
    "Answer",
    "Cut",
    "Held",
    "LinearProgram",
    "Resolved",
    "attempt",
    "codes_of",
    "cut",
    "cut_of",
    "minimise",
    "program_of",
    "span",
]
