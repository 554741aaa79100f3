"""Designs whose margins are constraints: the CRE suite, and some of the suites RCM and RWA.

References:
    Tanabe, Ishibuchi (2020), An easy-to-use real-world multi-objective optimization problem suite.
        Applied Soft Computing 89, 106078 (CRE21 to CRE51).
    Kumar, Wu, Ali, Luo, Mallipeddi, Suganthan, Das (2021), A benchmark-suite of real-world
        constrained multi-objective optimization problems and some baseline results. Swarm and
        Evolutionary Computation 67, 100961 (RCM).
    Deb, Srinivasan (2006), Innovization: innovating design principles through optimization. GECCO
        2006, 1629-1636 (the clutch brake, RCM14).
    Zapotecas-Martínez, García-Nájera, Menchaca-Méndez (2023), Engineering applications of
        multi-objective evolutionary algorithms: a test suite of box-constrained real-world
        problems. Engineering Applications of Artificial Intelligence 123, 106192 (RWA).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np

from benchmarks.problems import designs
from benchmarks.problems.designs import Design, Parts, whole
from benchmarks.problems.standard import Floats, Instance, box, build

__all__ = ["CONSTRAINED", "constrained"]


def constrained(name: str) -> Instance:
    """A problem by its name in the suite."""
    make, smooth = CONSTRAINED[name]
    design = make()
    middle = np.array([[float((d.lower or 0) + (d.upper or 0)) / 2.0 for d in design.domains]])
    objectives, margins = design.function(middle)

    def function(x: Floats) -> tuple[Floats, Floats]:
        y, rows = design.function(x)
        zero = 0.0 * y[0]
        values = np.stack([zero - row for row in rows], axis=1) if rows else zero[:, None][:, :0]
        return np.stack([zero + value for value in y], axis=1), values

    return build(design.domains, len(objectives), function, p=len(margins), smooth=smooth)


def welded_beam() -> Design:
    """Cost of a beam that is welded to a wall, and how far its end bends (CRE22)."""

    def function(x: Floats) -> Parts:
        weld, length, height, width = x.T
        load, span, young, shear = 6000.0, 14.0, 30e6, 12e6
        cost = 1.10471 * weld**2 * length + 0.04811 * height * width * (14.0 + length)
        bend = 4.0 * load * span**3 / (young * width * height**3)
        arm = np.sqrt(length**2 / 4.0 + ((weld + height) / 2.0) ** 2)
        inertia = length**2 / 12.0 + ((weld + height) / 2.0) ** 2
        primary = load / (np.sqrt(2.0) * weld * length)
        twist = load * (span + length / 2.0) * arm
        secondary = twist / (2.0 * np.sqrt(2.0) * weld * length * inertia)
        stress = np.sqrt(primary**2 + primary * secondary * length / arm + secondary**2)
        buckling = 4.013 * young * height * width**3 / 6.0 / span**2
        buckling = buckling * (1.0 - height / (2.0 * span) * np.sqrt(young / (4.0 * shear)))
        margins = [
            13600.0 - stress,
            30000.0 - 6.0 * load * span / (width * height**2),
            width - weld,
            buckling - load,
        ]
        return [cost, bend], margins

    return Design(box([0.125, 0.1, 0.1, 0.125], [5.0, 10.0, 10.0, 5.0]), function)


def water() -> Design:
    """Planning of drains and storage: costs, damage and loss (CRE51)."""

    def function(x: Floats) -> Parts:
        a, b, c = x.T
        flow = 1.0 / (a * b)
        objectives = [
            106780.37 * (b + c) + 61704.67,
            3000.0 * a,
            305700.0 * 2289.0 * b / (0.06 * 2289.0) ** 0.65,
            250.0 * 2289.0 * np.exp(-39.75 * b + 9.9 * c + 2.74),
            25.0 * (1.39 * flow + 4940.0 * c - 80.0),
        ]
        margins = [
            1.0 - (0.00139 * flow + 4.94 * c - 0.08),
            1.0 - (0.000306 * flow + 1.082 * c - 0.0986),
            50000.0 - (12.307 * flow + 49408.24 * c + 4051.02),
            16000.0 - (2.098 * flow + 8046.33 * c - 696.71),
            10000.0 - (2.138 * flow + 7883.39 * c - 705.04),
            2000.0 - (0.417 * a * b + 1721.26 * c - 136.54),
            550.0 - (0.164 * flow + 631.13 * c - 54.48),
        ]
        return objectives, margins

    return Design(box([0.01] * 3, [0.45, 0.1, 0.1]), function)


def supported_beam() -> Design:
    """Section of an I-beam on two supports, and its deflection (RCM12)."""

    def function(x: Floats) -> Parts:
        height, width, web, flange = x.T
        inner = height - 2.0 * flange
        section = 2.0 * width * flange + web * inner
        inertia = web * inner**3 + 2.0 * width * flange * (4.0 * flange**2 + 3.0 * height * inner)
        across = inner * web**3 + 2.0 * flange * width**3
        stress = 180000.0 * height / inertia + 15000.0 * width / across
        return [section, 600.0 * 200.0**3 / (48.0 * 2e4 * inertia / 12.0)], [16.0 - stress]

    return Design(box([10.0, 10.0, 0.9, 0.9], [80.0, 50.0, 5.0, 5.0]), function)


def clutch_brake() -> Design:
    """Mass and stopping time of a brake with several discs (RCM14)."""

    def function(x: Floats) -> Parts:
        inner, outer, thick, force, discs = x.T
        square, cube = outer**2 - inner**2, outer**3 - inner**3
        speed = np.pi * 250.0 / 30.0 * (2.0 / 3.0 * cube / square) / 1000.0
        pressure = force / (np.pi * square)
        torque = 2.0 / 3.0 * 0.6 * force * discs * cube / square / 1000.0
        time = 55.0 * np.pi * 250.0 / 30.0 / (torque + 3.0)
        mass = np.pi * square * thick * (discs + 1.0) * 7.8e-6
        margins = [
            outer - inner - 20.0,
            30.0 - (discs + 1.0) * (thick + 0.5),
            1.0 - pressure,
            10.0 - pressure * speed,
            10.0 - speed,
            15.0 - time,
            torque - 1.5 * 40.0,
        ]
        return [mass, time], margins

    domains = (*box([60.0, 90.0, 1.0, 0.0], [80.0, 110.0, 3.0, 1000.0]), whole("discs", 2, 9))
    return Design(domains, function)


def cantilever() -> Design:
    """Mass and deflection of a round beam fixed at one end (RCM16)."""

    def function(x: Floats) -> Parts:
        diameter, length = x.T
        bend = 64.0 * length**3 / (3.0 * 207e6 * np.pi * diameter**4)
        stress = 32.0 * length / (np.pi * diameter**3)
        mass = 0.25 * 7800.0 * np.pi * length * diameter**2
        return [mass, bend], [300000.0 - stress, 0.005 - bend]

    return Design(box([0.01, 0.2], [0.05, 1.0]), function)


def process() -> Design:
    """Synthesis of a process: four choices and three flows (RCM29)."""

    def function(x: Floats) -> Parts:
        a, b, c, d, e, f, h = x.T
        choices = (1.0 - d) ** 2 + (1.0 - e) ** 2 + (1.0 - f) ** 2 - np.log(1.0 + h + 1e-6)
        flows = (1.0 - a) ** 2 + (2.0 - b) ** 2 + (3.0 - c) ** 2
        margins = [
            5.0 - (a + b + c + d + e + f),
            5.5 - (f**3 + a * a + b * b + c * c),
            1.2 - (a + d),
            1.8 - (b + e),
            2.5 - (c + f),
            1.2 - (a + h),
            1.64 - (e * e + b * b),
            4.25 - (f * f + c * c),
            4.64 - (e * e + c * c),
        ]
        return [choices, flows], margins

    choices = tuple(whole(f"choice{i}", 0, 1) for i in range(4))
    return Design((*box([0.0] * 3, [100.0] * 3), *choices), function)


def heat_sink() -> Design:
    """Heat that a honeycomb carries away, and the friction of the air in it (RWA1)."""

    def function(x: Floats) -> Parts:
        h, t, s, angle, flow = x.T
        heat = 89.027 + 0.3 * h - 0.096 * t - 1.124 * s - 0.968 * angle + 4.148e-3 * flow
        heat = heat + 0.0464 * h * t - 0.0244 * h * s + 0.0159 * h * angle + 4.151e-5 * h * flow
        heat = heat + 0.1111 * t * s - 4.121e-5 * s * flow + 4.192e-5 * angle * flow
        drag = 0.4753 - 0.0181 * h + 0.042 * t + 5.481e-3 * s - 0.0191 * angle - 3.416e-6 * flow
        drag = drag - 8.851e-4 * h * s + 8.702e-4 * h * angle + 1.536e-3 * t * angle
        drag = drag - 2.761e-6 * t * flow - 4.4e-4 * s * angle + 9.714e-7 * s * flow
        return [-heat, drag + 6.777e-4 * h * h], []

    return Design(box([20.0, 6.0, 20.0, 0.0, 8000.0], [60.0, 15.0, 40.0, 30.0, 25000.0]), function)


# name in the suite -> (design, whether it has derivatives everywhere)
CONSTRAINED: dict[str, tuple[Callable[[], Design], bool]] = {
    "cre21": (designs.two_bar_truss, True),
    "cre22": (welded_beam, True),
    "cre23": (designs.disc_brake, True),
    "cre24": (designs.speed_reducer, True),
    "cre25": (designs.gear_train, False),
    "cre31": (designs.side_impact, True),
    "cre32": (partial(designs.marine_design, 500000.0), True),
    "cre51": (water, True),
    "rcm12": (supported_beam, True),
    "rcm14": (clutch_brake, True),
    "rcm16": (cantilever, True),
    "rcm29": (process, True),
    "rwa1": (heat_sink, True),
}
