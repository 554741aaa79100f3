"""What a run claimed of all plans against what is so."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from random import Random
from typing import Any

from tests.attacks.exact_lp import Polyhedron, Vector, minimise
from tests.attacks.oracle import Oracle, dominates
from tests.attacks.printed_plans import PrintedPlans
from tests.attacks.reading import as_fraction
from tests.attacks.verdicts import Record, Verdict, shown

__all__ = ["judge"]

_SAMPLES = 12
_LAST_DIGITS = Fraction(1, 10**13)
# Where a printed plan is no vertex that rounds to it, points are compared within this share of an
# objective's range.
_BLUR = Fraction(1, 10**7)
# The same where some plan rounds to what is printed.
_ROUNDED = Fraction(1, 10**11)


def judge(oracle: Oracle, record: Record, /, *, seed: int = 1, limited: bool = False) -> Verdict:
    """Every claim of one run, checked.

    Args:
        oracle: of the scenario.
        record: ``outcome`` (result, infeasible, unbounded, proof, usage, crash, hang) and its
            ``document`` or ``message``.
        seed: of the sampled efficient points.
        limited: the run was stopped on purpose, or a representation was asked for: claiming little
            is no loss.
    """
    outcome = record["outcome"]
    if outcome == "result":
        return _Judge(oracle, record["document"], seed, limited).verdict()
    verdict = Verdict(outcome)
    message = str(record.get("message", ""))
    if outcome == "infeasible" and not oracle.infeasible:
        verdict.add(
            "false",
            f"said infeasible; {dict(oracle.slices[0].choice)} "
            f"holds{' within tolerance' * oracle.empty}",
        )
    elif outcome == "unbounded":
        named = [k for k, name in enumerate(oracle.meaning.objectives) if f"'{name}'" in message]
        if oracle.infeasible:
            verdict.add("false", "said unbounded; no plan holds")
        elif all(oracle.ideal[k] is not None for k in named):
            verdict.add("false", f"said unbounded; the best values are {shown(oracle.ideal)}")
    elif outcome in ("crash", "hang"):
        verdict.add("trouble", f"{outcome}: {message}")
    elif outcome in ("proof", "usage") and not limited:
        what = "infeasible" if oracle.infeasible else "feasible" if oracle.bounded else "unbounded"
        verdict.given_up = f"no answer ({outcome}); it is {what}: {message[:150]}"
    return verdict


class _Judge:
    """One result under examination."""

    def __init__(self, oracle: Oracle, document: Record, seed: int, limited: bool) -> None:
        self.oracle, self.document, self.limited = oracle, document, limited
        self.proof = document["proof"]
        self.rng = Random(seed)
        basis = self.proof.get("basis") or ""
        of = " cells" if self.proof["of"] == "cells" else ""
        self.out = Verdict(f"{self.proof['status']}{of} {basis}".strip())
        self.names = list(oracle.meaning.objectives)
        self.signs = oracle.meaning.signs

    def verdict(self) -> Verdict:
        if self.oracle.infeasible:
            self.out.add("false", "listed plans; no plan holds within the tolerance")
            return self.out
        self.plans = PrintedPlans(self.oracle, self.document, self.out)
        self.listed = self.plans.listed
        if not self.oracle.bounded:
            if self.proof["status"] != "approximate":
                self.out.add(
                    "false",
                    f"claims {self.proof['status']}; some objective has no finite best value",
                )
            self.out.given_up = "" if self.limited else "approximate; it is unbounded"
            return self.out
        self._feasible_set()
        self._bounds()
        if self.proof["status"] == "complete":
            self._complete()
        elif self.proof["status"] == "covering":
            self._covering()
        self._given_up()
        return self.out

    def _feasible_set(self) -> None:
        said = self.proof.get("feasible_set", "exact")
        if self.proof["status"] != "approximate" and (said == "tolerance") != self.oracle.empty:
            self.out.add(
                "false",
                f"feasible_set {said}; exactly {'no' if self.oracle.empty else 'some'} plan holds",
            )

    def _bounds(self) -> None:
        bounds = self.document.get("bounds") or {}
        for k, name in enumerate(self.names):
            said = bounds.get(name)
            if said is None:
                continue
            bound, best = self.signs[k] * as_fraction(said), self.oracle.ideal[k]
            assert best is not None
            shown = self.signs[k] * as_fraction(self.document["ideal"][name])
            if float(best) == float(bound) or (bound < best and bound != shown):
                continue
            # in the last digits: numbers that were not rounded outwards; more: another claim than
            # holds
            kind = "rounding" if abs(bound - best) <= abs(best) * _LAST_DIGITS else "false"
            self.out.add(
                kind, f"bound of {name} {said!r}; the best is {float(self.signs[k] * best)!r}"
            )

    def _blur_at(self, k: int) -> Fraction:
        """How much two points may differ in an objective, where plans could not be rebuilt
        exactly.
        """
        size = max(self.oracle.scale[k], abs(self.oracle.ideal[k] or Fraction(0)) / 1000)
        return (
            size * _BLUR
            if self.plans.blurred
            else size * _ROUNDED
            if self.plans.between
            else Fraction(0)
        )

    def _blur(self) -> list[Fraction]:
        return [self._blur_at(k) for k in range(len(self.names))]

    def _complete(self) -> None:
        blur = self._blur()
        for plan in self._some(self.listed):
            other = self.oracle.better_than(plan.y, blur)
            if other is not None and other != plan.y and (plan.exact or dominates(other, plan.y)):
                self.out.add("false", f"complete, lists {shown(plan.y)}, beaten by {shown(other)}")
                return
        if self.oracle.whole and self.proof["of"] == "points":
            missing = self.oracle.points - {plan.y for plan in self.listed}
            if missing:
                self.out.add(
                    "false",
                    f"complete with {len(self.listed)} points, {len(missing)} missing, as "
                    f"{shown(min(missing))}",
                )
            return
        if not self._cells():
            return
        for point in self.oracle.efficient(self.rng, self._samples()):
            if not self._reached(point, blur):
                self.out.add(
                    "false",
                    f"complete{' cells' if self.proof['of'] == 'cells' else ''}, misses "
                    f"{shown(point)}",
                )
                return

    def _cells(self) -> bool:
        """Whether no mixture on a cell is beaten; a fault is noted where one is."""
        places = {plan.place: plan for plan in self.listed}
        for cell in self._some(self.proof.get("cells") or ()):
            plans = [places[i] for i in self._rows(cell) if i in places]
            if len(plans) < 2:
                continue
            shares = [Fraction(self.rng.randint(1, 9)) for _ in plans]
            middle = tuple(
                sum((s * p.y[k] for s, p in zip(shares, plans, strict=True)), Fraction(0))
                / sum(shares, Fraction(0))
                for k in range(len(self.names))
            )
            blur = self._blur()
            if (
                self.oracle.better_than(tuple(v + b for v, b in zip(middle, blur, strict=True)))
                is None
            ):
                self.out.add(
                    "false",
                    f"cell {[shown(p.y) for p in plans]}: no plan reaches {shown(middle)}",
                )
                return False
            other = self.oracle.better_than(middle, blur)
            if other is not None and (other != middle) and (any(blur) or dominates(other, middle)):
                self.out.add(
                    "false",
                    f"cell {[shown(p.y) for p in plans]}: {shown(middle)} is beaten by "
                    f"{shown(other)}",
                )
                return False
        return True

    def _samples(self) -> int:
        return _SAMPLES if self.oracle.small else 3

    def _some(self, items: Sequence[Any]) -> Sequence[Any]:
        """All of them, of a large model only as many as an exact oracle can ask about."""
        most = 200 if self.oracle.small else 4
        return items if len(items) <= most else self.rng.sample(list(items), most)

    def _rows(self, cell: Sequence[Any]) -> list[int]:
        """Positions of a cell's plans in the document."""
        by_id = {plan["id"]: i for i, plan in enumerate(self.document["plans"])}
        return [by_id[name] if isinstance(name, str) else int(name) for name in cell]

    def _reached(self, point: Vector, room: Sequence[Fraction]) -> bool:
        """Whether a listed plan, or a mixture on a cell, is at most ``room`` worse than a point
        everywhere.
        """
        if any(
            all(v <= p + r for v, p, r in zip(plan.y, point, room, strict=True))
            for plan in self.listed
        ):
            return True
        if self.proof["of"] != "cells":
            return False
        places = {plan.place: plan.y for plan in self.listed}
        groups = [
            [places[i] for i in self._rows(cell) if i in places]
            for cell in self.proof.get("cells") or ()
        ]
        for start, limit in self._open_ends():
            if start in places:
                groups.append([places[start], limit])
        return any(_mixture(group, point, room) for group in groups if len(group) > 1)

    def _open_ends(self) -> list[tuple[int, Vector]]:
        found = []
        for entry in self.proof.get("open_ends") or ():
            start, limit = (entry["plan"], entry["limit"]) if isinstance(entry, Mapping) else entry
            values = [limit[name] for name in self.names] if isinstance(limit, Mapping) else limit
            at = self._rows([start])[0]
            found.append(
                (at, tuple(s * as_fraction(v) for s, v in zip(self.signs, values, strict=True)))
            )
        return found

    def _covering(self) -> None:
        gap = self.proof.get("gap")
        if gap is None:
            return
        scale = [as_fraction(v) for v in self.proof["scale"].values()]
        if self.proof.get("basis") == "exact":
            for name, said, right in zip(self.names, scale, self.oracle.scale, strict=True):
                if right and float(right) != float(said):
                    self.out.add(
                        "scale",
                        f"scale of {name} {float(said)!r}; over the corners it is {float(right)!r}",
                    )
        # an objective without scale is left out of the claim
        room = [
            as_fraction(gap) * s + b if s else Fraction(10) ** 40
            for s, b in zip(scale, self._blur(), strict=True)
        ]
        points = self.oracle.efficient(self.rng, self._samples())
        for point in points:
            if not self._reached(point, room):
                self.out.add(
                    "false",
                    f"covering within {gap:g} of {shown(scale)}, nothing near {shown(point)}",
                )
                return

    def _given_up(self) -> None:
        """Less than exact and complete; of a large linear program, and of a mixed one with three
        objectives, than covering.
        """
        if self.limited:
            return
        easy = self.oracle.small and (
            self.oracle.whole or self.oracle.linear or len(self.names) < 3
        )
        wanted = ("complete",) if easy else ("complete", "covering")
        if self.proof["status"] not in wanted or self.proof.get("basis") != "exact":
            self.out.given_up = f"{self.out.claim}: {self.proof.get('note', '')}"[:200]


def _mixture(points: Sequence[Vector], target: Vector, room: Sequence[Fraction]) -> bool:
    """Whether some mixture of points is at most ``room`` worse than a target everywhere."""
    if any(
        min(column) > v + r
        for column, v, r in zip(zip(*points, strict=True), target, room, strict=True)
    ):
        return False
    k = len(points)
    rows = [(tuple(p[i] for p in points), target[i] + room[i]) for i in range(len(target))]
    ones = (tuple(Fraction(1) for _ in points), Fraction(1))
    region = Polyhedron((Fraction(0),) * k, (None,) * k, tuple(rows), (ones,))
    return minimise([Fraction(0)] * k, region).status == "optimal"
