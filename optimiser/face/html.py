"""A result as a notebook shows it: a table of the first plans, a small picture, and the claim."""

from __future__ import annotations

import hashlib
import html
import re
from typing import TYPE_CHECKING, Final

from optimiser.errors import UsageError
from optimiser.language import tr, trn
from optimiser.results.claim_words import best_flags, proof_words
from optimiser.results.overview import overview
from optimiser.results.printable import printable
from optimiser.results.ranking_words import ranking_notes, ranking_words, score_texts
from optimiser.results.wording import (
    ILLUSTRATIVE,
    headings,
    override_words,
    readable_columns,
    reference_words,
    title_words,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from optimiser.results import Result
    from optimiser.results.wording import Heading

__all__ = ["inlined", "page_of"]

_SHOWN: Final = 10  # plans
_SIZE: Final = (560.0, 360.0)  # of the picture, in pixels
_MOST_DRAWN: Final = 300_000  # characters of a picture: a notebook keeps it in its file
_RIGHT: Final = ' style="text-align:right"'
_LEFT: Final = ' style="text-align:left"'


def page_of(result: Result, /) -> str:
    """The HTML of a result; no user text in it is read as markup."""
    scenario, front = result.scenario, result.front
    notes = [tr(ILLUSTRATIVE)] if scenario.illustrative else []
    notes += filter(None, [override_words(scenario)])
    more = len(front) - _SHOWN
    below = [trn("{number} more plan", "{number} more plans", more)] if more > 0 else []
    below += [ranking_words(front, result.ranking), *ranking_notes(result.ranking)]
    parts = [
        f"<p><b>{_text(title_words(scenario))}</b></p>",
        *(f"<p><i>{_text(note)}</i></p>" for note in notes),
        *_table(result),
        *(f"<p>{_text(words)}</p>" for words in below),
        f"<p><b>{_text(proof_words(front))}</b></p>",
        _picture(result),
    ]
    return "\n".join(["<div>", *filter(None, parts), "</div>"])


def _text(words: str) -> str:
    return html.escape(printable(words))


def _table(result: Result) -> Iterable[str]:
    """The first plans, then the reference plans, with the same digits."""
    front, outcomes = result.front, result.reference_plans
    rows = range(min(_SHOWN, len(front)))
    values = readable_columns(
        [*front.y[: len(rows), j].tolist(), *(outcome.objectives[j] for outcome in outcomes)]
        for j in range(len(front.columns))
    )
    best, scores = best_flags(front), score_texts(result, rows, references=True)
    decided = overview(result, "none").plan_words(result, rows)
    yield "<table>"
    yield _heads(headings(front.columns))
    yield "<tbody>"
    for row in rows:
        numbers = [
            f"<b>{_text(column[row])}</b>" if best[row, j] else _text(column[row])
            for j, column in enumerate(values)
        ]
        cells = [str(result.ranking.rank[row]), _text(scores[row]), *numbers]
        yield _line(f"<code>{_text(front.ids[row])}</code>", cells, " + ".join(decided[row]))
    for line, outcome in enumerate(outcomes, start=len(rows)):
        numbers = [_text(column[line]) for column in values]
        words = reference_words(result, outcome)
        yield _line(
            _text(outcome.title or outcome.name), ["", _text(scores[line]), *numbers], words
        )
    yield "</tbody></table>"


def _heads(columns: Sequence[Heading]) -> str:
    plan, decisions = _text(tr("plan")), _text(tr("decisions"))
    cells = [f"<th{_LEFT}>{plan}</th>"]
    cells += [f"<th{_RIGHT}>{_text(words)}</th>" for words in (tr("rank"), tr("score"))]
    for one in columns:
        words = "<br>".join(
            _text(part) for part in (f"{one.title} {one.arrow}", one.name, one.unit) if part
        )
        cells.append(f"<th{_RIGHT}>{words}</th>")
    cells.append(f"<th{_LEFT}>{decisions}</th>")
    return f"<thead><tr>{''.join(cells)}</tr></thead>"


def _line(plan: str, numbers: Sequence[str], words: str) -> str:
    middle = "".join(f"<td{_RIGHT}>{number}</td>" for number in numbers)
    return f"<tr><td{_LEFT}>{plan}</td>{middle}<td{_LEFT}>{_text(words)}</td></tr>"


def _picture(result: Result) -> str:
    """The most telling picture as SVG that may stand beside others in one page; empty where there
    is none, or it is too large.
    """
    from optimiser.reports import plotted

    try:
        svg = plotted(result, ".svg", size=_SIZE).content.decode("utf-8")
    except UsageError:
        return ""
    if len(svg) > _MOST_DRAWN:
        return ""
    return inlined(svg)


def inlined(svg: str, /) -> str:
    """An SVG file as a part of a page: without what is said once a file, with ids of its own, and
    with no style that reaches beyond it.
    """
    body = svg[svg.index("<svg ") :]
    body = re.sub(r"<metadata>.*?</metadata>\s*", "", body, flags=re.DOTALL)
    body = re.sub(r"<style[^>]*>.*?</style>\s*", "", body, flags=re.DOTALL)
    own = hashlib.sha256(svg.encode()).hexdigest()[:8]
    body = re.sub(r'(\sid="|href="#|url\(#)', rf"\g<1>o{own}-", body)
    style = "max-width:100%;height:auto;stroke-linejoin:round;stroke-linecap:butt"
    return body.replace("<svg ", f'<svg style="{style}" ', 1)
