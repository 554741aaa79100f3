"""True hypervolumes: analytic where the front is known, else of a long run, of stated size.

Ideal and nadir scale the axes; the reference point is 1.1 on them.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from math import gamma, pi
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.problems import constrained, engineering, mw, standard, wfg
from benchmarks.problems.standard import Floats, quadratic_forms
from optimiser.engine.nonlinear.hypervolumes import directions

__all__ = [
    "INSTANCES",
    "STORED",
    "THINNED",
    "Reference",
    "hypervolume",
    "reference",
    "referenced",
    "thinned",
]

THINNED = 3000
_SAMPLE = 1000
_DENSE = 20_000
# exact volumes of many points in more objectives take minutes
_EXACT = 4
STORED = Path(__file__).with_name("references.json")

# three objectives on an eighth of an ellipsoid
_SPHERES = frozenset(f"wfg{i} m=3" for i in range(4, 10))

# name -> (problem, CPU seconds to compare at, hypervolume ratio to reach: 0 where none was set)
INSTANCES: dict[str, tuple[Callable[[], Any], float, float]] = {
    "zdt1": (standard.zdt1, 2.0, 0.999),
    "zdt2": (standard.zdt2, 2.0, 0.999),
    "zdt3": (standard.zdt3, 2.0, 0.999),
    "zdt4": (standard.zdt4, 2.0, 0.999),
    "zdt6": (standard.zdt6, 2.0, 0.999),
    "zdt1 n=200": (lambda: standard.zdt1(200), 3.0, 0.999),
    "bnh": (standard.bnh, 2.0, 0.999),
    "osy": (standard.osy, 2.0, 0.999),
    "tnk": (standard.tnk, 5.0, 0.999),
    "mw1": (standard.mw1, 5.0, 0.999),
    "mw3": (standard.mw3, 5.0, 0.999),
    "rotated n=30": (lambda: standard.rotated(30, 1e3), 3.0, 0.9995),
    "rotated n=100": (lambda: standard.rotated(100, 1e4), 10.0, 0.999),
    "re21": (engineering.re21, 2.0, 0.999),
    "re22": (engineering.re22, 2.0, 0.999),
    "re23": (engineering.re23, 2.0, 0.999),
    "re24": (engineering.re24, 2.0, 0.999),
    "re25": (engineering.re25, 2.0, 0.999),
    "dtlz2": (standard.dtlz2, 5.0, 0.995),
    "dtlz7": (standard.dtlz7, 5.0, 0.995),
    "re31": (engineering.re31, 5.0, 0.995),
    "re33": (engineering.re33, 5.0, 0.995),
    "re34": (engineering.re34, 5.0, 0.995),
    "re35": (engineering.re35, 5.0, 0.995),
    "re37": (engineering.re37, 5.0, 0.995),
    "dtlz2 m=4": (lambda: standard.dtlz2(4), 5.0, 0.98),
    "re41": (engineering.re41, 5.0, 0.98),
    "re42": (engineering.re42, 5.0, 0.98),
    **{f"wfg{i}": (partial(wfg.wfg, i), 5.0, 0.0) for i in wfg.WFG},
    **{f"wfg{i} m=3": (partial(wfg.wfg, i, 3), 5.0, 0.0) for i in wfg.WFG},
    **{f"mw{i}": (partial(mw.mw, i), 5.0, 0.0) for i in mw.MW},
    "dtlz1": (standard.dtlz1, 5.0, 0.0),
    "dtlz3": (standard.dtlz3, 5.0, 0.0),
    "dtlz4": (standard.dtlz4, 5.0, 0.0),
    "dtlz5": (standard.dtlz5, 5.0, 0.0),
    "dtlz6": (standard.dtlz6, 5.0, 0.0),
    **{
        name: (partial(constrained.constrained, name), 5.0, 0.0) for name in constrained.CONSTRAINED
    },
    "dtlz2 m=8": (lambda: standard.dtlz2(8), 5.0, 0.0),
}


@dataclass(frozen=True, eq=False)
class Reference:
    """A front to compare with.

    Attributes:
        ideal, nadir: (m,) the axes.
        volume: the hypervolume on them.
        source: where it comes from.
        sample: (s, m) points of the front on the axes.
        at_most: how many points both sides may have.
    """

    ideal: Floats
    nadir: Floats
    volume: float
    source: str
    sample: Floats
    at_most: int | None = None

    def distance(self, y: Floats, /) -> float:
        """(k, m) -> IGD+ on the axes: how far, on average, points of the front are from being
        dominated.
        """
        import moocore

        if not len(y):
            return np.inf
        z = (y - self.ideal) / (self.nadir - self.ideal)
        return float(moocore.igd_plus(z, ref=self.sample))

    def ratio(self, y: Floats, /) -> float:
        """(k, m) -> share of the reference's hypervolume."""
        return hypervolume(y, self.ideal, self.nadir, at_most=self.at_most) / self.volume


def thinned(z: Floats, count: int, /) -> Floats:
    """The points of (k, m) that dominate most along ``count`` even directions from the reference
    point.
    """
    w = directions(z.shape[1], count, np.random.default_rng(0))
    best = [((1.1 - z) / part).min(axis=1).argmax() for part in w]
    return np.asarray(z[np.unique(best)])


