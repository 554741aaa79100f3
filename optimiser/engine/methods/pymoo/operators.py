"""What pymoo's algorithms here have in common: sampling, crossover and mutation for columns of
every kind, directions, and tournaments that draw from the run's own source of randomness.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimiser.engine.nonlinear.breeder import Breeder
    from optimiser.front import Floats

__all__ = ["directions", "less_violated", "nearer_in_niche", "operators_of"]


def operators_of(breeder: Breeder, /) -> dict[str, Any]:
    """Sampling, crossover and mutation for columns of every kind, in the unit cube: those of our
    own nonlinear engine.
    """
    from pymoo.core.crossover import Crossover
    from pymoo.core.mutation import Mutation
    from pymoo.core.sampling import Sampling

    space = breeder.evaluator.space

    class InitialSample(Sampling):  # type: ignore[misc]  # pymoo has no types
        def _do(self, problem: Any, n_samples: int, *args: Any, **kwargs: Any) -> Floats:
            return breeder.sample(n_samples)

    class Cross(Crossover):  # type: ignore[misc]  # pymoo has no types
        def __init__(self) -> None:
            super().__init__(2, 2, prob=1.0)

        def _do(self, problem: Any, parents: Floats, *args: Any, **kwargs: Any) -> Floats:
            return breeder.cross(np.concatenate(parents)).reshape(parents.shape)

    class Mutate(Mutation):  # type: ignore[misc]  # pymoo has no types
        def _do(self, problem: Any, u: Floats, *args: Any, **kwargs: Any) -> Floats:
            # one point of the cube a plan, or pymoo would not see that it has the plan already
            return space.encode(space.decode(breeder.vary(u)))

    return {"sampling": InitialSample(), "crossover": Cross(), "mutation": Mutate()}


def directions(m: int, least: int, /) -> Floats:
    """At least ``least`` even directions (k, m); a second, inner layer where the first has all of
    them on the border.
    """
    from pymoo.util.ref_dirs import get_reference_directions

    parts = 1
    while math.comb(m + parts - 1, parts) < least:
        parts += 1
    outer = np.asarray(
        get_reference_directions("das-dennis", m, n_partitions=parts), dtype=np.float64
    )
    if parts >= m:
        return outer
    inner = np.asarray(
        get_reference_directions("das-dennis", m, n_partitions=max(1, parts - 1)), dtype=np.float64
    )
    return np.vstack([outer, 0.5 * inner + 0.5 / m])


def less_violated(
    pop: Any, pairs: Any, random_state: np.random.Generator, **_: Any
) -> NDArray[np.int64]:
    """(k, 2) positions -> (k, 1) winners of NSGA-III's tournament; pymoo's own tosses its coin
    without the seed where both break constraints alike.
    """
    violation = pop.get("CV")[:, 0]
    return _winners(pairs, [violation], random_state)


def nearer_in_niche(
    pop: Any, pairs: Any, random_state: np.random.Generator, **_: Any
) -> NDArray[np.int64]:
    """(k, 2) positions -> (k, 1) winners of U-NSGA-III's tournament: less violation, and of two
    feasible ones in a niche the better rank, then the nearer.
    """
    violation = pop.get("CV")[:, 0]
    niche, rank, distance = (pop.get(name) for name in ("niche", "rank", "dist_to_niche"))
    a, b = pairs.T
    alike = np.array(
        [
            violation[i] <= 0 and violation[j] <= 0 and niche[i] == niche[j]
            for i, j in zip(a, b, strict=True)
        ]
    )
    # ranks and niches are only set where plans are feasible
    known = violation <= 0
    order = [
        np.where(known, np.array([0 if v is None else v for v in values], dtype=float), 0.0)
        for values in (rank, distance)
    ]
    by_niche = _winners(pairs, [violation, *order], random_state)
    return np.asarray(
        np.where(alike[:, None], by_niche, _winners(pairs, [violation], random_state))
    )


def _winners(pairs: Any, criteria: list[Floats], rng: np.random.Generator) -> NDArray[np.int64]:
    """(k, 2) positions -> (k, 1): the smaller by the first criterion in which they differ, else
    either.
    """
    a, b = np.asarray(pairs).T
    first = rng.random(len(a)) < 0.5
    for value in reversed(criteria):
        first = np.where(value[a] == value[b], first, value[a] < value[b])
    chosen: NDArray[np.int64] = np.where(first, a, b)[:, None].astype(np.int64)
    return chosen
