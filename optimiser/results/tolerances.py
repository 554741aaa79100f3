"""What results take for the same, and how exactly linear programs about them are solved."""

__all__ = [
    "BARELY",
    "LINEAR_PROGRAM",
    "MIXED",
    "NEAR",
    "ROUNDING",
    "SAME",
    "SMALLEST_PLAIN",
    "TOLD",
]

SAME = 1e-9
"""Values that are closer than this share of the objective's range are the same point."""

MIXED = 1e-9
"""A mixture is as good as a point where it is worse by no more than this share of a range: printed
vertices are rounded.
"""

NEAR = 1e-10
"""Values that are nearer to one another than this share of their size differ by so few units in
the last place that their floats may not show six digits of the difference.
"""

TOLD = 1e-6
"""The share of a difference by which floats, read as decimals, may miss it: no more is shown."""

BARELY = 1e-11
"""Values that differ by less than this share of their size are told apart exactly: rankings would
take them for the same.
"""

LINEAR_PROGRAM = 1e-10
"""Of a linear program's constraints and reduced costs, the tightest that HiGHS takes."""

SMALLEST_PLAIN = 1e-4
"""A column whose largest number is below is written with exponents: decimals would be zeros."""

ROUNDING = 2.0**-51
"""Of computed numbers that are shown: 0.1 + 0.2 is 0.30000000000000004, and looks like 0.3."""