def _sphere(m: int) -> Floats:
    return directions(m, _SAMPLE, np.random.default_rng(1))


def hypervolume(y: Floats, ideal: Floats, nadir: Floats, /, *, at_most: int | None = None) -> float:
    """Of (k, m), on the scaled axes; of at most so many points: exact volumes of many points in
    four objectives take minutes.
    """
    import moocore

    # nothing was found: nobody knows how many objectives it would have had
    if not len(y):
        return 0.0
    z = (y - ideal) / (nadir - ideal)
    z = z[(z < 1.1).all(axis=1)]
    if at_most is not None and len(z) > at_most:
        z = thinned(z, at_most)
    if not len(z):
        return 0.0
    if z.shape[1] > _EXACT:
        return float(moocore.hv_approx(z, ref=[1.1] * z.shape[1]))
    return float(moocore.hypervolume(z, ref=[1.1] * z.shape[1]))


def referenced() -> list[str]:
    """The instances whose reference is a formula or stored."""
    stored = json.loads(STORED.read_text(encoding="utf-8"))
    volumes = ("dtlz1", "dtlz2", "dtlz3", "dtlz4", "dtlz7")
    return [
        name
        for name in INSTANCES
        if name in stored or name in _FRONTS or name in _SPHERES or name.startswith(volumes)
    ]


def reference(name: str, /) -> Reference:
    """The reference of an instance.

    Raises:
        KeyError: it needs a long run that is not stored yet.
    """
    if name in _FRONTS:
        return _of_front(_FRONTS[name]())
    if name.startswith(("dtlz2", "dtlz3", "dtlz4")) or name in _SPHERES:
        m = int(name.rpartition("m=")[2]) if "m=" in name else 3
        ball = pi ** (m / 2) / gamma(m / 2 + 1) / 2**m
        nadir = 2.0 * np.arange(1.0, m + 1) if name.startswith("wfg") else np.ones(m)
        return Reference(
            np.zeros(m), nadir, 1.1**m - ball, "volume", _sphere(m), THINNED if m > _EXACT else None
        )
    if name == "dtlz1":
        # below the plane where the sum is the nadir's own
        flat = _sphere(3) ** 2
        return Reference(np.zeros(3), np.full(3, 0.5), 1.1**3 - 1.0 / 6.0, "volume", flat)
    if name == "dtlz7":
        return _dtlz7()
    stored = json.loads(STORED.read_text(encoding="utf-8"))[name]
    ideal, nadir = np.array(stored["ideal"]), np.array(stored["nadir"])
    at_most = THINNED if len(ideal) > 3 else None
    return Reference(
        ideal,
        nadir,
        stored["hypervolume"],
        f"{stored['points']:,} points",
        np.array(stored["sample"]),
        at_most,
    )


