"""What questions about results take for rounding, and when iterations end."""

from fractions import Fraction
from typing import Final

__all__ = [
    "BEYOND",
    "CLOSE_GAPS",
    "CLOSE_SCORES",
    "FITTED",
    "FURTHEST",
    "IRRATIONAL",
    "KNOWN_DIRECTION",
    "LAST_DIGITS",
    "LEAST_STEP",
    "NOISE",
    "NO_CHANGE",
    "NO_RANK",
    "PRINTED",
    "SAME_OUTCOME",
    "SAME_RATING",
    "SINGULAR",
    "STEADY",
    "STEEP",
    "SUFFICIENT_GAIN",
    "THIN",
    "TINY_PROBABILITY",
    "UNEXPLAINED",
]

IRRATIONAL: Final = 1e-9
"""Objectives that are irrational are compared as floats, within this share of their size or of the
range where that is larger.
"""

CLOSE_GAPS: Final = 1e-9
"""Gaps in floating point tell which ones are worth exact arithmetic."""

FURTHEST: Final = Fraction(10**298)
"""A scenario writes no number above about 1e300: a limit is changed by no more than this."""

CLOSE_SCORES: Final = 1e-9
"""Scores between 0 and 1 that are closer than this are compared in rational numbers."""

PRINTED: Final = 1e-9
"""Of a value: what amounts that a table has in 17 digits leave of it, however many are added."""

LAST_DIGITS: Final = 1e-12
"""Scores are sums of floats: their last digits depend on the order that a machine adds them in."""

BEYOND: Final = 1e-6
"""A depth in shares of the scale that no tolerance of a linear program (1e-7) explains."""

STEEP: Final = 1e-5
"""The same of a gain: on a steep front the tolerance in one objective buys a multiple of it in
another.
"""

THIN: Final = 1e-6
"""Of a scaled axis: what is thinner has no volume to speak of, and qhull no point in it to start
from.
"""

SAME_RATING: Final = 1e-9
"""Of the spread of the ratings: linear programs are solved to about this."""

SINGULAR: Final = 1e-13
"""Directions of a covariance below this share of its largest are rounding, and take no step."""

LEAST_STEP: Final = 1e-12
"""A Newton step that still gains nothing when it is this short has nothing left to gain."""

SUFFICIENT_GAIN: Final = 1e-4
"""Of the gain that the gradient promises, the least that a step must bring (Armijo)."""

NO_RANK: Final = 1e-10
"""Slopes and singular values below this share of the largest are rounding."""

KNOWN_DIRECTION: Final = 1e-8
"""What measurements leave of a direction that they determine: a projection sums rounded squares."""

NO_CHANGE: Final = 1e-11
"""A change of an effect below this share of its size is rounding."""

UNEXPLAINED: Final = 1e-9
"""What a fit misses of a measurement below this share of the largest is rounding."""

FITTED: Final = 1e-13
"""A fit has settled after a step below this share of the changes: some units in the last place."""

TINY_PROBABILITY: Final = 1e-4
"""Below it a p is not written out."""

ORDERED: Final = 1e-9
"""Contributions that another order changes by less, as a share of the value, are the same: values
are rounded once.
"""

AUGMENTED: Final = 1e-6
"""Of the sum in an achievement function: enough that a plan that is worse in something and better
in nothing loses, and little enough to change nothing else.
"""

SAVED_DIGITS: Final = 15
"""Digits of a number in a file that a spreadsheet saved: LibreOffice writes no more, openpyxl one
more; every number of 15 digits, and not every longer one, comes back from a double (IEEE 754).
"""

NO_WAY: Final = 1e-9
"""A Shapley value below this share of an objective's range is rounding."""

SAME_OUTCOME: Final = 1e-9
"""Objectives of plans at a sample that are closer than this share of their range there are the
same: they are evaluated in floating point.
"""

NOISE: Final = 1e-13
"""The same as a share of their size, where there is hardly a range: some hundred roundings."""

STEADY: Final = 1e-24
"""A mean square below this share of the square of the size is rounding, of about 1e-16 a number."""
