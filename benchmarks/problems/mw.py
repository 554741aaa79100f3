"""The constrained suite MW without derivatives, but for MW1 and MW3, which have them
(``standard.py``).

References:
    Ma, Wang (2019), Evolutionary constrained multiobjective optimization: test suite construction
        and performance comparisons. IEEE Transactions on Evolutionary Computation 23(6), 972-986.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from benchmarks.problems.standard import Floats, Instance, box, build, chained

__all__ = ["MW", "mw"]

_COLUMNS = 15

#: position columns (k, m - 1) and distance (k,) -> objectives (k, m), constraints (k, p)
Shape = Callable[[Floats, Floats], tuple[Floats, list[Floats]]]


def mw(number: int) -> Instance:
    """Fifteen columns; two objectives, but three in MW4, MW8 and MW14."""
    m, p, top, distance, shape = MW[number]

    def function(x: Floats) -> tuple[Floats, Floats]:
        y, rows = shape(x[:, : m - 1], 1.0 + distance(x, m))
        return y, np.stack(rows, axis=1)

    return build(box([0.0] * _COLUMNS, [top] * _COLUMNS), m, function, p=p, smooth=False)


def _biased(x: Floats, m: int) -> Floats:
    """g1."""
    n = x.shape[1]
    z = x[:, m - 1 :] ** (n - m)
    step: Floats = np.exp(-10.0 * (z - 0.5 - np.arange(m - 1, n) / (2 * n)) ** 2)
    return np.asarray((1.0 - step).sum(axis=1))


def _multimodal(x: Floats, m: int) -> Floats:
    """g2."""
    n = x.shape[1]
    z = 1.0 - np.exp(-10.0 * (x[:, m - 1 :] - np.arange(m - 1, n) / n) ** 2)
    return np.asarray((0.1 / n * z * z + 1.5 - 1.5 * np.cos(2.0 * np.pi * z)).sum(axis=1))


def _linked(x: Floats, m: int) -> Floats:
    """g3."""
    inner = x[:, m - 1 :] + (x[:, m - 2 : -1] - 0.5) ** 2 - 1.0
    return np.asarray((2.0 * inner * inner).sum(axis=1))


def _pair(first: Floats, second: Floats) -> Floats:
    return np.stack([first, second], axis=1)


def _angle(a: Floats, b: Floats) -> Floats:
    return np.asarray(np.arctan(b / a))


def _mw2(u: Floats, g: Floats) -> tuple[Floats, list[Floats]]:
    a, b = u[:, 0], g - u[:, 0]
    wave = np.sin(3.0 * np.pi * np.sqrt(2.0) * (b - a))
    return _pair(a, b), [a + b - 1.0 - 0.5 * wave**8]


def _mw4(u: Floats, g: Floats) -> tuple[Floats, list[Floats]]:
    y = chained(1.0 - u, u, g)
    wave = np.sin(2.5 * np.pi * (y[:, -1] - y[:, :-1].sum(axis=1)))
    return y, [y.sum(axis=1) - 1.0 - 0.4 * wave**8]


def _mw5(u: Floats, g: Floats) -> tuple[Floats, list[Floats]]:
    a, b = g * u[:, 0], g * np.sqrt(1.0 - u[:, 0] ** 2)
    angle, square = _angle(a, b), a * a + b * b
    wave = np.sin(6.0 * (0.5 * np.pi - 2.0 * np.abs(angle - 0.25 * np.pi)) ** 3)
    rows = [square - (1.7 - 0.2 * np.sin(2.0 * angle)) ** 2]
    rows += [(1.0 + 0.5 * wave) ** 2 - square, (1.0 - 0.45 * wave) ** 2 - square]
    return _pair(a, b), rows


def _mw6(u: Floats, g: Floats) -> tuple[Floats, list[Floats]]:
    a, b = g * u[:, 0], g * np.sqrt(1.21 - u[:, 0] ** 2)
    wave = np.cos(6.0 * _angle(a, b) ** 4) ** 10
    return _pair(a, b), [(a / (1.0 + 0.15 * wave)) ** 2 + (b / (1.0 + 0.75 * wave)) ** 2 - 1.0]


def _mw7(u: Floats, g: Floats) -> tuple[Floats, list[Floats]]:
    a, b = g * u[:, 0], g * np.sqrt(1.0 - u[:, 0] ** 2)
    wave, square = np.sin(4.0 * _angle(a, b)), a * a + b * b
    rows = [square - (1.2 + 0.4 * wave**16) ** 2, (1.15 - 0.2 * wave**8) ** 2 - square]
    return _pair(a, b), rows


def _mw8(u: Floats, g: Floats) -> tuple[Floats, list[Floats]]:
    y = chained(np.cos(0.5 * np.pi * u), np.sin(0.5 * np.pi * u), g)
    square = (y * y).sum(axis=1)
    wave = np.sin(6.0 * np.arcsin(y[:, -1] / np.sqrt(square)))
    return y, [square - (1.25 - 0.5 * wave**2) ** 2]


def _mw9(u: Floats, g: Floats) -> tuple[Floats, list[Floats]]:
    a, b = g * u[:, 0], g * (1.0 - u[:, 0] ** 0.6)
    low = (1.0 - 0.64 * a * a - b) * (1.0 - 0.36 * a * a - b)
    high = (1.35**2 - (a + 0.35) ** 2 - b) * (1.15**2 - (a + 0.15) ** 2 - b)
    return _pair(a, b), [np.minimum(low, high)]


def _mw10(u: Floats, g: Floats) -> tuple[Floats, list[Floats]]:
    share = u[:, 0] ** _COLUMNS
    a, b = g * share, g * (1.0 - share**2)
    s = a * a
    rows = [-(2.0 - 4.0 * s - b) * (2.0 - 8.0 * s - b), (2.0 - 2.0 * s - b) * (2.0 - 16.0 * s - b)]
    return _pair(a, b), [*rows, (1.0 - s - b) * (1.2 - 1.2 * s - b)]


def _mw11(u: Floats, g: Floats) -> tuple[Floats, list[Floats]]:
    a, b = g * u[:, 0], g * np.sqrt(2.0 - u[:, 0] ** 2)
    s = a * a
    rows = [-(3.0 - s - b) * (3.0 - 2.0 * s - b), (3.0 - 0.625 * s - b) * (3.0 - 7.0 * s - b)]
    rows += [-(1.62 - 0.18 * s - b) * (1.125 - 0.125 * s - b)]
    return _pair(a, b), [*rows, (2.07 - 0.23 * s - b) * (0.63 - 0.07 * s - b)]


def _mw12(u: Floats, g: Floats) -> tuple[Floats, list[Floats]]:
    v = u[:, 0]
    a, b = g * v, g * (0.85 - 0.8 * v - 0.08 * np.abs(np.sin(3.2 * np.pi * v)))

    def line(start: float, slope: float, height: float, width: float) -> Floats:
        wave = 0.08 * np.sin(2.0 * np.pi * (b / height - a / width))
        return np.asarray(start - slope * a - b + wave)

    rows = [-line(1.0, 0.625, 1.0, 1.6) * line(1.4, 0.875, 1.4, 1.6)]
    return _pair(a, b), [*rows, line(1.0, 0.8, 1.0, 1.5) * line(1.8, 1.125, 1.8, 1.6)]


def _mw13(u: Floats, g: Floats) -> tuple[Floats, list[Floats]]:
    v = u[:, 0]
    a, b = g * v, g * (5.0 - np.exp(v) - np.abs(0.5 * np.sin(3.0 * np.pi * v)))
    left = 5.0 - 0.5 * np.sin(3.0 * np.pi * a) - b
    rows = [-(left - (1.0 + a + 0.5 * a * a)) * (left - (1.0 + 0.7 * a))]
    return _pair(a, b), [*rows, (left - np.exp(a)) * (left - (1.0 + 0.4 * a))]


def _mw14(u: Floats, g: Floats) -> tuple[Floats, list[Floats]]:
    wave = 1.5 * np.sin(1.1 * np.pi * u * u)
    last = g * (6.0 - np.exp(u) - wave).mean(axis=1)
    bound = (6.1 - 1.0 - u - 0.5 * u * u - wave).mean(axis=1)
    return np.column_stack([u, last]), [last - bound]


# number -> (objectives, constraints, upper bound of the columns, distance, shape)
MW: dict[int, tuple[int, int, float, Callable[[Floats, int], Floats], Shape]] = {
    2: (2, 1, 1.0, _multimodal, _mw2),
    4: (3, 1, 1.0, _biased, _mw4),
    5: (2, 3, 1.0, _biased, _mw5),
    6: (2, 1, 1.1, _multimodal, _mw6),
    7: (2, 2, 1.0, _linked, _mw7),
    8: (3, 1, 1.0, _multimodal, _mw8),
    9: (2, 1, 1.0, _biased, _mw9),
    10: (2, 3, 1.0, _multimodal, _mw10),
    11: (2, 4, 2.0**0.5, _linked, _mw11),
    12: (2, 2, 1.0, _biased, _mw12),
    13: (2, 2, 1.5, _multimodal, _mw13),
    14: (3, 1, 1.5, _linked, _mw14),
}
