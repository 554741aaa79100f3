"""Checks of what is wanted: objectives, constraints, reference plans, gates."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Final

from optimiser.expressions import Name, PhaseReference
from optimiser.language import marked, tr
from optimiser.scenario.diagnostics import did_you_mean, known
from optimiser.scenario.format.formulas import NUMBER
from optimiser.scenario.format.gates import parse_gate
from optimiser.scenario.format.phases import timing
from optimiser.scenario.format.schema import Scale, Variable
from optimiser.scenario.nodes import MappingNode, SequenceNode
from optimiser.scenario.source.draft import Draft, Path, describe
from optimiser.scenario.source.removals import unknown_help

__all__ = ["check_wants"]

# what the metrics of a gate are about
_SUBJECTS: Final = (
    ("best", "objectives", "objectives", marked("gate '{gate}': unknown objective '{subject}'")),
    (
        "plan",
        "plans",
        "reference_plans",
        marked("gate '{gate}': unknown reference plan '{subject}'"),
    ),
)


def check_wants(draft: Draft, /) -> None:
    """Report objectives, constraints, reference plans and gates that mean nothing."""
    _objectives(draft)
    for name, constraint in draft.scenario.constraints.items():
        if not any(_varies(draft, leaf) for leaf in constraint.expr.names):
            at = draft.at("constraints", name, "expr")
            message = tr("constraint '{name}' compares constants only", name=name)
            draft.findings.error(
                "S047",
                at,
                message,
                help=tr("a constraint speaks of an indicator, a variable or a technology"),
            )
    for name, plan in draft.scenario.plans.items():
        for technology, cell in plan.adopt.items():
            _cell(draft, ("plans", name, "adopt", technology), technology, cell)
        for variable in plan.set:
            _setting(draft, ("plans", name, "set", variable), variable)
    _gates(draft)


def _objectives(draft: Draft) -> None:
    written = draft.node.get("objectives")
    if isinstance(written, MappingNode) and not written.entries:
        help = tr("write for example 'objectives: {cost: minimise}'")
        draft.findings.error(
            "S046", draft.key("objectives"), tr("there is no objective"), help=help
        )
    for name, objective in draft.scenario.objectives.items():
        if (
            objective.expr is not None
            or name in draft.own_objectives
            or name in draft.declared["indicators"]
        ):
            continue
        names = draft.declared["indicators"]
        help = did_you_mean(name, names) or tr("write its expr, or declare the indicator")
        if name in draft.declared["figures"]:
            help = tr("figures are reported with each plan, and never optimised")
        message = tr("objective '{name}' is no indicator and has no expr", name=name)
        draft.findings.error(
            "S046",
            draft.key("objectives", name),
            message,
            label=known("indicators", names),
            help=help,
        )


def _varies(draft: Draft, leaf: object) -> bool:
    """Whether a name may differ between plans; unknown names, which are reported elsewhere, may."""
    match leaf:
        case Name(id=name) | PhaseReference(indicator=name):
            return name not in draft.declared["parameters"]
    return True


def _cell(draft: Draft, path: Path, technology: str, cell: str) -> None:
    findings = draft.findings
    if technology not in draft.declared["technologies"]:
        _unknown_technology(draft, path, technology)
        return
    at = draft.at(*path)
    cell, separator, phase = cell.partition("@")
    if separator and not _starts(draft, path, technology, cell, phase):
        return
    if cell == "0":
        return
    levels = draft.levels[technology]
    if levels:
        if cell not in levels:
            message = tr(
                "technology '{technology}' has no level '{cell}'", technology=technology, cell=cell
            )
            findings.error(
                "S050", at, message, label=known("levels", levels), help=did_you_mean(cell, levels)
            )
    elif technology in draft.scaled:
        written = draft.scenario.technologies.get(technology)
        if (
            written is not None
            and written.scale is not None
            and draft.whole("technologies", technology)
        ):
            _amount(draft, path, technology, cell, written.scale)
    elif cell != "1":
        findings.error(
            "S050",
            at,
            tr(
                "'{technology}' is adopted or not: expected 1 or 0, got '{cell}'",
                technology=technology,
                cell=cell,
            ),
            help=tr("write 1"),
        )


def _unknown_technology(draft: Draft, path: Path, technology: str) -> None:
    where, names = describe(path[:2]), draft.declared["technologies"]
    if technology in draft.declared["variables"]:
        draft.findings.error(
            "S050",
            draft.key(*path),
            tr(
                "'{technology}' is a variable, in adopt of {place}",
                technology=technology,
                place=where,
            ),
            help=tr("put it under 'set'"),
        )
        return
    message = tr(
        "unknown technology '{technology}' in adopt of {place}",
        technology=technology,
        place=where,
    )
    draft.findings.error(
        "S012",
        draft.key(*path),
        message,
        label=known("technologies", names),
        help=unknown_help(draft, "technologies", technology, path),
    )


def _starts(draft: Draft, path: Path, technology: str, cell: str, phase: str) -> bool:
    """Whether a technology, or its level, can start in a phase."""
    at, where = draft.at(*path), describe(path[:2])
    if not draft.phases:
        message = tr(
            "'{cell}@{phase}' names a phase, and the scenario has none, in {place}",
            cell=cell,
            phase=phase,
            place=where,
        )
        draft.findings.error("S050", at, message, help=tr("write {cell}, or add phases", cell=cell))
    elif phase not in draft.phases:
        message = tr("unknown phase '{phase}' in {place}", phase=phase, place=where)
        draft.findings.error(
            "S012",
            at,
            message,
            label=known("phases", draft.phases),
            help=did_you_mean(phase, draft.phases),
        )
    elif cell == "0":
        draft.findings.error(
            "S050",
            at,
            tr("what is not adopted starts in no phase, in {place}", place=where),
            help=tr("write 0"),
        )
    elif technology in draft.scenario.technologies and draft.whole("technologies", technology):
        return _within_window(draft, path, technology, cell, phase)
    return False


def _within_window(draft: Draft, path: Path, technology: str, cell: str, phase: str) -> bool:
    """Whether a technology, or its level, starts between its earliest and its latest phase."""
    written = draft.scenario.technologies[technology]
    level = written.levels.get(cell)
    named = [
        p
        for source in (level, written)
        if source is not None
        for p in (source.earliest, source.latest)
        if p is not None
    ]
    when = timing(written, level, draft.phases) if all(p in draft.phases for p in named) else None
    if when is None or when.earliest <= draft.phases[phase] <= when.latest:
        return True
    names = list(draft.phases)
    first, last = names[when.earliest], names[when.latest]
    message = tr(
        "'{technology}' cannot start in {phase}, in {place}",
        technology=technology,
        phase=phase,
        place=describe(path[:2]),
    )
    help = tr("choose one of these phases")
    label = (
        tr("it starts in {first}", first=first)
        if first == last
        else tr("it starts in {first} to {last}", first=first, last=last)
    )
    draft.findings.error("S050", draft.at(*path), message, label=label, help=help)
    return False


def _amount(draft: Draft, path: Path, technology: str, cell: str, scale: Scale) -> None:
    at = draft.at(*path)
    if not NUMBER.fullmatch(cell):
        draft.findings.error(
            "S050",
            at,
            tr(
                "'{technology}' is adopted in an amount: expected a number, got '{cell}'",
                technology=technology,
                cell=cell,
            ),
            help=tr("write the amount, or 0"),
        )
        return
    amount = Fraction(Decimal(cell))
    low, high, step = (draft.values.get(f) for f in (scale.min, scale.max, scale.step))
    if (low is not None and amount < low) or (high is not None and amount > high):
        message = tr(
            "amount {cell} of '{technology}' is outside its scale, {low} to {high}",
            cell=cell,
            technology=technology,
            low=scale.min.text,
            high=scale.max.text,
        )
        draft.findings.error("S050", at, message, help=tr("an amount is 0, or from min to max"))
    elif step and low is not None and ((amount - low) / step).denominator != 1:
        message = tr(
            "amount {cell} of '{technology}' is between its steps: {low}, then by {step}",
            cell=cell,
            technology=technology,
            low=scale.min.text,
            step=scale.step,
        )
        draft.findings.error("S050", at, message, help=tr("steps count from min"))


def _setting(draft: Draft, path: Path, name: str) -> None:
    names = draft.declared["variables"]
    where = describe(path[:2])
    if name not in names:
        if name in draft.declared["technologies"]:
            draft.findings.error(
                "S051",
                draft.key(*path),
                tr("'{name}' is a technology, in set of {place}", name=name, place=where),
                help=tr("put it under 'adopt'"),
            )
            return
        message = tr("unknown variable '{name}' in set of {place}", name=name, place=where)
        draft.findings.error(
            "S012",
            draft.key(*path),
            message,
            label=known("variables", names),
            help=did_you_mean(name, names),
        )
        return
    variable = draft.scenario.variables.get(name)
    value = draft.values.get(draft.scenario.plans[str(path[1])].set[name])
    if variable is None or value is None or not draft.whole("variables", name):
        return
    wanted = _refusal(draft, variable, value)
    if wanted:
        message = tr(
            "variable '{name}' cannot be {value:g}, in {place}",
            name=name,
            value=float(value),
            place=where,
        )
        draft.findings.error(
            "S051",
            draft.at(*path),
            message,
            label=wanted,
            help=tr("choose an allowed value"),
        )


def _refusal(draft: Draft, variable: Variable, value: Fraction) -> str:
    """What the variable allows, where it does not allow the value; else empty."""
    if variable.values is not None:
        if value in {draft.values.get(v) for v in variable.values}:
            return ""
        return tr(
            "expected one of {values}", values=", ".join(v.text for v in variable.values[:12])
        )
    if variable.type == "binary":
        return "" if value in (0, 1) else tr("expected 0 or 1")
    low, high = draft.values.get(variable.min), draft.values.get(variable.max)
    outside = (low is not None and value < low) or (high is not None and value > high)
    if variable.type == "integer":
        if outside or value.denominator != 1:
            return tr(
                "expected a whole number from {low} to {high}", low=variable.min, high=variable.max
            )
    elif outside:
        return tr("expected a number from {low} to {high}", low=variable.min, high=variable.max)
    return ""


def _gates(draft: Draft) -> None:
    written = draft.node.get("gates")
    items = written.items if isinstance(written, SequenceNode) else ()
    for item in items:
        try:
            gate = parse_gate(getattr(item, "text", ""))
        except ValueError:
            continue  # the schema has reported it
        for metric, section, kinds, unknown in _SUBJECTS:
            names = draft.declared[section]
            if gate.metric == metric and gate.subject not in names:
                draft.findings.error(
                    "S052",
                    item,
                    tr(unknown, gate=gate.text, subject=gate.subject),
                    label=known(kinds, names),
                    help=did_you_mean(gate.subject, names),
                )
