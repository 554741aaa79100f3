"""Every tolerance of the finite fronts, with its reason. What is claimed rests on none of them
unless its own line says so.
"""

from __future__ import annotations

__all__: list[str] = []

# ---- how evenly a run that may be stopped spreads what it leaves open, as shares of the ranges

# without and with a time limit: the largest open boxes come first down to this
EVENLY, EVENLY_IN_TIME = 1e-2, 1e-3
# below this a zone is asked whether there is anything in it at all
FINE = 1e-3

# ---- what is stated

# values that are no whole numbers are told apart to this share of their range, unless the caller
# says to what: a claim of "covering" names it as its resolution
RESOLUTION = 1e-6

# ---- floats beside whole numbers

# the unit roundoff of float64: what an operation is off by, as a share of its result
UNIT = 2.0**-53
# products of numbers this small may lose digits: that many of them are less than this beside any of
# ours
TINY = 1e-280
# nearer to a whole number than this a relaxed column counts as whole when steering
WHOLE = 1e-6
# a cut on whole values is widened by this share of their size, as HiGHS may be off by as much, or
# by so much where their size is not known; by less than half a step, so that no further value gets
# in
WIDENED, WIDENED_BLINDLY, HALF_A_STEP = 1e-9, 1e-3, 0.4
# what HiGHS may have left of a value that is no whole number, as a share of it
NOISE = 1e-9
# the weight of an objective whose range is not known, beside 1 over the range of the others
UNRANGED = 1e-9
# a range of 0 is that of a constant objective: as narrow in every zone, and nothing is divided by 0
CONSTANT = 1e-9
NO_RANGE = 1e-300
# seconds that each number in a row takes until the compiled engine begins
PREPARING = 25e-6
