"""Models with a few discrete choices and a smooth rest."""

from __future__ import annotations

from fractions import Fraction

import numpy as np

from benchmarks.problems.standard import Floats, build
from optimiser.engine.nonlinear import Margins
from optimiser.engine.problem import Domain, Problem, Row

__all__ = ["market", "portfolio", "process", "rotated_choices"]


def _yes(name: str) -> Domain:
    return Domain(name, "whole", Fraction(0), Fraction(1))


def _real(name: str, low: int, high: int) -> Domain:
    return Domain(name, "real", Fraction(low), Fraction(high))


def market(k: int) -> tuple[Floats, Floats, Floats]:
    """Covariance (k, k), returns (k,) and fees (k,)."""
    rng = np.random.default_rng(0)
    factors = rng.normal(size=(k, k))
    covariance = factors @ factors.T / k + np.diag(rng.uniform(0.05, 0.3, k))
    return covariance, np.sort(rng.uniform(0.02, 0.2, k)), rng.uniform(0.001, 0.01, k)


def portfolio(k: int = 5) -> tuple[Problem, Margins | None]:
    """Shares that add up to one, each none or between .1 and .6: risk against return."""
    covariance, returns, fees = market(k)
    domains = (*(_yes(f"y{i}") for i in range(k)), *(_real(f"x{i}", 0, 1) for i in range(k)))
    rows = [Row("sum", "sum", tuple((k + i, 1) for i in range(k)), lower=1, upper=1)]
    for i in range(k):
        rows.append(Row(f"least{i}", "least", ((k + i, 10), (i, -1)), lower=0))
        rows.append(Row(f"most{i}", "most", ((k + i, 10), (i, -6)), upper=0))

    def function(x: Floats) -> tuple[Floats, Floats]:
        held, share = x[:, :k], x[:, k:]
        risk = np.einsum("ki,ij,kj->k", share, covariance, share)
        return np.stack([risk, held @ fees - share @ returns], axis=1), np.zeros(
            (len(x), 0), dtype=x.dtype
        )

    return build(domains, 2, function, logic=tuple(rows))


def rotated_choices(
    choices: int = 4, n: int = 12, condition: float = 1e3
) -> tuple[Problem, Margins | None]:
    """Two ill-conditioned quadratic forms whose centres, sizes and costs depend on yes/no
    columns.
    """
    rng = np.random.default_rng(1)
    forms = []
    for _ in range(2):
        q, _r = np.linalg.qr(rng.normal(size=(n, n)))
        forms.append((q * np.geomspace(1.0, condition, n)) @ q.T)
    centres = [rng.normal(size=n) * 0.3 - 1.0, rng.normal(size=n) * 0.3 + 1.0]
    moves = rng.normal(size=(choices, n)) * 0.3
    cost, gain = rng.uniform(5.0, 60.0, (2, choices)), rng.uniform(0.02, 0.35, (2, choices))
    domains = (*(_yes(f"y{i}") for i in range(choices)), *(_real(f"x{i}", -4, 4) for i in range(n)))

    def function(x: Floats) -> tuple[Floats, Floats]:
        taken, rest = x[:, :choices], x[:, choices:]
        y = []
        for j, (form, centre) in enumerate(zip(forms, centres, strict=True)):
            away = rest - centre - taken @ moves
            size = np.einsum("ki,ij,kj->k", away, form, away)
            y.append(size * (1.0 - taken @ gain[j] / 2.0) + taken @ cost[j])
        return np.stack(y, axis=1), np.zeros((len(x), 0), dtype=x.dtype)

    return build(domains, 2, function)


def process() -> tuple[Problem, Margins | None]:
    """Three technologies with diminishing returns, two needing a third, a listed size; three
    objectives, a nonlinear limit.
    """
    sizes = (Fraction(1), Fraction(2), Fraction(3))
    domains = (
        *(_yes(name) for name in "abc"),
        *(_real(f"{name}.scale", 0, 4) for name in "abc"),
        Domain("size", "listed", sizes[0], sizes[-1], sizes),
        _real("t", 1, 3),
        _real("w", 0, 2),
    )
    rows = [Row("b requires a", "requires", ((1, 1), (0, -1)), upper=0)]
    for i in range(3):
        rows.append(Row(f"most{i}", "scale", ((3 + i, 1), (i, -4)), upper=0))
        rows.append(Row(f"least{i}", "scale", ((3 + i, 2), (i, -1)), lower=0))

    def function(x: Floats) -> tuple[Floats, Floats]:
        a, b, c, of_a, of_b, of_c, size, t, w = x.T
        out = (
            3 * (1 - np.exp(-0.4 * of_a * size))
            + 2.5 * np.log(1 + of_b * t)
            + 2 * of_c / (1 + 0.3 * of_c)
            + 0.4 * w
        )
        cost = (
            2 * a
            + 1.5 * b
            + 2.5 * c
            + of_a
            + 0.8 * of_b
            + 1.2 * of_c
            + 0.7 * size
            + t**2 / 3
            + 0.2 * w * w
        )
        energy = (
            0.5 * of_a**2 / size
            + 0.6 * of_b * t
            + 0.3 * of_c**2
            + np.exp(0.4 * w)
            - 1
            + 0.1 * size**2
        )
        limit = ((of_a + of_b + of_c) ** 2 / size - (10 + 2 * w)) / 10
        return np.stack([-out, cost, energy], axis=1), limit[:, None]

    return build(domains, 3, function, p=1, logic=tuple(rows))
