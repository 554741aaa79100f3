"""Standard test problems from the literature as problems in arrays, with exact derivatives and true
hypervolumes where known.

References:
    Zitzler, Deb, Thiele (2000), Comparison of multiobjective evolutionary algorithms. Evolutionary
        Computation 8(2) (ZDT).
    Deb, Thiele, Laumanns, Zitzler (2005), Scalable test problems for evolutionary multiobjective
        optimization (DTLZ).
    Binh, Korn (1997), MOBES (BNH).
    Osyczka, Kundu (1995) (OSY). Tanaka et al. (1995), GA-based decision support (TNK).
    Ma, Wang (2019), Evolutionary constrained multiobjective optimization: test suite. IEEE TEC
        23(6), 972-986 (MW).
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np

from optimiser.engine.nonlinear import Margins
from optimiser.engine.problem import Domain, Nonlinear, Problem, Row

Floats = np.ndarray[Any, np.dtype[np.float64]]
Function = Callable[[Floats], tuple[Floats, Floats]]
Instance = tuple[Problem, Margins | None]

_STEP = 1e-30


def box(lower: Floats | list[float], upper: Floats | list[float]) -> tuple[Domain, ...]:
    """Real columns between bounds."""
    pairs = zip(np.asarray(lower, dtype=float), np.asarray(upper, dtype=float), strict=True)
    return tuple(
        Domain(f"x{i}", "real", Fraction(a), Fraction(b)) for i, (a, b) in enumerate(pairs)
    )


def build(
    decisions: tuple[Domain, ...],
    m: int,
    function: Function,
    *,
    p: int = 0,
    smooth: bool = True,
    equalities: tuple[int, ...] = (),
    logic: tuple[Row, ...] = (),
    gradient: Function | None = None,
) -> Instance:
    """A problem from ``function``: (k, n) -> objectives (k, m), signed constraints (k, p) that hold
    where at most 0.

    Derivatives come from ``gradient`` or, to machine precision, from complex steps.
    """

    def evaluate(x: Floats) -> tuple[Floats, Floats]:
        with np.errstate(all="ignore"):
            y, g = function(x)
        v = np.maximum(g, 0.0)
        for j in equalities:
            v[:, j] = np.abs(g[:, j])
        return y, v

    def signed(x: Floats) -> Floats:
        with np.errstate(all="ignore"):
            return function(x)[1]

    def by_complex_steps(x: Floats) -> tuple[Floats, Floats]:
        k, n = x.shape
        moved = np.repeat(x, n, axis=0).astype(complex)
        moved.reshape(k, n, n)[:, np.arange(n), np.arange(n)] += 1j * _STEP
        with np.errstate(all="ignore"):
            y, g = function(moved)
        dy = np.imag(y).reshape(k, n, m).transpose(0, 2, 1) / _STEP
        dg = np.imag(g).reshape(k, n, p).transpose(0, 2, 1) / _STEP
        return dy, dg

    problem = Problem(
        decisions=decisions,
        objectives=tuple(f"f{i + 1}" for i in range(m)),
        signs=np.ones(m),
        logic=logic,
        constraints=tuple(f"g{i + 1}" for i in range(p)),
        evaluate=evaluate,
        gradient=(gradient or by_complex_steps) if smooth else None,
        exact=None,
        linear=Nonlinear("a test problem"),
    )
    return problem, Margins(signed, equalities) if p else None


def _free(y: Floats) -> tuple[Floats, Floats]:
    return y, np.zeros((len(y), 0))


def _zdt_gradient(rest: Callable[[Floats, Floats], tuple[Floats, Floats]], n: int) -> Function:
    """For f1 = x1 and g = 1 + 9 mean(x2...): derivatives from those of f2 by f1 and g."""

    def gradient(x: Floats) -> tuple[Floats, Floats]:
        g = 1.0 + 9.0 * x[:, 1:].sum(axis=1) / (n - 1)
        with np.errstate(all="ignore"):
            by_first, by_g = rest(x[:, 0], g)
        d = np.zeros((len(x), 2, n))
        d[:, 0, 0] = 1.0
        d[:, 1, 0] = by_first
        d[:, 1, 1:] = (by_g * 9.0 / (n - 1))[:, None]
        return d, np.zeros((len(x), 0, n))

    return gradient


def zdt1(n: int = 30) -> Instance:
    def function(x: Floats) -> tuple[Floats, Floats]:
        g = 1.0 + 9.0 * x[:, 1:].sum(axis=1) / (n - 1)
        return _free(np.stack([x[:, 0], g * (1.0 - np.sqrt(x[:, 0] / g))], axis=1))

    slope = _zdt_gradient(lambda f, g: (-0.5 * np.sqrt(g / f), 1.0 - 0.5 * np.sqrt(f / g)), n)
    return build(box([0.0] * n, [1.0] * n), 2, function, gradient=slope)


def zdt2(n: int = 30) -> Instance:
    def function(x: Floats) -> tuple[Floats, Floats]:
        g = 1.0 + 9.0 * x[:, 1:].sum(axis=1) / (n - 1)
        return _free(np.stack([x[:, 0], g * (1.0 - (x[:, 0] / g) ** 2)], axis=1))

    slope = _zdt_gradient(lambda f, g: (-2.0 * f / g, 1.0 + (f / g) ** 2), n)
    return build(box([0.0] * n, [1.0] * n), 2, function, gradient=slope)


def zdt3(n: int = 30) -> Instance:
    def function(x: Floats) -> tuple[Floats, Floats]:
        g = 1.0 + 9.0 * x[:, 1:].sum(axis=1) / (n - 1)
        f = x[:, 0]
        return _free(
            np.stack([f, g * (1.0 - np.sqrt(f / g)) - f * np.sin(10.0 * np.pi * f)], axis=1)
        )

    def rest(f: Floats, g: Floats) -> tuple[Floats, Floats]:
        wave = 10.0 * np.pi * f
        return -0.5 * np.sqrt(g / f) - np.sin(wave) - wave * np.cos(wave), 1.0 - 0.5 * np.sqrt(
            f / g
        )

    return build(box([0.0] * n, [1.0] * n), 2, function, gradient=_zdt_gradient(rest, n))


def zdt4(n: int = 10) -> Instance:
    def function(x: Floats) -> tuple[Floats, Floats]:
        r = x[:, 1:]
        g = 1.0 + 10.0 * (n - 1) + (r * r - 10.0 * np.cos(4.0 * np.pi * r)).sum(axis=1)
        return _free(np.stack([x[:, 0], g * (1.0 - np.sqrt(x[:, 0] / g))], axis=1))

    return build(box([0.0] + [-5.0] * (n - 1), [1.0] + [5.0] * (n - 1)), 2, function)


def zdt6(n: int = 10) -> Instance:
    def function(x: Floats) -> tuple[Floats, Floats]:
        first = 1.0 - np.exp(-4.0 * x[:, 0]) * np.sin(6.0 * np.pi * x[:, 0]) ** 6
        g = 1.0 + 9.0 * (x[:, 1:].sum(axis=1) / (n - 1)) ** 0.25
        return _free(np.stack([first, g * (1.0 - (first / g) ** 2)], axis=1))

    return build(box([0.0] * n, [1.0] * n), 2, function)


def dtlz1(m: int = 3) -> Instance:
    def function(x: Floats) -> tuple[Floats, Floats]:
        radius = 1.0 + 100.0 * _hills(x[:, m - 1 :])
        part = x[:, : m - 1]
        return _free(0.5 * chained(part, 1.0 - part, radius))

    return build(box([0.0] * (m + 4), [1.0] * (m + 4)), m, function)


def dtlz2(m: int = 3, n: int | None = None) -> Instance:
    size = n or m + 9

    def function(x: Floats) -> tuple[Floats, Floats]:
        radius = 1.0 + ((x[:, m - 1 :] - 0.5) ** 2).sum(axis=1)
        return _free(_sphere(x[:, : m - 1], radius))

    return build(box([0.0] * size, [1.0] * size), m, function)


def dtlz3(m: int = 3) -> Instance:
    def function(x: Floats) -> tuple[Floats, Floats]:
        return _free(_sphere(x[:, : m - 1], 1.0 + 100.0 * _hills(x[:, m - 1 :])))

    return build(box([0.0] * (m + 9), [1.0] * (m + 9)), m, function)


def dtlz4(m: int = 3) -> Instance:
    def function(x: Floats) -> tuple[Floats, Floats]:
        radius = 1.0 + ((x[:, m - 1 :] - 0.5) ** 2).sum(axis=1)
        return _free(_sphere(x[:, : m - 1] ** 100, radius))

    return build(box([0.0] * (m + 9), [1.0] * (m + 9)), m, function)


def dtlz5(m: int = 3) -> Instance:
    return _curved(m, lambda x: ((x - 0.5) ** 2).sum(axis=1))


def dtlz6(m: int = 3) -> Instance:
    return _curved(m, lambda x: (x**0.1).sum(axis=1))


def _curved(m: int, distance: Callable[[Floats], Floats]) -> Instance:
    """Angles but the first tend to an eighth of a turn as the distance vanishes."""

    def function(x: Floats) -> tuple[Floats, Floats]:
        g = distance(x[:, m - 1 :])
        bent = (1.0 + 2.0 * g[:, None] * x[:, 1 : m - 1]) / (2.0 * (1.0 + g[:, None]))
        return _free(_sphere(np.concatenate([x[:, :1], bent], axis=1), 1.0 + g))

    return build(box([0.0] * (m + 9), [1.0] * (m + 9)), m, function)


def _hills(x: Floats) -> Floats:
    wave = ((x - 0.5) ** 2 - np.cos(20.0 * np.pi * (x - 0.5))).sum(axis=1)
    return np.asarray(x.shape[1] + wave)


def _sphere(share: Floats, radius: Floats) -> Floats:
    angle = share * (np.pi / 2)
    return chained(np.cos(angle), np.sin(angle), radius)


def chained(a: Floats, b: Floats, g: Floats) -> Floats:
    """f_1 = g a_1 ... a_(m-1), f_j = g a_1 ... a_(m-j) b_(m-j+1), f_m = g b_1."""
    m = a.shape[1] + 1
    columns = []
    for i in range(m):
        part = g * np.prod(a[:, : m - 1 - i], axis=1)
        columns.append(part * b[:, m - 1 - i] if i else part)
    return np.stack(columns, axis=1)


def dtlz7(m: int = 3) -> Instance:
    n = m + 19

    def function(x: Floats) -> tuple[Floats, Floats]:
        g = 2.0 + 9.0 * x[:, m - 1 :].mean(axis=1)
        f = x[:, : m - 1]
        h = m - (f / g[:, None] * (1.0 + np.sin(3.0 * np.pi * f))).sum(axis=1)
        return _free(np.concatenate([f, (g * h)[:, None]], axis=1))

    return build(box([0.0] * n, [1.0] * n), m, function)


def bnh() -> Instance:
    def function(x: Floats) -> tuple[Floats, Floats]:
        a, b = x[:, 0], x[:, 1]
        y = np.stack([4.0 * a * a + 4.0 * b * b, (a - 5.0) ** 2 + (b - 5.0) ** 2], axis=1)
        g = np.stack(
            [((a - 5.0) ** 2 + b * b - 25.0) / 25.0, (7.7 - (a - 8.0) ** 2 - (b + 3.0) ** 2) / 7.7],
            axis=1,
        )
        return y, g

    return build(box([0.0, 0.0], [5.0, 3.0]), 2, function, p=2)


def osy() -> Instance:
    def function(x: Floats) -> tuple[Floats, Floats]:
        a, b, c, d, e, f = x.T
        first = -(25.0 * (a - 2) ** 2 + (b - 2) ** 2 + (c - 1) ** 2 + (d - 4) ** 2 + (e - 1) ** 2)
        y = np.stack([first, (x * x).sum(axis=1)], axis=1)
        rows = [2 - a - b, (a + b - 6) / 6, (b - a - 2) / 2, (a - 3 * b - 2) / 2]
        rows += [((c - 3) ** 2 + d - 4) / 4, (4 - (e - 3) ** 2 - f) / 4]
        return y, np.stack(rows, axis=1)

    return build(box([0, 0, 1, 0, 1, 0], [10, 10, 5, 6, 5, 10]), 2, function, p=6)


def tnk() -> Instance:
    def function(x: Floats) -> tuple[Floats, Floats]:
        a, b = x[:, 0], x[:, 1]
        ring = 1.0 + 0.1 * np.cos(16.0 * np.arctan(a / b)) - a * a - b * b
        return x.copy(), np.stack([ring, (a - 0.5) ** 2 + (b - 0.5) ** 2 - 0.5], axis=1)

    return build(box([1e-9, 1e-9], [np.pi, np.pi]), 2, function, p=2)


def _mw_distance(x: Floats, *, m: int) -> Floats:
    n = x.shape[1]
    i = np.arange(m - 1, n)
    z = x[:, m - 1 :] ** (n - m)
    total: Floats = (1.0 - np.exp(-10.0 * (z - 0.5 - i / (2.0 * n)) ** 2)).sum(axis=1)
    return 1.0 + total


def mw1(n: int = 15) -> Instance:
    def function(x: Floats) -> tuple[Floats, Floats]:
        g = _mw_distance(x, m=2)
        first = x[:, 0]
        second = g * (1.0 - 0.85 * first / g)
        length = np.sqrt(2.0) * (second - first)
        bound = first + second - 1.0 - 0.5 * np.sin(2.0 * np.pi * length) ** 8
        return np.stack([first, second], axis=1), bound[:, None]

    return build(box([0.0] * n, [1.0] * n), 2, function, p=1)


def mw3(n: int = 15) -> Instance:
    def function(x: Floats) -> tuple[Floats, Floats]:
        i = np.arange(1, n)
        inner = x[:, 1:] + (x[:, :-1] - 0.5) ** 2 - 1.0
        g = 1.0 + (2.0 * inner * inner).sum(axis=1)
        assert len(i) == inner.shape[1]
        first = x[:, 0]
        second = g * (1.0 - first / g)
        length = np.sqrt(2.0) * (second - first)
        wave = np.sin(0.75 * np.pi * length)
        upper = first + second - 1.05 - 0.45 * wave**6
        lower = 0.85 - first - second + 0.3 * wave**2
        return np.stack([first, second], axis=1), np.stack([upper, lower], axis=1)

    return build(box([0.0] * n, [1.0] * n), 2, function, p=2)


def quadratic_forms(n: int, condition: float) -> tuple[list[Floats], list[Floats]]:
    """Two forms with the same spectrum, each with a rotation and a centre of its own."""
    rng = np.random.default_rng(n)
    forms, centres = [], []
    for sign in (-1.0, 1.0):
        q, _ = np.linalg.qr(rng.standard_normal((n, n)))
        forms.append((q * np.geomspace(1.0, condition, n)) @ q.T)
        centres.append(sign * 0.3 * np.ones(n) + 0.1 * rng.standard_normal(n))
    return forms, centres


def rotated(n: int, condition: float) -> Instance:
    """Two ill-conditioned quadratic forms in rotated axes."""
    forms, centres = quadratic_forms(n, condition)

    def function(x: Floats) -> tuple[Floats, Floats]:
        y = [np.einsum("ki,ki->k", (x - c) @ h, x - c) for h, c in zip(forms, centres, strict=True)]
        return _free(np.stack(y, axis=1))

    def gradient(x: Floats) -> tuple[Floats, Floats]:
        d = [2.0 * (x - c) @ h for h, c in zip(forms, centres, strict=True)]
        return np.stack(d, axis=1), np.zeros((len(x), 0, n))

    return build(box([-3.0] * n, [3.0] * n), 2, function, gradient=gradient)
