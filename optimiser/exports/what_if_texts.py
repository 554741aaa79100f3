"""What becomes of the plans of a result when its scenario changes, for other programs: as plain
values, for a page.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from optimiser.analysis.differences import difference
from optimiser.analysis.what_if_words import becomes_words, change_words, count_words
from optimiser.exports.escaping import markdown
from optimiser.front import finite
from optimiser.language import tr
from optimiser.results.table import is_number
from optimiser.results.wording import column_words, readable_or, signed

if TYPE_CHECKING:
    from optimiser.analysis.what_if import PlanAfter, ValueChange, WhatIf

__all__ = ["record", "text"]


def record(found: WhatIf, /) -> dict[str, Any]:
    """The answer under ``what_if``, ready for JSON."""
    names = [column.name for column in found.columns]
    proof = found.base.front.proof
    return {
        "base": {
            "scenario_hash": found.base.scenario.scenario_hash,
            "proof": {"status": proof.status, "basis": proof.basis, "gap": proof.gap},
            "plans": len(found.plans),
        },
        "changes": [_change(change) for change in found.changes],
        "best": {
            name: {"from": before, "to": after}
            for name, (before, after) in zip(names, found.best, strict=True)
        },
        "plans": [_plan(found, plan, names) for plan in found.plans],
        "new": [found.changed.front.ids[row] for row in found.new],
        "notes": list(found.notes),
    }


def text(found: WhatIf, /) -> str:
    """As Markdown, to stand behind the plans after the change."""
    names = [column_words(column) for column in found.columns]
    title = tr("What changes")
    lines = ["", f"### {title}", ""]
    lines += [f"- {markdown(change_words(change))}" for change in found.changes]
    lines += ["", _line(["", *map(markdown, names)]), _line(["---", *["---:"] * len(names)])]
    pairs = [readable_or(pair, "") for pair in found.best]
    changes = [signed([difference(*pair)])[0] for pair in found.best]
    lines.append(_line([tr("best before"), *(pair[0] for pair in pairs)]))
    lines.append(_line([tr("best after"), *(pair[1] for pair in pairs)]))
    lines += [_line([tr("change"), *changes]), ""]
    lines += [f"- {markdown(words)}" for words in count_words(found)]
    heads = [tr("rank"), tr("plan"), tr("after the change")]
    lines += ["", _line(heads), _line(["---:", "---", "---"])]
    front, ranks = found.base.front, found.base.ranking.rank
    for plan in found.plans:
        words = markdown(becomes_words(found, plan))
        lines.append(_line([str(ranks[plan.row]), front.ids[plan.row], words]))
    lines += [f"\n{markdown(note)}" for note in found.notes]
    return "\n".join(lines) + "\n"


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _change(change: ValueChange) -> dict[str, Any]:
    before, after = _value(change.before), _value(change.after)
    numbers = [value for value in (before, after) if isinstance(value, float | int)]
    by = None
    if len(numbers) == 2 and change.before is not None and change.after is not None:
        by = finite(float(Fraction(change.after) - Fraction(change.before)))
    typed = "null" if change.after is None else change.after
    return {
        "path": change.path,
        "from": before,
        "to": after,
        "by": by,
        "set": f"{change.path}={typed}",
    }


def _value(text: str | None) -> float | int | str | None:
    if text is None or not is_number(text):
        return text
    return int(text) if text.lstrip("+-").isdigit() else finite(float(text))


def _plan(found: WhatIf, plan: PlanAfter, names: Sequence[str]) -> dict[str, Any]:
    ids = found.changed.front.ids
    return {
        "id": found.base.front.ids[plan.row],
        "becomes": plan.becomes,
        "holds": plan.holds,
        "proven": plan.proven,
        "objectives": {
            name: {"from": before, "to": after, "by": difference(before, after)}
            for name, before, after in zip(names, plan.before, plan.after, strict=True)
        },
        "violated": list(plan.violated),
        "equals": None if plan.equals is None else ids[plan.equals],
        "dominated_by": None if plan.dominated_by is None else ids[plan.dominated_by],
        "mixed": [ids[row] for row in plan.mixed],
    }
