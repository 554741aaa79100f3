"""Every tolerance of HiGHS and of what it is handed, with its reason. Its answers are proposals:
nothing that is claimed rests on them.
"""

from __future__ import annotations

__all__: list[str] = []

# HiGHS's tolerances on rows, reduced costs and whole columns: the tightest it accepts is 1e-10, its
# default 1e-7 takes plans for feasible that are not
FEASIBLE = 1e-9
# the least value that HiGHS accepts for its option small_matrix_value
SMALLEST = 1e-12
# A row over whole columns is widened by this share of its size, but not by as little as the
# solver's own tolerance: presolve then takes rows that just hold for rows that do not. By so much
# where its size is not known, and at most by less than half a unit: its values are whole numbers,
# so no new point gets in, and no point gets lost to the tolerance of a float solver either.
WIDENED, WIDENED_LEAST, WIDENED_BLINDLY, WIDENED_MOST = 1e-9, 1e-6, 1e-3, 0.4
# rounding errors of an activity's end, as a share of its size
NOISE = 1e-9
# costs beyond these are brought to about 1: HiGHS's tolerances are absolute
DEAREST, CHEAPEST = 2.0**20, 2.0**-10
# a reduced cost below this is as good as 0 on a column without an end: a little beyond FEASIBLE
PRICED = 2e-9
# what a sum of bounds is off by, as a share of its parts' sizes
ROUNDED = 1e-14
