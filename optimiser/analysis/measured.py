"""Measured outcomes: a table of what was seen after technologies were put to use.

A row says what was in place, which indicator was measured, and the number::

    plan,indicator,measured                technology,indicator,effect
    iot; ai_scheduling=pilot,output,108.1  iot,output,+4.6%

``plan`` is a plan of the scenario by name, or what was adopted, ``;`` between, each as ``name``,
``name=level`` or ``name=amount``, with phases ``name=1@2027``; ``nothing`` is nothing. ``measured``
is the indicator's value then, in its unit; in a column ``phase`` may stand the phase it was
measured in. ``effect`` is the change that a technology alone made, in the indicator's unit or, as
in ``+4.6%``, of its value when nothing is adopted. Several rows of a kind are several observations.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Final

from optimiser.errors import ScenarioError
from optimiser.language import listed, marked, tr, trn
from optimiser.patterns import pattern
from optimiser.results.table import number
from optimiser.scenario.diagnostics import Findings, did_you_mean, hinting, known
from optimiser.scenario.nodes import text_position
from optimiser.scenario.source.cells import literal, number_fault
from optimiser.scenario.source.files import insist_on_table, table_in
from optimiser.scenario.source.tables import Table

if TYPE_CHECKING:
    from optimiser.formulate import Model
    from optimiser.scenario import Scenario
    from optimiser.scenario.nodes import Node, Position

__all__ = ["NOTHING", "Observation", "read_measured", "same_thing"]

NOTHING: Final = "nothing"
_OF_A_PLAN: Final = ("plan", "indicator", "measured")
_OF_A_TECHNOLOGY: Final = ("technology", "indicator", "effect")
_LARGEST: Final = 1e300
#: what stands between semicolons, without the blanks around it
_ITEM: Final = pattern(r"[^;\s](?:[^;]*[^;\s])?")
_HELP: Final = marked(
    "the columns are plan,indicator,measured, with phase where it matters, or "
    "technology,indicator,effect"
)

_COMPLETE: Final = {
    "plan": marked("a measurement of a plan has {columns}"),
    "technology": marked("a measurement of a technology has {columns}"),
}


@dataclass(frozen=True)
class Observation:
    """One measured number.

    Attributes:
        label: what was in place, as the table says it.
        cells: the same as cells of decisions.
        x: the same as decisions, by which things that are written differently are known to be the
            same.
        indicator: what was measured.
        phase: when; empty for the value of the whole horizon.
        value: the number; of an effect the change against nothing adopted.
        effect: whether it is one.
        share: whether the effect is a share of the value when nothing is adopted.
        at: where the number is written.
    """

    label: str
    cells: Mapping[str, str]
    x: tuple[float, ...]
    indicator: str
    phase: str
    value: float
    effect: bool
    share: bool
    at: Position


def same_thing(one: Observation, /) -> tuple[object, ...]:
    """What observations that repeat one another have in common."""
    return one.x, one.indicator, one.phase, one.effect


@hinting()
def read_measured(
    path: str | Path, model: Model, findings: Findings | None = None, /
) -> tuple[Observation, ...]:
    """The observations of a table, ``.csv`` or ``.xlsx``.

    Args:
        findings: takes the warnings.

    Raises:
        UsageError: there is no such file.
        ScenarioError: it is no such table; ``diagnostics`` holds every reason, by position.
    """
    file = Path(path)
    insist_on_table(path, help=tr("name a .csv or .xlsx file with one measurement a row"))
    findings = Findings() if findings is None else findings
    table = table_in(file, str(path), findings)
    found: list[Observation] = []
    if table is not None:
        columns = _columns(table, findings)
        reader = _Reader(model, table, columns, findings)
        rows = [
            reader.row(row) for row in range(len(table.rows)) if columns and row not in table.ragged
        ]
        found = [one for one in rows if one is not None]
    if findings.errors:
        diagnostics = [d for d in findings.ordered() if d.severity == "error"]
        count = len(diagnostics)
        words = trn("{number} error in {file}", "{number} errors in {file}", count, file=path)
        raise ScenarioError(words, diagnostics=diagnostics)
    return tuple(found)


def _columns(table: Table, findings: Findings) -> dict[str, int]:
    """Column -> its place; empty, with the reasons in the findings, where the table is of another
    kind.
    """
    places = {name: place for place, name in enumerate(table.header)}
    allowed = (*dict.fromkeys((*_OF_A_PLAN, *_OF_A_TECHNOLOGY)), "phase")
    for name, place in places.items():
        if name not in allowed:
            help = did_you_mean(name, allowed) or tr(_HELP)
            findings.error(
                "S073",
                table.at(-1, place),
                tr("unknown column '{name}'", name=name),
                label=known("columns", allowed),
                help=help,
            )
    kinds = [
        kind for kind in (_OF_A_PLAN, _OF_A_TECHNOLOGY) if kind[0] in places or kind[2] in places
    ]
    for kind in kinds or [_OF_A_PLAN]:
        for name in kind:
            if name not in places:
                message = tr("there is no column '{name}'", name=name)
                findings.error("S073", table.at(-1, 0), message, help=tr(_HELP))
    return {} if findings.errors else places


@dataclass(frozen=True)
class _Reader:
    model: Model
    table: Table
    columns: Mapping[str, int]
    findings: Findings

    @property
    def scenario(self) -> Scenario:
        return self.model.scenario

    def row(self, row: int) -> Observation | None:
        """The observation of a row; None, with the reasons in the findings, where it is none."""
        before = self.findings.errors
        given = {name: self.table.node(row, place) for name, place in self.columns.items()}
        written = {name for name, node in given.items() if node.text}
        kind = _OF_A_TECHNOLOGY if "technology" in written or "effect" in written else _OF_A_PLAN
        for name in kind:
            if name not in written:
                node = given.get(name)
                at = node.start if node is not None else self.table.at(row, 0)
                self.findings.error(
                    "S072",
                    at,
                    tr("'{name}' is empty", name=name),
                    help=tr(_COMPLETE[kind[0]], columns=listed(kind)),
                )
        other = _OF_A_PLAN if kind is _OF_A_TECHNOLOGY else _OF_A_TECHNOLOGY
        for name in (other[0], other[2], *(("phase",) if kind is _OF_A_TECHNOLOGY else ())):
            if name in written:
                message = tr("'{name}' stands beside '{other}'", name=name, other=kind[0])
                self.findings.error(
                    "S072",
                    given[name],
                    message,
                    help=tr("a row is of a plan or of a technology: empty the cell"),
                )
        if self.findings.errors > before:
            return None
        label, value = given[kind[0]], given[kind[2]]
        cells = self._cells(label, single=kind is _OF_A_TECHNOLOGY)
        indicator = self._indicator(given["indicator"])
        size, share = self._number(value, share=kind is _OF_A_TECHNOLOGY)
        phase = self._phase(given["phase"]) if "phase" in written else ""
        if self.findings.errors > before:
            return None
        x = tuple(self.model.encode(cells).tolist())
        return Observation(
            label.text,
            cells,
            x,
            indicator,
            phase,
            size,
            kind is _OF_A_TECHNOLOGY,
            share,
            value.start,
        )

    def _cells(self, node: Node, *, single: bool) -> dict[str, str]:
        text = getattr(node, "text", "")
        if not single and text in self.scenario.plans:
            plan = self.scenario.plans[text]
            return {
                **plan.adopt,
                **{name: number(float(self.scenario.number(v))) for name, v in plan.set.items()},
            }
        if not single and text == NOTHING:
            return {}
        items = list(_ITEM.finditer(text))
        cells: dict[str, str] = {}
        for item in items:
            self._item(item[0], text_position(node, *item.span()), cells)
        if single and len(items) > 1:
            message = tr("'{text}' names {count} technologies", text=text, count=len(items))
            help = tr("write a row of a plan for several: plan,indicator,measured")
            self.findings.error("S072", node, message, help=help)
        return cells

    def _item(self, item: str, at: Position, cells: dict[str, str]) -> None:
        """One thing that was adopted, added to the cells."""
        scenario = self.scenario
        name, equals, cell = (part.strip() for part in item.partition("="))
        if not equals and name not in scenario.technologies:
            name, _, cell = name.partition(".")
        if name not in scenario.technologies and name not in scenario.variables:
            names = [*scenario.technologies, *scenario.variables, *scenario.plans]
            message = tr("'{name}' is no technology, variable or plan of the scenario", name=name)
            self.findings.error(
                "S012",
                at,
                message,
                label=known("technologies", scenario.technologies),
                help=did_you_mean(name, names),
            )
            return
        if name in cells:
            message = tr("'{name}' is there twice", name=name)
            self.findings.error("S006", at, message, help=tr("name each technology once"))
            return
        cell = self._cell(name, cell, at)
        if not cell:
            return
        try:
            self.model.encode({name: cell})
        except ScenarioError as error:
            self.findings.error("S072", at, error.message, help=error.help)
            return
        cells[name] = cell

    def _cell(self, name: str, cell: str, at: Position) -> str:
        """The cell of a technology or variable: a technology that can only be adopted or not needs
        none; empty where it is missing.
        """
        technology = self.scenario.technologies.get(name)
        if (
            not cell
            and technology is not None
            and not technology.levels
            and technology.scale is None
        ):
            return "1"
        if not cell:
            levels = technology.levels if technology is not None else {}
            self.findings.error(
                "S072",
                at,
                tr("'{name}' without what was adopted of it", name=name),
                label=known("levels", levels) if levels else tr("an amount is missing"),
                help=tr("write {name}={cell}", name=name, cell=next(iter(levels), "5")),
            )
        return cell

    def _indicator(self, node: Node) -> str:
        name = getattr(node, "text", "")
        if name not in self.scenario.indicators:
            names = self.scenario.indicators
            own = name in self.scenario.objectives
            help = (
                tr("objective '{name}' has an expr of its own: measure an indicator", name=name)
                if own
                else did_you_mean(name, names)
            )
            self.findings.error(
                "S012",
                node,
                tr("unknown indicator '{name}'", name=name),
                label=known("indicators", names),
                help=help,
            )
        return name

    def _phase(self, node: Node) -> str:
        name = getattr(node, "text", "")
        names = [phase.name for phase in self.scenario.phases]
        if name not in names:
            message = (
                tr("unknown phase '{name}'", name=name)
                if names
                else tr("phase '{name}', and the scenario has no phases", name=name)
            )
            self.findings.error(
                "S012", node, message, label=known("phases", names), help=did_you_mean(name, names)
            )
        return name

    def _number(self, node: Node, *, share: bool) -> tuple[float, bool]:
        text = getattr(node, "text", "")
        found = literal(text)
        if found is not None and (share or not found.endswith("%")):
            plain = found.removesuffix("%")
            share = found.endswith("%")
            size = float(Decimal(plain) / 100 if share else Decimal(plain))
            if abs(size) > _LARGEST or (size == 0.0 and Decimal(plain)):
                help = tr("numbers lie between 1e-300 and 1e300")
                message = tr("{number} is out of range", number=text)
                self.findings.error("S072", node, message, help=help)
            return size, share
        message, help = number_fault(text, named=(), share=share) or (
            tr("'{text}' is not a number", text=text),
            tr("write the measured number alone, in the indicator's unit"),
        )
        self.findings.error("S072", node, message, help=help)
        return 0.0, False
