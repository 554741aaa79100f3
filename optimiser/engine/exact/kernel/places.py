"""Where what must outlive a pause stands: the scalars of a search in its array ``S``, those of the
zones in ``Z``; and the numbers that stand for phases and ends.

In S: M rows and NC columns of the tableau; NT length of the trail, HEAD how much of it is
propagated; DEPTH open siblings, TOPF and TOPI the tops of their stacks; NODES and PIVOTS counted
since the start; BEST the best objective value so far (one above the cut where there is none), FOUND
whether a point has it; SCALE of the multipliers; LIVE columns not set aside, CFIX what the others
add to the objective; SKIP the dense row that is not in this model (-1: none); WIDEST at least as
many steps as any column has; MODE what comes next (NODE: look at the current node; BACK: take the
last sibling; ROOT: go on with the relaxation at the root); QUOTA units of work until the next
pause, LAST the count of nodes at which the budget ends; REBUILT the node whose tableau was last
rebuilt, DOUBTED and LIFTED those whose relaxation was begun anew, or goes on beyond the cut;
STEPS pivots of a relaxation that a pause cut in two; COLLECT whether every plan within the cut is
wanted, not the best.

Work is counted, not nodes: a node of three columns takes a microsecond, one of 5,000 columns and
1,000 rows seconds. A unit is as many entries of a tableau as a few dozen nanoseconds touch, and a
relaxation may pause between two pivots.

In Z: COUNT zones and POINTS so far; PHASE of the current sub-problem, its direction K, the CUT that
f_K must not exceed and the smaller cut PROBED that is tried first, FLOOR the relaxation's bound and
PROBE how far the first try goes beyond it; CORNERS objectives whose least value is known; LIMIT
nodes a stage may take, NODES_AT the node counter at its begin; ANSWER of a fallback (0 none, 1
nothing there, 2 a plan in xbest); LEAVE_OUT the dense row that a SINGLE search leaves out (its
limits, objective K and CUT are the caller's); LED whether the caller chooses what to solve next (1:
it has to choose once the corners are known, 2: it has chosen, 3: it has to choose now); the rest
are statistics. A direction of -1 is that of a point that the caller has in y and xbest.
"""

from __future__ import annotations

# a list of names that no star import reads would only repeat what stands below
__all__: list[str] = []

(
    M, NC, NT, HEAD, DEPTH, TOPF, TOPI, NODES, PIVOTS, BEST, FOUND, SCALE, LIVE, CFIX, SKIP, MODE,
    QUOTA, WIDEST, REBUILT, COLLECT, LAST, DOUBTED, LIFTED, STEPS,
) = range(24)  # fmt: skip
SCALARS = 24
NODE, BACK, ROOT = 0, 1, 2
DONE, PAUSED, BUDGET, PLAN = 0, 1, 2, 3

(
    COUNT, POINTS, PHASE, K, CUT, PROBED, FLOOR, PROBE, CORNERS, LIMIT, NODES_AT, ANSWER,
    SUBPROBLEMS, SECONDS, REPEATS, NODES_EMPTY, NODES_SECOND, LEAVE_OUT, LED,
) = range(19)  # fmt: skip
ZONE_SCALARS = 24
CHOOSE, START, FIRST, SECOND, RECORD, SINGLE, SEARCHING = 0, 1, 2, 3, 4, 5, 6
COMPLETE, HALTED, OVERRUN, FULL, PLANNED, ENDED, NEXT = 0, 1, 2, 3, 4, 5, 6

# How a tree that refutes boxes ends.
TREE_DONE, TREE_FULL, TREE_LIMIT, TREE_FOUND, TREE_NUMBERS, TREE_DEPTH = range(6)

# Entries of a tableau that are a unit of work, and units that a node of any size takes.
ENTRIES, NODE_WORK = 64, 16

# Whole numbers kept for an open sibling besides its basis.
HEADER = 6

# How far from a whole number a value of the relaxation still counts as one; the rounded point is
# checked in integers.
WHOLE = 1e-6
