"""Every tolerance of continuous and mixed fronts, with its reason. They steer; exact arithmetic
decides what is claimed, but for what lists "approximate" plans.
"""

from __future__ import annotations

__all__: list[str] = []

# the gap that a list of plans is to reach where the caller asks for none: a thousandth of the
# ranges
GAP = 1e-3
# the search stops a little below the gap asked for, so that rounding outwards does not lift it
# above
INSIDE = 1.0 - 1e-6
# what a float solver's tolerances may hide, as a share of a range: facets are not searched for less
SLACK = 1e-9
# points as near as this share of their size are one
SAME = 1e-7
# a facet's weight below this is 0, and a point this near to a facet is on it
ON = 1e-9
# weights below this are raised by as much, so that of plans alike in the rest the efficient one
# wins
TILT = 1e-6
# weights below this share of a facet's largest are rounding, and a facet whose weights add up to so
# little faces nowhere
FLAT, NOWHERE = 1e-11, 1e-9
# nearer to a whole number than this a column counts as whole when steering
WHOLE = 1e-6
# a depth below this share of the sizes may be 0: exact arithmetic decides
DEEP = 1e-7
# weights of the next objective of an order, tried one after the other: smaller ones fall under the
# solver's tolerances
NEXT = (1e-4, 1e-6, 1e-2)
