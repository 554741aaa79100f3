"""A front as a person reads it: what all plans have in common first, then one line for each plan,
or for each combination of technologies.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Literal

from optimiser.frozen import dataclass
from optimiser.language import listed, tr, trn
from optimiser.results.wording import plan_words, titled_words

if TYPE_CHECKING:
    from optimiser.results.ranked_plans import RankedPlans
    from optimiser.scenario import Scenario

__all__ = ["Group", "Overview", "overview"]

Group = Literal["technologies", "none"]

_LONG = 8  # plans that are still taken in one by one


@dataclass(frozen=True)
class Overview:
    """The lines of a table of plans.

    Attributes:
        rows: of the front, one a line, best rank first.
        members: the rows of the plans that each line stands for.
        common: decision columns that are the same in every plan, and not 0; only of long fronts.
        absent: decision columns that are 0 in every plan; only of long fronts.
    """

    rows: tuple[int, ...]
    members: tuple[tuple[int, ...], ...]
    common: frozenset[str]
    absent: frozenset[str]

    @cached_property
    def counts(self) -> tuple[int, ...]:
        """How many plans each line stands for."""
        return tuple(map(len, self.members))

    @cached_property
    def grouped(self) -> bool:
        """Whether some line stands for more than its plan."""
        return len(self.rows) < sum(self.counts)

    def words_below(
        self, result: RankedPlans, rows: Sequence[int], /, *, on_page: bool = False
    ) -> list[str]:
        """What is said below a table of these rows; on a page no option shows more."""
        titles = self._title_words(result, rows)
        return [*self._group_words(len(rows), on_page), *([titles] if titles else [])]

    def _group_words(self, shown: int, on_page: bool) -> list[str]:
        """How many lines and plans there are, where not every plan is a line or not every line is
        shown.
        """
        lines, plans = len(self.rows), sum(self.counts)
        more, words = lines - shown, []
        if more > 0 and on_page:
            words.append(
                trn(
                    "{number} more line, for which a comment has no room: .csv and .xlsx hold "
                    "every plan",
                    "{number} more lines, for which a comment has no room: .csv and .xlsx hold "
                    "every plan",
                    more,
                )
            )
        elif more > 0 and self.grouped:
            words.append(
                trn(
                    "{number} more combination: --top {lines} shows all",
                    "{number} more combinations: --top {lines} shows all",
                    more,
                    lines=lines,
                )
            )
        elif more > 0:
            words.append(
                trn(
                    "{number} more plan: --top {lines} shows all",
                    "{number} more plans: --top {lines} shows all",
                    more,
                    lines=lines,
                )
            )
        if self.grouped:
            words.append(
                trn(
                    "{plans} plans in {number} combination of technologies, each shown by its best "
                    "ranked plan: --group none shows every plan",
                    "{plans} plans in {number} combinations of technologies, each shown by its "
                    "best ranked plan: --group none shows every plan",
                    lines,
                    plans=plans,
                )
            )
        return words

    def common_words(self, result: RankedPlans, /) -> list[str]:
        """What every plan decides, and what none does, with titles."""
        front, scenario = result.front, result.scenario
        cells = dict(zip(front.decision_columns, front.cells[0], strict=True))
        every = [titled_words(scenario, name, cells[name]) for name in cells if name in self.common]
        none = [titled_words(scenario, name, "") for name in cells if name in self.absent]
        words = [tr("in every plan: {decisions}", decisions=listed(every))] if every else []
        return words + ([tr("in none: {decisions}", decisions=listed(none))] if none else [])

    def plan_words(self, result: RankedPlans, rows: Sequence[int], /) -> list[list[str]]:
        """Of each plan what it decides beyond what all do."""
        return plan_words(result.scenario, result.front, rows, without=self.common)

    def _title_words(self, result: RankedPlans, rows: Sequence[int]) -> str:
        """The titles behind the ids in these rows, but for those that are said of all plans."""
        front, scenario = result.front, result.scenario
        met = {
            name
            for row in rows
            for name, cell in zip(front.decision_columns, front.cells[row], strict=True)
            if cell != "0" and name not in self.common
        }
        titled = [
            words
            for name in front.decision_columns
            if name in met and (words := titled_words(scenario, name, "")) != name
        ]
        return tr("titles: {titles}", titles=listed(titled)) if titled else ""


def overview(result: RankedPlans, group: Group | None = None, /) -> Overview:
    """The lines of a table of all plans.

    Args:
        result: its front's rows stand in rank order.
        group: ``technologies``: plans that differ in amounts only share a line, that of the best
            ranked; ``none``: every plan has its own; None: the former where amounts are real
            numbers.
    """
    front, scenario = result.front, result.scenario
    if group is None:
        group = "technologies" if _amounts_are_real(scenario) else "none"
    members: dict[tuple[str, ...], list[int]] = {}
    for row, cells in enumerate(front.cells):
        key = (
            tuple(map(_kind, [scenario] * len(cells), front.decision_columns, cells))
            if group == "technologies"
            else (str(row),)
        )
        members.setdefault(key, []).append(row)
    columns = dict(zip(front.decision_columns, zip(*front.cells, strict=True), strict=True))
    same = (
        {name: cells[0] for name, cells in columns.items() if len(set(cells)) == 1}
        if len(front.ids) > _LONG
        else {}
    )
    return Overview(
        tuple(rows[0] for rows in members.values()),
        tuple(map(tuple, members.values())),
        frozenset(name for name, cell in same.items() if cell != "0"),
        frozenset(name for name, cell in same.items() if cell == "0"),
    )


def _amounts_are_real(scenario: Scenario) -> bool:
    return any(
        technology.scale is not None and technology.scale.step is None
        for technology in scenario.technologies.values()
    )


def _kind(scenario: Scenario, name: str, cell: str) -> str:
    """A decision without its amount: whether and when it is taken, and at which level."""
    amount, at, phase = cell.partition("@")
    technology = scenario.technologies.get(name)
    if technology is None:
        measured = scenario.variables[name].type == "real"
    else:
        measured = technology.scale is not None
    return f"some{at}{phase}" if measured and amount != "0" else cell