def _of_front(y: Floats) -> Reference:
    import moocore

    y = np.asarray(moocore.filter_dominated(y))
    ideal, nadir = y.min(axis=0), y.max(axis=0)
    few = (y[:: max(1, len(y) // _DENSE)] - ideal) / (nadir - ideal)
    return Reference(ideal, nadir, hypervolume(y, ideal, nadir), "front", thinned(few, _SAMPLE))


def _curve(second: Callable[[Floats], Floats], start: float = 0.0) -> Floats:
    f = np.linspace(start, 1.0, 200_001)
    return np.column_stack([f, second(f)])


def _zdt6() -> Floats:
    t = np.linspace(0.0, 1.0, 2_000_001)
    return _curve(
        lambda f: 1 - f * f, float((1 - np.exp(-4 * t) * np.sin(6 * np.pi * t) ** 6).min())
    )


def _feasible(make: Callable[[], Any], x: Floats) -> Floats:
    y, v = make()[0].evaluate(x)
    return np.asarray(y[(v <= 1e-9).all(axis=1)])


def _bnh() -> Floats:
    t, u = np.linspace(0, 3, 100_001), np.linspace(3, 5, 100_001)
    return _feasible(
        standard.bnh,
        np.concatenate([np.column_stack([t, t]), np.column_stack([u, np.full_like(u, 3.0)])]),
    )


def _osy() -> Floats:
    """The five pieces of Deb (2001), table 29."""
    t = np.linspace(0.0, 1.0, 60_001)
    one, none = np.ones_like(t), 0.0 * t
    shape = 1.0 + 4.0 * t
    pieces = [
        (5 * one, one, shape, none, 5 * one, none),
        (5 * one, one, shape, none, one, none),
        (4.056 + 0.944 * t, (2.056 + 0.944 * t) / 3, one, none, one, none),
        (2 * t, 2 - 2 * t, one, none, one, none),
        (none, 2 * one, 1.0 + 2.732 * t, none, one, none),
    ]
    return np.concatenate([_feasible(standard.osy, np.column_stack(piece)) for piece in pieces])


def _tnk() -> Floats:
    angle = np.linspace(1e-9, np.pi / 2 - 1e-9, 2_000_001)
    radius = np.sqrt(1 + 0.1 * np.cos(16 * np.arctan(1.0 / np.tan(angle))))
    ring = np.column_stack([radius * np.cos(angle), radius * np.sin(angle)])
    ring = ring[((ring - 0.5) ** 2).sum(axis=1) <= 0.5]
    turn = np.linspace(0, 2 * np.pi, 2_000_001)
    circle = 0.5 + np.sqrt(0.5) * np.column_stack([np.cos(turn), np.sin(turn)])
    return np.concatenate([ring, _feasible(standard.tnk, circle[(circle > 0).all(axis=1)])])


def _arc() -> Floats:
    angle = np.linspace(0.0, np.pi / 2, 200_001)
    side = np.cos(angle) * 0.5**0.5
    return np.column_stack([side, side, np.sin(angle)])


def _mw1() -> Floats:
    y = _curve(lambda f: 1 - 0.85 * f)
    length = np.sqrt(2) * (y[:, 1] - y[:, 0])
    return np.asarray(y[y.sum(axis=1) <= 1 + 0.5 * np.sin(2 * np.pi * length) ** 8])


def _mw3() -> Floats:
    y = _curve(lambda f: 1 - f)

    def least(length: Floats) -> Floats:
        return np.asarray(0.85 + 0.3 * np.sin(0.75 * np.pi * length) ** 2)

    free = y[y.sum(axis=1) >= least(np.sqrt(2) * (y[:, 1] - y[:, 0]))]
    length = np.linspace(-2.2, 2.2, 400_001)
    total, gap = least(length), length / np.sqrt(2)
    edge = np.column_stack([(total - gap) / 2, (total + gap) / 2])
    inside = (edge[:, 0] >= 0) & (edge[:, 0] <= 1) & (edge[:, 1] >= 1 - edge[:, 0])
    return np.concatenate([free, edge[inside]])


def _rotated(n: int, condition: float) -> Floats:
    """Every efficient point minimises a weighted sum: convex."""
    forms, centres = quadratic_forms(n, condition)
    near = np.geomspace(1e-6, 0.5, 1500)
    y = []
    for t in np.concatenate([np.linspace(0, 1, 1001), near, 1 - near]):
        x = np.linalg.solve(
            t * forms[0] + (1 - t) * forms[1],
            t * forms[0] @ centres[0] + (1 - t) * forms[1] @ centres[1],
        )
        if np.abs(x).max() > 3.0:
            raise ArithmeticError("the front leaves the box")
        y.append([(x - c) @ h @ (x - c) for h, c in zip(forms, centres, strict=True)])
    return np.array(y)


def _dtlz7() -> Reference:
    """The volume as an integral: below any pair of the first two objectives the best third one is
    separable.
    """
    import moocore

    t = np.linspace(0, 1, 1_000_001)
    h = t * (1 + np.sin(3 * np.pi * t))
    best = np.maximum.accumulate(h)
    last, low = float(t[h.argmax()]), 6 - 2 * float(best[-1])
    ideal, nadir = np.array([0, 0, low]), np.array([last, last, 6.0])
    middle = best[
        np.minimum(((np.arange(3000) + 0.5) / 3000 * 1.1 * last * 1e6).astype(int), 1_000_000)
    ]
    third = np.maximum(6 - middle[:, None] - middle, low)
    volume = np.maximum(0.0, low + 1.1 * (6 - low) - third).mean() * (1.1 * last) ** 2
    first = t[:: 1_000_000 // 200]
    pair = np.stack([part.ravel() for part in np.meshgrid(first, first)], axis=1)
    front = np.column_stack([pair, 6 - (pair * (1 + np.sin(3 * np.pi * pair))).sum(axis=1)])
    front = np.asarray(moocore.filter_dominated(front))
    sample = thinned((front - ideal) / (nadir - ideal), _SAMPLE)
    return Reference(ideal, nadir, float(volume / np.prod(nadir - ideal)), "volume", sample)


_FRONTS: dict[str, Callable[[], Floats]] = {
    "zdt1": lambda: _curve(lambda f: 1 - np.sqrt(f)),
    "zdt1 n=200": lambda: _curve(lambda f: 1 - np.sqrt(f)),
    "zdt2": lambda: _curve(lambda f: 1 - f * f),
    "zdt3": lambda: _curve(lambda f: 1 - np.sqrt(f) - f * np.sin(10 * np.pi * f)),
    "zdt4": lambda: _curve(lambda f: 1 - np.sqrt(f)),
    "zdt6": _zdt6,
    "bnh": _bnh,
    "osy": _osy,
    "tnk": _tnk,
    "mw1": _mw1,
    "mw3": _mw3,
    "rotated n=30": lambda: _rotated(30, 1e3),
    "rotated n=100": lambda: _rotated(100, 1e4),
    **{f"wfg{i}": partial(wfg.front, i) for i in wfg.WFG},
    "wfg1 m=3": partial(wfg.surface, 1),
    "wfg2 m=3": partial(wfg.surface, 2),
    "dtlz5": _arc,
    "dtlz6": _arc,
}
