"""Checks of what is wanted: objectives, constraints, reference plans, gates."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from optimiser.expressions import Name, PhaseReference
from optimiser.scenario.diagnostics import did_you_mean, known
from optimiser.scenario.format.formulas import NUMBER
from optimiser.scenario.format.gates import parse_gate
from optimiser.scenario.format.phases import timing
from optimiser.scenario.format.schema import Scale, Variable
from optimiser.scenario.nodes import MappingNode, SequenceNode
from optimiser.scenario.source.draft import Draft, Path, describe
from optimiser.scenario.source.removals import unknown_help

__all__ = ["check_wants"]


def check_wants(draft: Draft, /) -> None:
    """Report objectives, constraints, reference plans and gates that mean nothing."""
    _objectives(draft)
    for name, constraint in draft.scenario.constraints.items():
        if not any(_varies(draft, leaf) for leaf in constraint.expr.names):
            at = draft.at("constraints", name, "expr")
            message = f"constraint '{name}' compares constants only"
            draft.findings.error(
                "S047",
                at,
                message,
                help="a constraint speaks of an indicator, a variable or a technology",
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
        help = "write for example 'objectives: {cost: minimise}'"
        draft.findings.error("S046", draft.key("objectives"), "there is no objective", help=help)
    for name, objective in draft.scenario.objectives.items():
        if (
            objective.expr is not None
            or name in draft.own_objectives
            or name in draft.declared["indicators"]
        ):
            continue
        names = draft.declared["indicators"]
        help = did_you_mean(name, names) or "write its expr, or declare the indicator"
        if name in draft.declared["figures"]:
            help = "figures are reported with each plan, and never optimised"
        message = f"objective '{name}' is no indicator and has no expr"
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
    names = draft.declared["technologies"]
    where = describe(path[:2])
    if technology not in names:
        if technology in draft.declared["variables"]:
            findings.error(
                "S050",
                draft.key(*path),
                f"'{technology}' is a variable, in adopt of {where}",
                help="put it under 'set'",
            )
            return
        message = f"unknown technology '{technology}' in adopt of {where}"
        findings.error(
            "S012",
            draft.key(*path),
            message,
            label=known("technologies", names),
            help=unknown_help(draft, "technologies", technology, path),
        )
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
            message = f"technology '{technology}' has no level '{cell}'"
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
            f"'{technology}' is adopted or not: expected 1 or 0, got '{cell}'",
            help="write 1",
        )


def _starts(draft: Draft, path: Path, technology: str, cell: str, phase: str) -> bool:
    """Whether a technology, or its level, can start in a phase."""
    at, where = draft.at(*path), describe(path[:2])
    if not draft.phases:
        message = f"'{cell}@{phase}' names a phase, and the scenario has none, in {where}"
        draft.findings.error("S050", at, message, help=f"write {cell}, or add phases")
    elif phase not in draft.phases:
        message = f"unknown phase '{phase}' in {where}"
        draft.findings.error(
            "S012",
            at,
            message,
            label=known("phases", draft.phases),
            help=did_you_mean(phase, draft.phases),
        )
    elif cell == "0":
        draft.findings.error(
            "S050", at, f"what is not adopted starts in no phase, in {where}", help="write 0"
        )
    elif technology in draft.scenario.technologies and draft.whole("technologies", technology):
        written = draft.scenario.technologies[technology]
        level = written.levels.get(cell)
        named = [
            p
            for source in (level, written)
            if source is not None
            for p in (source.earliest, source.latest)
            if p is not None
        ]
        when = (
            timing(written, level, draft.phases) if all(p in draft.phases for p in named) else None
        )
        if when is None or when.earliest <= draft.phases[phase] <= when.latest:
            return True
        names = list(draft.phases)
        first, last = names[when.earliest], names[when.latest]
        message = f"'{technology}' cannot start in {phase}, in {where}"
        help = "choose one of these phases"
        draft.findings.error(
            "S050",
            at,
            message,
            label=f"it starts in {first}" + (f" to {last}" if last != first else ""),
            help=help,
        )
    return False


def _amount(draft: Draft, path: Path, technology: str, cell: str, scale: Scale) -> None:
    at = draft.at(*path)
    if not NUMBER.fullmatch(cell):
        draft.findings.error(
            "S050",
            at,
            f"'{technology}' is adopted in an amount: expected a number, got '{cell}'",
            help="write the amount, or 0",
        )
        return
    amount = Fraction(Decimal(cell))
    low, high, step = (draft.values.get(f) for f in (scale.min, scale.max, scale.step))
    if (low is not None and amount < low) or (high is not None and amount > high):
        message = (
            f"amount {cell} of '{technology}' is outside its scale, {scale.min.text} to "
            f"{scale.max.text}"
        )
        draft.findings.error("S050", at, message, help="an amount is 0, or from min to max")
    elif step and low is not None and ((amount - low) / step).denominator != 1:
        message = (
            f"amount {cell} of '{technology}' is between its steps: {scale.min.text}, then by "
            f"{scale.step}"
        )
        draft.findings.error("S050", at, message, help="steps count from min")


def _setting(draft: Draft, path: Path, name: str) -> None:
    names = draft.declared["variables"]
    where = describe(path[:2])
    if name not in names:
        if name in draft.declared["technologies"]:
            draft.findings.error(
                "S051",
                draft.key(*path),
                f"'{name}' is a technology, in set of {where}",
                help="put it under 'adopt'",
            )
            return
        message = f"unknown variable '{name}' in set of {where}"
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
        message = f"variable '{name}' cannot be {float(value):g}, in {where}"
        draft.findings.error(
            "S051",
            draft.at(*path),
            message,
            label=f"expected {wanted}",
            help="choose an allowed value",
        )


def _refusal(draft: Draft, variable: Variable, value: Fraction) -> str:
    """What the variable allows, where it does not allow the value; else empty."""
    if variable.values is not None:
        allowed = {draft.values.get(v) for v in variable.values}
        return (
            "" if value in allowed else "one of " + ", ".join(v.text for v in variable.values[:12])
        )
    if variable.type == "binary":
        return "" if value in (0, 1) else "0 or 1"
    low, high = draft.values.get(variable.min), draft.values.get(variable.max)
    outside = (low is not None and value < low) or (high is not None and value > high)
    if outside or (variable.type == "integer" and value.denominator != 1):
        kind = "a whole number" if variable.type == "integer" else "a number"
        return f"{kind} from {variable.min} to {variable.max}"
    return ""


def _gates(draft: Draft) -> None:
    written = draft.node.get("gates")
    items = written.items if isinstance(written, SequenceNode) else ()
    for item in items:
        try:
            gate = parse_gate(getattr(item, "text", ""))
        except ValueError:
            continue  # the schema has reported it
        for metric, section, kind in (
            ("best", "objectives", "objective"),
            ("plan", "plans", "reference plan"),
        ):
            names = draft.declared[section]
            if gate.metric == metric and gate.subject not in names:
                message = f"gate '{gate.text}': unknown {kind} '{gate.subject}'"
                draft.findings.error(
                    "S052",
                    item,
                    message,
                    label=known(f"{kind}s", names),
                    help=did_you_mean(gate.subject, names),
                )
