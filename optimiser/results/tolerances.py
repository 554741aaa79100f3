"""What results take for the same, and how exactly linear programs about them are solved."""

__all__ = ["LINEAR_PROGRAM", "MIXED", "ROUNDING", "SAME", "SMALLEST_PLAIN"]

SAME = 1e-9
"""Values that are closer than this share of the objective's range are the same point."""

MIXED = 1e-9
"""A mixture is as good as a point where it is worse by no more than this share of a range: printed
vertices are rounded.
"""

LINEAR_PROGRAM = 1e-10
"""Of a linear program's constraints and reduced costs, the tightest that HiGHS takes."""

SMALLEST_PLAIN = 1e-4
"""A column whose largest number is below is written with exponents: decimals would be zeros."""

ROUNDING = 2.0**-51
"""Of computed numbers that are shown: 0.1 + 0.2 is 0.30000000000000004, and looks like 0.3."""
