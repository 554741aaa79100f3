"""Where a search stands, written down: what another run of the same program goes on from as if it
had never been stopped.
"""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, Any

import numpy as np

from optimiser.frozen import dataclass

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from optimiser.engine.exact.kernel.integer_program import NormalForm

    Integers = NDArray[np.int64]
    Floats = NDArray[np.float64]

__all__ = ["Snapshot"]


@dataclass(frozen=True, eq=False)
class Snapshot:
    """The points found and the zones that they leave open, exactly as they were: k points, z zones,
    p objectives, n columns.

    Attributes:
        Y, X, chain, standing: (k, p) int64 points of the normal form's objectives; (k, n) plans;
        (k, p) which share a component; (k,) what is known of each, in the order of the compiled
        code: 0 it may be dominated, 1 it is efficient, 2 a later one dominates it.
        U, defining, direction, score: (z, p) int64 local upper bounds; (z, p) their points; (z,)
        directions; (z,) float64.
        ideal: (p,) int64 proven least values, of the first ``corners`` objectives the least itself.
        expected: (p,) float64 how far above the relaxation's bound an optimum was of late.
        corners: () int64, how many objectives' least values are known.
    """

    Y: Integers
    X: Integers
    chain: Integers
    standing: Integers
    U: Integers
    defining: Integers
    direction: Integers
    score: Floats
    ideal: Integers
    expected: Floats
    corners: Integers

    @staticmethod
    def read(arrays: Mapping[str, NDArray[Any]], /) -> Snapshot | None:
        """From arrays by name, points (k, p) and all others as :meth:`arrays` gives them; None
        where one is missing.
        """
        names = [field.name for field in fields(Snapshot)]
        return (
            Snapshot(**{name: arrays[name] for name in names})
            if all(name in arrays for name in names)
            else None
        )

    def arrays(self) -> dict[str, Any]:
        """Every array by its name: points (k, p), zones (z, p) and so on."""
        return {field.name: np.asarray(getattr(self, field.name)) for field in fields(self)}

    def fits(self, form: NormalForm, /) -> bool:
        """Whether the shapes are those of a form, and its points are the values of its plans."""
        p, n = form.objectives.shape
        k, z = len(self.Y), len(self.U)
        shapes = [(k, p), (k, n), (k, p), (k,), (z, p), (z, p), (z,), (z,), (p,), (p,), ()]
        whole = all(
            np.issubdtype(a.dtype, np.integer)
            for name, a in self.arrays().items()
            if name not in ("score", "expected")
        )
        if (
            not whole
            or [a.shape for a in self.arrays().values()] != shapes
            or not 0 <= int(self.corners) <= p
        ):
            return False
        # every chain leads back to where it begins
        if not (np.sort(self.chain, axis=0) == np.arange(k)[:, None]).all():
            return False
        for indices, least, most in (
            (self.defining, -1, k),
            (self.direction, 0, p),
            (self.standing, 0, 3),
        ):
            if not ((indices >= least) & (indices < most)).all():
                return False
        inside = bool((form.lower[:n] <= self.X).all() and (form.upper[:n] >= self.X).all())
        return inside and bool(
            ((self.X @ form.objectives.T) == self.Y).all() and (self.ideal <= self.Y).all()
        )
