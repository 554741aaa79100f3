"""What rankings take for rounding."""

__all__ = ["AUGMENTATION", "EQUAL_SCORES", "EQUAL_VALUES", "FINE", "FLAT"]

AUGMENTATION = 1e-3
"""The share of the sum in an achievement: of two plans whose least achievement is the same, the
better one in the sum comes first, and a plan that is only weakly efficient behind.
"""

EQUAL_SCORES = 1e-12
"""Scores that differ by less than this share of what they were summed from are equal: 0.1 + 0.2
ranks with 0.3.
"""

EQUAL_VALUES = 1e-12
"""Values that differ by less than this share of their size are equal where only their order counts:
a sum of costs in another order is no preference.
"""

FINE = 1e3
"""Values that are larger than so many times their range are told apart as decimals: differences of
floats would be off by more than a tenth of what equal scores may differ by.
"""

FLAT = 1e-12
"""Below this share of its own size the range of a column is rounding: 494.66 against
494.6600000000001.
"""
