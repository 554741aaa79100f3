"""The walking fish group's toolkit, WFG1 to WFG9, for any number of objectives; kinks everywhere,
so no derivatives.

References:
    Huband, Hingston, Barone, While (2006), A review of multiobjective test problems and a scalable
    test problem toolkit. IEEE Transactions on Evolutionary Computation 10(5), 477-506.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from benchmarks.problems.standard import Floats, box, build
from optimiser.engine.nonlinear import Margins
from optimiser.engine.problem import Problem

__all__ = ["WFG", "front", "surface", "wfg"]

_DISTANCE = 20

#: (k, n) in the unit cube, position parameters, objectives -> (k, m) in the unit cube
Transformation = Callable[[Floats, int, int], Floats]


def wfg(number: int, m: int = 2) -> tuple[Problem, Margins | None]:
    """Four position and twenty distance parameters (two a front dimension from four objectives
    on).
    """
    position = max(4, 2 * (m - 1))
    n = position + _DISTANCE
    upper = 2.0 * np.arange(1, n + 1)
    transform, shape = WFG[number]

    def function(x: Floats) -> tuple[Floats, Floats]:
        t = transform(np.clip(x / upper, 0.0, 1.0), position, m)
        first = np.ones(m - 1)
        if number == 3:
            first[1:] = 0.0
        last = t[:, -1:]
        angles = np.maximum(last, first) * (t[:, :-1] - 0.5) + 0.5
        return last + 2.0 * np.arange(1, m + 1) * shape(angles), np.zeros((len(x), 0))

    return build(box([0.0] * n, list(upper)), m, function, smooth=False)


def front(number: int, count: int = 200_001) -> Floats:
    """Points of the front of two objectives, dominated ones among them where it has gaps."""
    angle = np.linspace(0.0, 1.0, count)[:, None]
    return np.asarray(2.0 * np.array([1.0, 2.0]) * WFG[number][1](angle))


def surface(number: int, count: int = 2001) -> Floats:
    """The same of three objectives, on a grid of so many angles each way; not of WFG3, whose front
    is not where its distance vanishes alone.
    """
    angle = np.linspace(0.0, 1.0, count)
    grid = np.stack([part.ravel() for part in np.meshgrid(angle, angle)], axis=1)
    return np.asarray(2.0 * np.arange(1.0, 4.0) * WFG[number][1](grid))


def _concave(x: Floats) -> Floats:
    a = x * (np.pi / 2)
    return _chained(np.sin(a), np.cos(a))


def _convex(x: Floats) -> Floats:
    a = x * (np.pi / 2)
    return _chained(1.0 - np.cos(a), 1.0 - np.sin(a))


def _linear(x: Floats) -> Floats:
    return _chained(x, 1.0 - x)


def _mixed(x: Floats) -> Floats:
    h = _convex(x)
    wave = 10.0 * np.pi * x[:, 0]
    h[:, -1] = 1.0 - x[:, 0] - np.cos(wave + np.pi / 2) / (10.0 * np.pi)
    return h


def _disconnected(x: Floats) -> Floats:
    h = _convex(x)
    h[:, -1] = 1.0 - x[:, 0] * np.cos(5.0 * np.pi * x[:, 0]) ** 2
    return h


def _chained(a: Floats, b: Floats) -> Floats:
    """h_1 = a_1 ... a_(m-1), h_j = a_1 ... a_(m-j) b_(m-j+1), h_m = b_1."""
    m = a.shape[1] + 1
    columns = [a.prod(axis=1)]
    columns += [a[:, : m - j].prod(axis=1) * b[:, m - j] for j in range(2, m + 1)]
    return np.stack(columns, axis=1)


def _shift_linear(y: Floats, a: float = 0.35) -> Floats:
    return np.abs(y - a) / np.abs(np.floor(a - y) + a)


def _shift_deceptive(y: Floats, a: float = 0.35, b: float = 0.001, c: float = 0.05) -> Floats:
    low = np.floor(y - a + b) * (1.0 - c + (a - b) / b) / (a - b)
    high = np.floor(a + b - y) * (1.0 - c + (1.0 - a - b) / b) / (1.0 - a - b)
    return np.asarray(1.0 + (np.abs(y - a) - b) * (low + high + 1.0 / b))


def _shift_multimodal(y: Floats, hills: float, size: float, c: float = 0.35) -> Floats:
    away = np.abs(y - c) / (2.0 * (np.floor(c - y) + c))
    return np.asarray(
        (1.0 + np.cos((4.0 * hills + 2.0) * np.pi * (0.5 - away)) + 4.0 * size * away**2)
        / (size + 2.0)
    )


def _flat(y: Floats, a: float = 0.8, b: float = 0.75, c: float = 0.85) -> Floats:
    below = np.minimum(0.0, np.floor(y - b)) * a * (b - y) / b
    above = np.minimum(0.0, np.floor(c - y)) * (1.0 - a) * (y - c) / (1.0 - c)
    return np.clip(a + below - above, 0.0, 1.0)


def _dependent(
    y: Floats, u: Floats, a: float = 0.98 / 49.98, b: float = 0.02, c: float = 50.0
) -> Floats:
    v = a - (1.0 - 2.0 * u) * np.abs(np.floor(0.5 - u) + a)
    return np.asarray(y ** (b + (c - b) * v))


def _non_separable(y: Floats, degree: int) -> Floats:
    total = y.sum(axis=1)
    for step in range(1, degree):
        total = total + np.abs(y - np.roll(y, -step, axis=1)).sum(axis=1)
    half = np.ceil(degree / 2.0)
    return np.asarray(total / (y.shape[1] / degree * half * (1.0 + 2.0 * degree - 2.0 * half)))


def _grouped(y: Floats, position: int, m: int, reduce: Callable[[Floats, slice], Floats]) -> Floats:
    size = position // (m - 1)
    parts = [slice(i * size, (i + 1) * size) for i in range(m - 1)] + [slice(position, y.shape[1])]
    return np.stack([reduce(y[:, part], part) for part in parts], axis=1)


def _means(y: Floats, position: int, m: int) -> Floats:
    return _grouped(y, position, m, lambda part, _: np.asarray(part.mean(axis=1)))


def _wfg1(y: Floats, position: int, m: int) -> Floats:
    y = y.copy()
    y[:, position:] = _flat(_shift_linear(y[:, position:]))
    weight = 2.0 * np.arange(1, y.shape[1] + 1)
    return _grouped(
        y**0.02, position, m, lambda part, s: np.asarray(part @ weight[s] / weight[s].sum())
    )


def _wfg2(y: Floats, position: int, m: int) -> Floats:
    rest = _shift_linear(y[:, position:])
    pairs = [_non_separable(rest[:, i : i + 2], 2) for i in range(0, rest.shape[1], 2)]
    return _means(np.column_stack([y[:, :position], *pairs]), position, m)


def _wfg4(y: Floats, position: int, m: int) -> Floats:
    return _means(_shift_multimodal(y, 30.0, 10.0), position, m)


def _wfg5(y: Floats, position: int, m: int) -> Floats:
    return _means(_shift_deceptive(y), position, m)


def _wfg6(y: Floats, position: int, m: int) -> Floats:
    y = np.column_stack([y[:, :position], _shift_linear(y[:, position:])])
    return _grouped(y, position, m, lambda part, _: _non_separable(part, part.shape[1]))


def _wfg7(y: Floats, position: int, m: int) -> Floats:
    after = np.stack([y[:, i + 1 :].mean(axis=1) for i in range(position)], axis=1)
    return _means(
        np.column_stack([_dependent(y[:, :position], after), _shift_linear(y[:, position:])]),
        position,
        m,
    )


def _wfg8(y: Floats, position: int, m: int) -> Floats:
    before = np.stack([y[:, :i].mean(axis=1) for i in range(position, y.shape[1])], axis=1)
    return _means(
        np.column_stack([y[:, :position], _shift_linear(_dependent(y[:, position:], before))]),
        position,
        m,
    )


def _wfg9(y: Floats, position: int, m: int) -> Floats:
    after = np.stack([y[:, i + 1 :].mean(axis=1) for i in range(y.shape[1] - 1)], axis=1)
    y = np.column_stack([_dependent(y[:, :-1], after), y[:, -1]])
    y = np.column_stack(
        [_shift_deceptive(y[:, :position]), _shift_multimodal(y[:, position:], 30.0, 95.0)]
    )
    return _grouped(y, position, m, lambda part, _: _non_separable(part, part.shape[1]))


WFG: dict[int, tuple[Transformation, Callable[[Floats], Floats]]] = {
    1: (_wfg1, _mixed),
    2: (_wfg2, _disconnected),
    3: (_wfg2, _linear),
    4: (_wfg4, _concave),
    5: (_wfg5, _concave),
    6: (_wfg6, _concave),
    7: (_wfg7, _concave),
    8: (_wfg8, _concave),
    9: (_wfg9, _concave),
}
