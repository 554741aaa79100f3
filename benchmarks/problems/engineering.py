"""Problems from engineering: the RE suite, with constraints as a last objective (their summed
violation).

References:
    Tanabe, Ishibuchi (2020), An easy-to-use real-world multi-objective optimization problem suite.
    Applied Soft Computing 89, 106078.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from benchmarks.problems import designs
from benchmarks.problems.standard import Floats, Instance, box, build


def _with_shortfall(make: Callable[[], designs.Design], m: int) -> Instance:
    """Objectives and, as the last of m, the summed amount by which margins fall below 0."""
    design = make()

    def function(x: Floats) -> tuple[Floats, Floats]:
        objectives, margins = design.function(x)
        missing = sum(np.maximum(-np.asarray(g), 0.0) for g in margins)
        y = np.stack([*objectives, np.broadcast_to(missing, objectives[0].shape)], axis=1)
        return y, np.zeros((len(y), 0))

    return build(design.domains, m, function, smooth=False)


def re21() -> Instance:
    """Four-bar truss."""

    def function(x: Floats) -> tuple[Floats, Floats]:
        a, b, c, d = x.T
        root = np.sqrt(2.0)
        volume = 200.0 * (2.0 * a + root * b + np.sqrt(c) + d)
        shift = 0.01 * (2.0 / a + 2.0 * root / b - 2.0 * root / c + 2.0 / d)
        return np.stack([volume, shift], axis=1), np.zeros((len(x), 0))

    return build(box([1.0, 2**0.5, 2**0.5, 1.0], [3.0] * 4), 2, function)


def re22() -> Instance:
    """Reinforced concrete beam."""
    return _with_shortfall(designs.concrete_beam, 2)


def re23() -> Instance:
    """Pressure vessel."""
    return _with_shortfall(designs.pressure_vessel, 2)


def re24() -> Instance:
    """Hatch cover."""
    return _with_shortfall(designs.hatch_cover, 2)


def re25() -> Instance:
    """Coil compression spring."""
    return _with_shortfall(designs.coil_spring, 2)


def re31() -> Instance:
    """Two-bar truss."""
    return _with_shortfall(designs.two_bar_truss, 3)


def re33() -> Instance:
    """Disc brake."""
    return _with_shortfall(designs.disc_brake, 3)


def re34() -> Instance:
    """Vehicle crashworthiness."""

    def function(x: Floats) -> tuple[Floats, Floats]:
        a, b, c, d, e = x.T
        mass = (
            1640.2823
            + 2.3573285 * a
            + 2.3220035 * b
            + 4.5688768 * c
            + 7.7213633 * d
            + 4.4559504 * e
        )
        shock = (
            6.5856
            + 1.15 * a
            - 1.0427 * b
            + 0.9738 * c
            + 0.8364 * d
            - 0.3695 * a * d
            + 0.0861 * a * e
        )
        shock = shock + 0.3628 * b * d - 0.1106 * a * a - 0.3437 * c * c + 0.1764 * d * d
        dent = (
            -0.0551
            + 0.0181 * a
            + 0.1024 * b
            + 0.0421 * c
            - 0.0073 * a * b
            + 0.024 * b * c
            - 0.0118 * b * d
        )
        dent = dent - 0.0204 * c * d - 0.008 * c * e - 0.0241 * b * b + 0.0109 * d * d
        return np.stack([mass, shock, dent], axis=1), np.zeros((len(x), 0))

    return build(box([1.0] * 5, [3.0] * 5), 3, function)


def re35() -> Instance:
    """Speed reducer."""
    return _with_shortfall(designs.speed_reducer, 3)


def re36() -> Instance:
    """Gear train."""
    return _with_shortfall(designs.gear_train, 3)


def re37() -> Instance:
    """Rocket injector."""

    def function(x: Floats) -> tuple[Floats, Floats]:
        a, h, o, t = x.T
        peak = (
            0.692
            + 0.477 * a
            - 0.687 * h
            - 0.080 * o
            - 0.0650 * t
            - 0.167 * a * a
            - 0.0129 * h * a
            + 0.0796 * h * h
        )
        peak = (
            peak
            - 0.0634 * o * a
            - 0.0257 * o * h
            + 0.0877 * o * o
            - 0.0521 * t * a
            + 0.00156 * t * h
        )
        peak = peak + 0.00198 * t * o + 0.0184 * t * t
        length = (
            0.153
            - 0.322 * a
            + 0.396 * h
            + 0.424 * o
            + 0.0226 * t
            + 0.175 * a * a
            + 0.0185 * h * a
            - 0.0701 * h * h
        )
        length = (
            length
            - 0.251 * o * a
            + 0.179 * o * h
            + 0.0150 * o * o
            + 0.0134 * t * a
            + 0.0296 * t * h
        )
        length = length + 0.0752 * t * o + 0.0192 * t * t
        tip = (
            0.370
            - 0.205 * a
            + 0.0307 * h
            + 0.108 * o
            + 1.019 * t
            - 0.135 * a * a
            + 0.0141 * h * a
            + 0.0998 * h * h
        )
        tip = (
            tip
            + 0.208 * o * a
            - 0.0301 * o * h
            - 0.226 * o * o
            + 0.353 * t * a
            - 0.0497 * t * o
            - 0.423 * t * t
        )
        tip = (
            tip
            + 0.202 * h * a * a
            - 0.281 * o * a * a
            - 0.342 * h * h * a
            - 0.245 * h * h * o
            + 0.281 * o * o * h
        )
        tip = tip - 0.184 * t * t * a - 0.281 * h * a * o
        return np.stack([peak, length, tip], axis=1), np.zeros((len(x), 0))

    return build(box([0.0] * 4, [1.0] * 4), 3, function)


def re41() -> Instance:
    """Car side impact."""
    return _with_shortfall(designs.side_impact, 4)


def re42() -> Instance:
    """Conceptual marine design."""
    return _with_shortfall(designs.marine_design, 4)
