"""The plans that a run lists, read exactly: each holds, has the objectives that are printed and is
the canonical one of its point; none beats another.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from tests.attacks.exact_lp import Polyhedron, Vector
from tests.attacks.meaning import Choice, Meaning
from tests.attacks.oracle import Oracle, dominates
from tests.attacks.reading import Listed, as_fraction, choice_of, rebuilt, witness
from tests.attacks.slices import Slice
from tests.attacks.verdicts import Record, Verdict, shown

__all__ = ["PrintedPlans"]

# by how much printed values may be off before they are another claim
_FAR = Fraction(1, 10**6)


class PrintedPlans:
    """The plans of a document; what is wrong with them is added to the verdict.

    Attributes:
        listed: those that belong to some assignment that holds.
        blurred: some plan is no vertex, and none rounds to what is printed.
        between: some plan is no vertex, but one rounds to what is printed.
    """

    def __init__(self, oracle: Oracle, document: Record, out: Verdict, /) -> None:
        self.oracle, self.out = oracle, out
        self.proof = document["proof"]
        self.names = list(oracle.meaning.objectives)
        self.signs = oracle.meaning.signs
        self.blurred = False
        self.between = bool(self.proof.get("open_ends"))  # printed, so rounded
        read = [self._listed(i, plan) for i, plan in enumerate(document["plans"])]
        self.listed = [plan for plan in read if plan is not None]
        self._mutual()

    def _listed(self, place: int, plan: Record) -> Listed | None:
        meaning = self.oracle.meaning
        choice, printed_reals = choice_of(meaning, plan["decisions"])
        printed = tuple(
            s * plan["objectives"][name] for s, name in zip(self.signs, self.names, strict=True)
        )
        piece = self.oracle.piece(choice)
        if piece is None:
            self.out.add(
                "false",
                f"plan {_words(choice, printed_reals)} does not hold{self._why(meaning, choice)}",
            )
            return None
        at = tuple(as_fraction(printed_reals[name]) for name in piece.reals)
        words = _words(choice, printed_reals)
        x, fixed = rebuilt(piece, at) or (at, False)
        y = piece.at(x)
        if fixed and not _rounds(y, printed):
            self.out.add(
                "value", f"plan {words}: objectives {printed} printed, {tuple(map(float, y))} right"
            )
        elif not fixed:
            y = self._unbuilt(piece, at, printed, words)
        if self.oracle.whole and self.proof["status"] != "approximate":
            self._canonical(choice, y)
        return Listed(place, choice, x, fixed, y, printed)

    def _unbuilt(self, piece: Slice, at: Vector, printed: tuple[float, ...], words: str) -> Vector:
        """The outcome of a plan that is no vertex: of any that rounds to what is printed."""
        near = witness(piece, at, printed)
        if near is not None:
            self.between = True
            return piece.at(near)
        self.blurred = True
        y = piece.at(at)
        if not _nearly(piece.region, at):
            self.out.add("false", f"plan {words} does not hold")
        elif any(abs(Fraction(a) - b) > abs(b) * _FAR for a, b in zip(printed, y, strict=True)):
            self.out.add(
                "false", f"plan {words}: objectives {printed} printed, {tuple(map(float, y))} right"
            )
        else:
            self.out.add(
                "value",
                f"no plan rounds to {words} with objectives {printed}; {tuple(map(float, y))} at "
                "those decisions",
            )
        return y

    @staticmethod
    def _why(meaning: Meaning, choice: Choice) -> str:
        if any(
            cell is None or (isinstance(cell, tuple) and cell[0] is None)
            for cell in choice.values()
        ):
            return ""
        broken = [
            f"{r.name}: {float(r.value)!r} {r.relation} {float(r.bound)!r}"
            for r in meaning.requirements(meaning.values(choice, {}))
            if (
                r.value > r.bound
                if r.relation == "<="
                else r.value < r.bound
                if r.relation == ">="
                else r.value != r.bound
            )
        ]
        return f" ({'; '.join(broken) or 'rules'})"

    def _canonical(self, choice: Choice, y: Vector) -> None:
        first = min(self.oracle.equal(y), key=self._preference, default=choice)
        if self._preference(first) < self._preference(choice):
            self.out.add(
                "canonical",
                f"{_words(choice, {})} listed; {_words(first, {})} has the same objectives and "
                "comes first",
            )

    def _preference(self, choice: Choice) -> tuple[Any, ...]:
        meaning = self.oracle.meaning
        adopted = [choice[name] for name in meaning.technologies if choice[name] != 0]
        digits: list[Any] = []
        if len(meaning.phases) == 1:
            # with phases the order within a cell (level or start first) is not settled by the
            # contract
            for name in (*meaning.variables, *meaning.technologies):
                cell = choice[name]
                if name in meaning.variables:
                    digits.append(cell)
                elif cell == 0:
                    digits.append(Fraction(-1))
                elif "levels" in meaning.technologies[name]:
                    digits.append(
                        Fraction(list(meaning.technologies[name]["levels"]).index(cell[0]))
                    )
                else:
                    digits.append(Fraction(cell[0]))
        return len(adopted), sum(cell[1] for cell in adopted), tuple(digits)

    def _mutual(self) -> None:
        """No listed plan beats another, no point is listed twice."""
        for a in self.listed:
            for b in self.listed:
                if a is b or not (a.exact and b.exact):
                    continue
                if dominates(a.y, b.y):
                    self.out.add(
                        "false", f"lists {shown(b.y)}, dominated by {shown(a.y)}, listed too"
                    )
                elif a.y == b.y and a.place < b.place:
                    self.out.add("false", f"lists {shown(a.y)} twice")


def _rounds(y: Vector, printed: Sequence[float]) -> bool:
    return all(float(v) == p for v, p in zip(y, printed, strict=True))


def _words(choice: Choice, reals: Mapping[str, float]) -> str:
    parts = []
    for name, cell in choice.items():
        if name in reals:
            parts.append(f"{name}={reals[name]!r}")
        elif cell != 0:
            mode = cell[0] if isinstance(cell, tuple) else cell
            shown = mode if isinstance(mode, str) else f"{float(mode):.12g}"
            parts.append(
                f"{name}={shown}" + (f"@{cell[1]}" if isinstance(cell, tuple) and cell[1] else "")
            )
    return "{" + ", ".join(parts) + "}"


def _nearly(region: Polyhedron, x: Vector) -> bool:
    """Whether printed decisions hold every row but for rounding."""

    def near(a: Vector, b: Fraction, both: bool) -> bool:
        terms = [p * q for p, q in zip(a, x, strict=True)]
        over = sum(terms, Fraction(0)) - b
        size = max([abs(b), *map(abs, terms), Fraction(1)])
        return (abs(over) if both else over) <= size * Fraction(2, 10**6)

    unit = [tuple(Fraction(int(i == j)) for i in range(len(x))) for j in range(len(x))]
    rows = [(a, b, False) for a, b in region.upper] + [(a, b, True) for a, b in region.equal]
    rows += [(unit[j], high, False) for j, high in enumerate(region.high) if high is not None]
    rows += [
        (tuple(-v for v in unit[j]), -low, False)
        for j, low in enumerate(region.low)
        if low is not None
    ]
    return all(near(a, b, both) for a, b, both in rows)
