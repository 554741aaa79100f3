"""Who works next: sources of points are paid by the hypervolume that they gained per unit of
counted work.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = ["Account", "ChildSource", "Scheduler"]


class ChildSource(Protocol):
    """Something that finds points and offers them to the record, a slice at a time."""

    @property
    def name(self) -> str:
        """As in the statistics."""
        ...

    @property
    def ready(self) -> bool:
        """Whether there is something to start from."""
        ...

    def advance(self) -> None:
        """One slice."""
        ...

    def counts(self) -> Mapping[str, int]:
        """What it did besides, for the statistics."""
        ...


@dataclass(eq=False)
class Account:
    """What one source did and earned.

    Attributes:
        name: of the source.
        rate: its recent gain per unit of work; infinite before its first slice.
        work, gain, slices: in total.
        waited: slices that others had since its last one.
    """

    name: str
    rate: float = np.inf
    work: float = 0.0
    gain: float = 0.0
    slices: int = 0
    waited: int = 0

    def summary(self) -> dict[str, float]:
        """For the statistics."""
        return {"slices": self.slices, "work": round(self.work, 3), "gain": self.gain}


@dataclass(eq=False)
class Scheduler:
    """A bandit over sources whose pay falls as the front fills: recent pay counts, and nobody is
    forgotten for good.

    Attributes:
        accounts: one a source, in the order in which first slices are given.
        memory: weight of the past in the recent rate.
        patience: a source that waited for so many slices gets one; longer, the less it pays and the
            longer the run is.
    """

    accounts: dict[str, Account] = field(default_factory=dict)
    memory: float = 0.5
    patience: float = 5.0

    def choose(self, available: Sequence[str], /) -> str:
        """The available source that pays best, or one that has waited too long."""
        accounts = [self.accounts.setdefault(name, Account(name)) for name in available]
        best = max(accounts, key=lambda a: a.rate)
        if np.isfinite(best.rate):
            # pay means little at first: who has lost then gets its next turn soon
            longest = min(60.0, max(self.patience, sum(a.slices for a in accounts) / 2.0))
            late = [a for a in accounts if a.waited > self._wait(a.rate, best.rate, longest)]
            best = max(late, key=lambda a: a.waited, default=best)
        for account in accounts:
            account.waited += 1
        best.waited = 0
        return best.name

    def _wait(self, rate: float, best: float, longest: float) -> float:
        """Slices that a source waits: few where it pays nearly as well as the best, the longest at
        a thousandth of that.
        """
        share = (
            float(np.log10(best / rate)) / 3.0 if 0.0 < rate < best else float(rate <= 0.0 < best)
        )
        return self.patience + min(1.0, share) * (longest - self.patience)

    def pay(self, name: str, gain: float, work: float, /) -> None:
        """Book a slice of a source."""
        account = self.accounts[name]
        rate = gain / max(work, 1.0)
        account.rate = (
            rate if not account.slices else self.memory * account.rate + (1.0 - self.memory) * rate
        )
        account.work += work
        account.gain += gain
        account.slices += 1
