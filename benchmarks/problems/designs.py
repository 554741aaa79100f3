"""Designs of machines, structures and ships: objectives and margins, of which suites make problems
in their own ways (``engineering.py``, ``constrained.py``).

References:
    Tanabe, Ishibuchi (2020), An easy-to-use real-world multi-objective optimization problem suite.
    Applied Soft Computing 89, 106078.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from benchmarks.problems.standard import Floats, box
from optimiser.engine.problem import Domain

_STEEL = (
    "0.2 0.31 0.4 0.44 0.6 0.62 0.79 0.8 0.88 0.93 1 1.2 1.24 1.32 1.4 1.55 1.58 1.6 1.76 1.8 "
    "1.86 2 2.17 2.2 2.37 2.4 2.48"
    " 2.6 2.64 2.79 2.8 3 3.08 3.1 3.16 3.41 3.52 3.6 3.72 3.95 3.96 4 4.03 4.2 4.34 4.4 4.65 "
    "4.74 4.8 4.84 5 5.28 5.4 5.53"
    " 5.72 6 6.16 6.32 6.6 7.11 7.2 7.8 7.9 8 8.4 8.69 9 9.48 10.27 11 11.06 11.85 12 13 14 15"
)
_WIRE = (
    "0.092 0.105 0.12 0.135 0.148 0.162 0.177 0.192 0.207 0.225 0.244 0.263 0.283 0.307 0.331 "
    "0.362 0.394 0.4375 0.5"
)

#: objectives, each (k,), minimised, and margins, each (k,), that hold where at least 0
Parts = tuple[list[Floats], list[Any]]


@dataclass(frozen=True)
class Design:
    """What is decided, and what a decision (k, n) gives."""

    domains: tuple[Domain, ...]
    function: Callable[[Floats], Parts]


def listed(name: str, values: str) -> Domain:
    numbers = tuple(Fraction(v) for v in values.split())
    return Domain(name, "listed", numbers[0], numbers[-1], numbers)


def whole(name: str, low: int, high: int) -> Domain:
    return Domain(name, "whole", Fraction(low), Fraction(high))


def concrete_beam() -> Design:
    """Reinforced concrete beam."""

    def function(x: Floats) -> Parts:
        a, b, c = x.T
        cost = 29.4 * a + 0.6 * b * c
        return [cost], [a * c - 7.735 * a * a / b - 180.0, 4.0 - c / b]

    domains = (listed("steel", _STEEL), *box([1e-9, 0.0], [20.0, 40.0]))
    return Design(domains, function)


def pressure_vessel() -> Design:
    """Pressure vessel."""

    def function(x: Floats) -> Parts:
        a, b, r, length = 0.0625 * x[:, 0], 0.0625 * x[:, 1], x[:, 2], x[:, 3]
        cost = (
            0.6224 * a * r * length
            + 1.7781 * b * r * r
            + 3.1661 * a * a * length
            + 19.84 * a * a * r
        )
        volume = np.pi * r * r * length + 4.0 / 3.0 * np.pi * r**3 - 1296000.0
        return [cost], [a - 0.0193 * r, b - 0.00954 * r, volume]

    domains = (whole("shell", 1, 100), whole("head", 1, 100), *box([10.0, 10.0], [200.0, 240.0]))
    return Design(domains, function)


def hatch_cover() -> Design:
    """Hatch cover."""

    def function(x: Floats) -> Parts:
        a, b = x.T
        bending, critical = 4500.0 / (a * b), 7000.0 * a * a
        sag = 56.2e4 / (7e5 * a * b * b)
        margins = [1.0 - bending / 700.0, 1.0 - 4.0 / b, 1.0 - sag / 1.5, 1.0 - bending / critical]
        return [a + 120.0 * b], margins

    return Design(box([0.5, 0.5], [4.0, 50.0]), function)


def coil_spring() -> Design:
    """Coil compression spring."""

    def function(x: Floats) -> Parts:
        turns, coil, wire = x.T
        volume = np.pi**2 * coil * wire**2 * (turns + 2.0) / 4.0
        ratio = coil / wire
        factor = (4.0 * ratio - 1.0) / (4.0 * ratio - 4.0) + 0.615 / ratio
        stiffness = 11.5e6 * wire**4 / (8.0 * turns * coil**3)
        free = 1000.0 / stiffness + 1.05 * (turns + 2.0) * wire
        margins = [
            189000.0 - 8000.0 * factor * coil / (np.pi * wire**3),
            14.0 - free,
            ratio - 3.0,
            6.0 - 300.0 / stiffness,
            1.25 - 700.0 / stiffness,
        ]
        return [volume], margins

    return Design((whole("turns", 1, 70), *box([0.6], [3.0]), listed("wire", _WIRE)), function)


def two_bar_truss() -> Design:
    """Two-bar truss."""

    def function(x: Floats) -> Parts:
        a, b, h = x.T
        long, short = np.sqrt(16.0 + h * h), np.sqrt(1.0 + h * h)
        volume, stress = a * long + b * short, 20.0 * long / (a * h)
        return [volume, stress], [0.1 - volume, 1e5 - stress, 1e5 - 80.0 * short / (h * b)]

    return Design(box([1e-5, 1e-5, 1.0], [100.0, 100.0, 3.0]), function)


def disc_brake() -> Design:
    """Disc brake."""

    def function(x: Floats) -> Parts:
        inner, outer, force, discs = x.T
        square, cube = outer**2 - inner**2, outer**3 - inner**3
        mass, time = 4.9e-5 * square * (discs - 1.0), 9.82e6 * square / (force * discs * cube)
        margins = [
            outer - inner - 20.0,
            0.4 - force / (3.14 * square),
            1.0 - 2.22e-3 * force * cube / square**2,
            2.66e-2 * force * discs * cube / square - 900.0,
        ]
        return [mass, time], margins

    return Design(box([55.0, 75.0, 1000.0, 11.0], [80.0, 110.0, 3000.0, 20.0]), function)


def speed_reducer() -> Design:
    """Speed reducer."""

    def function(x: Floats) -> Parts:
        a, b, z, c, d, e, f = x.T
        weight = 0.7854 * a * b * b * (10.0 * z * z / 3.0 + 14.933 * z - 43.0934) - 1.508 * a * (
            e * e + f * f
        )
        weight = weight + 7.477 * (e**3 + f**3) + 0.7854 * (c * e * e + d * f * f)
        stress = np.sqrt((745.0 * c / (b * z)) ** 2 + 1.69e7) / (0.1 * e**3)
        margins = [
            1.0 / 27.0 - 1.0 / (a * b * b * z),
            1.0 / 397.5 - 1.0 / (a * b * b * z * z),
            1.0 / 1.93 - c**3 / (b * z * e**4),
            1.0 / 1.93 - d**3 / (b * z * f**4),
            40.0 - b * z,
            12.0 - a / b,
            a / b - 5.0,
            c - 1.5 * e - 1.9,
            d - 1.1 * f - 1.9,
            1300.0 - stress,
            1100.0 - np.sqrt((745.0 * d / (b * z)) ** 2 + 1.575e8) / (0.1 * f**3),
        ]
        return [weight, stress], margins

    domains = (
        *box([2.6, 0.7], [3.6, 0.8]),
        whole("teeth", 17, 28),
        *box([7.3, 7.3, 2.9, 5.0], [8.3, 8.3, 3.9, 5.5]),
    )
    return Design(domains, function)


def gear_train() -> Design:
    """Gear train."""

    def function(x: Floats) -> Parts:
        a, b, c, d = x.T
        error = np.abs(6.931 - c * d / (a * b))
        return [error, x.max(axis=1)], [0.5 - error / 6.931]

    return Design(tuple(whole(f"gear{i}", 12, 60) for i in range(4)), function)


def side_impact() -> Design:
    """Car side impact."""

    def function(x: Floats) -> Parts:
        a, b, c, d, e, f, g = x.T
        weight = 1.98 + 4.9 * a + 6.67 * b + 6.98 * c + 4.01 * d + 1.78 * e + 0.00001 * f + 2.73 * g
        force = 4.72 - 0.5 * d - 0.19 * b * c
        pillar, door = 10.58 - 0.674 * a * b - 0.67275 * b, 16.45 - 0.489 * c * g - 0.843 * e * f
        chest = 0.214 + 0.00817 * e - 0.0587118 * a + 0.03099 * b * f - 0.018 * b * g + 0.030408 * c
        margins = [
            1.0 - (1.16 - 0.3717 * b * d - 0.0092928 * c),
            0.32
            - (
                0.261
                - 0.0159 * a * b
                - 0.06486 * a
                - 0.019 * b * g
                + 0.0144 * c * e
                + 0.0154464 * f
            ),
            0.32 - (chest - 0.00364 * e * f - 0.018 * b * b),
            0.32 - (0.74 - 0.61 * b - 0.031296 * c - 0.031872 * g + 0.227 * b * b),
            32.0 - (28.98 + 3.818 * c - 4.2 * a * b + 1.27296 * f - 2.68065 * g),
            32.0 - (35.31728 + 2.95 * c - 5.057 * a * b - 3.795 * b - 3.4431 * g),
            32.0 - (46.36 - 9.9 * b - 4.4505 * a),
            4.0 - force,
            9.9 - pillar,
            15.7 - door,
        ]
        return [weight, force, 0.5 * (pillar + door)], margins

    low = [0.5, 0.45, 0.5, 0.5, 0.875, 0.4, 0.4]
    return Design(box(low, [3.0 * v for v in low]), function)


def marine_design(most: float = 50000.0) -> Design:
    """Conceptual marine design; ``most`` is the largest dead weight in tonnes."""

    def function(x: Floats) -> Parts:
        length, beam, depth, draft, speed, block = x.T
        displacement = 1.025 * length * beam * draft * block
        froude = 0.5144 * speed / np.sqrt(9.8065 * length)
        drag = 4977.06 * block**2 - 8105.61 * block + 4456.51
        drag = drag + (-10847.2 * block**2 + 12817.0 * block - 6960.32) * froude
        power = displacement ** (2.0 / 3.0) * speed**3 / drag
        outfit = length**0.8 * beam**0.6 * depth**0.3 * block**0.1
        steel = 0.034 * length**1.7 * beam**0.7 * depth**0.4 * block**0.5
        light = steel + outfit + 0.17 * power**0.9
        capital = 0.26 * (2000.0 * steel**0.85 + 3500.0 * outfit + 2400.0 * power**0.8)
        load = displacement - light
        sea_days = 5000.0 / 24.0 * speed
        daily = 0.19 * power * 24.0 / 1000.0 + 0.2
        cargo = load - daily * (sea_days + 5.0) - 2.0 * np.sqrt(load)
        trips = 350.0 / (sea_days + 2.0 * (cargo / 8000.0 + 0.5))
        yearly = cargo * trips
        costs = capital + 40000.0 * load**0.3 + (105.0 * daily * sea_days + 6.3 * load**0.8) * trips
        metacentre = (0.085 * block - 0.002) * beam**2 / (draft * block)
        margins = [
            length / beam - 6.0,
            15.0 - length / depth,
            19.0 - length / draft,
            0.45 * load**0.31 - draft,
            0.7 * depth + 0.7 - draft,
            most - load,
            load - 3000.0,
            0.32 - froude,
            0.53 * draft + metacentre - 1.0 - 0.52 * depth - 0.07 * beam,
        ]
        return [costs / yearly, light, -yearly], margins

    low, high = [150.0, 20.0, 13.0, 10.0, 14.0, 0.63], [274.32, 32.31, 25.0, 11.71, 18.0, 0.75]
    return Design(box(low, high), function)
