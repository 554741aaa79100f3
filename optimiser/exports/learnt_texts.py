"""Forecast against outcome for other programs: as plain values, for a spreadsheet, for a page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from optimiser.analysis.significance import probability, verdict
from optimiser.exports.escaping import markdown
from optimiser.language import tr
from optimiser.results.table import number, table_text
from optimiser.results.wording import override_words, title_words

if TYPE_CHECKING:
    from optimiser.analysis.learning import Learnt, Test

__all__ = ["record", "text"]


def record(found: Learnt, /) -> dict[str, Any]:
    """Everything that was learnt, ready for JSON; null where something cannot be said."""
    return {
        "scenario": found.scenario.name,
        "outcomes": [
            {
                "in_place": one.label,
                "indicator": one.indicator,
                "phase": one.phase or None,
                "kind": "effect" if one.effect else "value",
                "forecast": one.forecast,
                "measured": one.measured,
                **_test(one.test),
                "relative": one.test.difference / abs(one.forecast) if one.forecast else None,
            }
            for one in found.outcomes
        ],
        "effects": [
            {
                "path": ".".join(one.slot.path),
                "of": one.slot.label,
                "indicator": one.slot.indicator,
                "percent": one.slot.percent,
                "forecast": one.forecast,
                "learnt": one.learnt,
                **_test(one.test),
                "identified": one.identified,
            }
            for one in found.lessons
        ],
        "notes": list(found.notes),
    }


def text(found: Learnt, format: str, /) -> str:
    """The outcomes as ``csv`` or ``md``."""
    return _csv(found) if format == "csv" else _markdown(found)


def _test(test: Test) -> dict[str, Any]:
    return {
        "n": test.n,
        "difference": test.difference,
        "standard_error": test.error,
        "t": test.t,
        "p": test.p,
    }


def _csv(found: Learnt) -> str:
    lines: list[Sequence[str]] = [
        (
            "in_place",
            "indicator",
            "phase",
            "kind",
            "forecast",
            "measured",
            "difference",
            "n",
            "t",
            "p",
        )
    ]
    for one in found.outcomes:
        values = (
            one.forecast,
            one.measured,
            one.test.difference,
            one.test.n,
            one.test.t,
            one.test.p,
        )
        cells = ["" if value is None else number(value) for value in values]
        kind = "effect" if one.effect else "value"
        lines.append([one.label, one.indicator, one.phase, kind, *cells])
    return table_text(lines)


def _markdown(found: Learnt) -> str:
    lines = [f"## {markdown(title_words(found.scenario))}", ""]
    if changed := override_words(found.scenario):
        lines += [f"*{markdown(changed)}*", ""]
    lines += [tr("| in place | indicator | forecast | measured | difference | n | p | |")]
    lines += ["| --- | --- | ---: | ---: | ---: | ---: | ---: | --- |"]
    for one in found.outcomes:
        label = (
            tr("{label} alone", label=one.label)
            if one.effect
            else one.label + (f", {one.phase}" if one.phase else "")
        )
        test = one.test
        cells = [
            markdown(label),
            markdown(one.indicator),
            f"{one.forecast:.6g}",
            f"{one.measured:.6g}",
        ]
        cells += [f"{test.difference:+.4g}", str(test.n), probability(test), verdict(None, test)]
        lines.append(f"| {' | '.join(cells)} |")
    lines += [
        "",
        tr("| effect of | on | forecast | learnt | n | p | |"),
        "| --- | --- | ---: | ---: | ---: | ---: | --- |",
    ]
    for lesson in found.lessons:
        unit = " %" if lesson.slot.percent else ""
        cells = [markdown(lesson.slot.label), markdown(lesson.slot.indicator)]
        cells += [f"{lesson.forecast:.6g}{unit}", f"{lesson.learnt:.6g}{unit}"]
        cells += [str(lesson.test.n), probability(lesson.test), verdict(lesson, lesson.test)]
        lines.append(f"| {' | '.join(cells)} |")
    lines += [f"- {markdown(note)}" for note in found.notes]
    return "\n".join(lines) + "\n"
