"""The scalars of a search, as places in its array ``S``: what must outlive a pause.

M rows and NC columns of the tableau; NT length of the trail, HEAD how much of it is propagated;
DEPTH open siblings, TOPF and TOPI the tops of their stacks; NODES and PIVOTS counted since the
start; BEST the best objective value so far (one above the cut where there is none), FOUND whether a
point has it; SCALE of the multipliers; LIVE columns not set aside, CFIX what the others add to the
objective; SKIP the dense row that is not in this model (-1: none); WIDEST at least as many steps as
any column has; MODE what comes next (NODE: look at the current node; BACK: take the last sibling);
QUOTA nodes until the next pause; REBUILT the node whose tableau was last rebuilt; COLLECT whether
every plan within the cut is wanted, not the best.
"""

from __future__ import annotations

__all__ = [
    "BACK",
    "BEST",
    "BUDGET",
    "CFIX",
    "COLLECT",
    "DEPTH",
    "DONE",
    "FOUND",
    "HEAD",
    "HEADER",
    "LIVE",
    "MODE",
    "NC",
    "NODE",
    "NODES",
    "NT",
    "PAUSED",
    "PIVOTS",
    "PLAN",
    "QUOTA",
    "REBUILT",
    "SCALARS",
    "SCALE",
    "SKIP",
    "TOPF",
    "TOPI",
    "WHOLE",
    "WIDEST",
    "M",
]  # fmt: skip

(
    M,
    NC,
    NT,
    HEAD,
    DEPTH,
    TOPF,
    TOPI,
    NODES,
    PIVOTS,
    BEST,
    FOUND,
    SCALE,
    LIVE,
    CFIX,
    SKIP,
    MODE,
    QUOTA,
    WIDEST,
    REBUILT,
) = range(19)
COLLECT = 19
SCALARS = 20
NODE, BACK = 0, 1
DONE, PAUSED, BUDGET, PLAN = 0, 1, 2, 3

# Whole numbers kept for an open sibling besides its basis.
HEADER = 6

# How far from a whole number a value of the relaxation still counts as one; the rounded point is
# checked in integers.
WHOLE = 1e-6
