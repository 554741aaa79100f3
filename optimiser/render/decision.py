"""What is left of a front: plans, technologies, rules, the next question; and a step towards a
plan.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from rich.text import Text

from optimiser.analysis.decision_notes import decision_notes, stated_notes
from optimiser.language import listed, tr, trn
from optimiser.render.front_table import title
from optimiser.render.layout import Field, measured, tables
from optimiser.render.terminal import plain
from optimiser.results.claim_words import percent
from optimiser.results.wording import (
    decision_title,
    headings,
    readable_columns,
    titled_words,
)

if TYPE_CHECKING:
    from rich.console import RenderableType

    from optimiser.analysis.adoption import Rule
    from optimiser.analysis.deciding import Decided, Stated
    from optimiser.analysis.enautilus import Step
    from optimiser.analysis.questions import Question

__all__ = ["decision", "step"]

_PLANS = 6  # that are shown of those left
_TECHNOLOGIES = 12  # that are shown of those in some plans
_RULES = 5
_OTHERS = 2  # questions beside the most telling one


def decision(found: Decided, /, *, width: int | None = None) -> Iterator[RenderableType]:
    """The first screen: how many plans are left, some of them, what they adopt, what to ask."""
    stated = found.stated
    yield from title(stated.result)
    yield Text(_left_words(stated), style="bold")
    yield ""
    if stated.left:
        yield from _plans(found, width)
        yield from _technologies(found, width)
        yield from _rules(found)
        yield from _questions(found)
    for note in decision_notes(found):
        yield Text(tr("note: {note}", note=plain(note)))


def _left_words(stated: Stated) -> str:
    k, left = len(stated.front), len(stated.left)
    listed_plans = len(stated.result.front)
    if stated.claimed:
        whole = trn(
            "{number} plan, every efficient one (proven)",
            "{number} plans, every efficient one (proven)",
            k,
        )
    elif stated.front.proof.of == "cells":
        whole = trn(
            "{number} listed plan and its mixtures",
            "{number} listed plans and the mixtures between them",
            listed_plans,
        )
    else:
        whole = trn("{number} listed plan", "{number} listed plans", listed_plans)
    if k > listed_plans and not stated.claimed:
        whole = trn(
            "{plans}, {number} other with objectives of one of them",
            "{plans}, {number} others with objectives of one of them",
            k - listed_plans,
            plans=whole,
        )
    if not stated.statements:
        return tr("{plans}. Nothing stated yet: all are left.", plans=whole)
    said = listed([plain(one.option) for one in stated.statements])
    return tr("{plans}. Left by {statements}: {left}.", plans=whole, statements=said, left=left)


def _plans(found: Decided, width: int | None) -> Iterator[RenderableType]:
    """Those first for most weights, and the knee, in the order of the first objective."""
    stated, ranked = found.stated, found.ranked
    front, left = stated.front, stated.left
    if ranked is None:
        return
    share = dict(zip(left, ranked.share, strict=True))
    chosen = sorted(left, key=lambda row: (row != found.knee, -share[row]))[:_PLANS]
    chosen.sort(key=lambda row: (*front.order[row].tolist(), row))
    counts = [str(_adopted(found, row)) for row in chosen]
    columns = readable_columns(front.y[chosen].T.tolist())
    words = [tr("knee") if row == found.knee else "" for row in chosen]
    heads = headings(front.columns)
    fields = [
        Field(tr("plan"), [front.ids[row] for row in chosen], left=True),
        *([Field(tr("technologies adopted"), counts, narrow=12)] if found.core_index else []),
        *(measured(head, cells) for head, cells in zip(heads, columns, strict=True)),
        Field(
            tr("first for this share of weights"),
            [percent(share[row]) if share[row] else "–" for row in chosen],
            narrow=10,
        ),
    ]
    if any(words):
        fields.append(Field("", words, left=True))
    for table in tables(fields, width, keys=1):
        yield table
        yield ""
    first = sum(ranked.first)
    others = len(left) - first
    yield Text(
        trn(
            "{number} plan or more is first for some weights",
            "{number} plans or more are first for some weights",
            first,
        )
        if any(ranked.unsettled)
        else trn(
            "{number} plan is first for some weights",
            "{number} plans are first for some weights",
            first,
        )
        if not others or not stated.claimed
        else trn(
            "{number} plan is first for some weights; each of the others is best under a limit",
            "{number} plans are first for some weights; each of the others is best under a limit",
            first,
        )
    )
    yield ""


def _adopted(found: Decided, row: int) -> int:
    """How many technologies a plan adopts."""
    front = found.stated.front
    cells = zip(front.decision_columns, front.cells[row], strict=True)
    return sum(cell != "0" and name in found.core_index for name, cell in cells)


def _technologies(found: Decided, width: int | None) -> Iterator[RenderableType]:
    scenario, own = found.stated.result.scenario, found.technologies
    if not found.core_index:
        return
    titles = {name: plain(titled_words(scenario, name, "")) for name in found.core_index}
    yield Text(
        tr("in every plan: {decisions}", decisions=listed(map(titles.__getitem__, own.core)))
        if own.core
        else tr("no technology is in every plan")
    )
    if scenario.phases:
        yield Text(
            tr(
                "to start now: {decisions}",
                decisions=listed(map(titles.__getitem__, own.start_now)),
            )
            if own.start_now
            else tr("nothing has to start in the first phase in every plan")
        )
    if own.out:
        yield Text(tr("in none: {decisions}", decisions=listed(map(titles.__getitem__, own.out))))
    yield ""
    if own.open:
        yield from _open(found, width)


def _open(found: Decided, width: int | None) -> Iterator[RenderableType]:
    """Technologies in some plans, and beyond which values in every one or in none."""
    own, plans = found.technologies, len(found.stated.left)
    shown = list(own.open)[:_TECHNOLOGIES]
    always, never = (
        {rule.technology: rule for rule in found.trade_offs if rule.adopts is adopts}
        for adopts in (True, False)
    )
    counts = [
        tr("{count} of {plans}", count=round(own.open[name] * plans), plans=plans) for name in shown
    ]
    scenario = found.stated.result.scenario
    words = [plain(decision_title(scenario, name)).split() for name in shown]
    fields = [
        Field(tr("technology"), shown, left=True),
        Field(tr("in some"), counts),
        Field(
            tr("in every plan with"), [_condition(always.get(name)) for name in shown], left=True
        ),
        Field(tr("in none with"), [_condition(never.get(name)) for name in shown], left=True),
    ]
    if any(words):
        fields.append(Field(tr("title"), words, words=True))
    for table in tables(fields, width, keys=1):
        yield table
        yield ""
    if more := len(own.open) - len(shown):
        yield Text(trn("{number} more in some plans", "{number} more in some plans", more))
        yield ""


def _condition(rule: Rule | None) -> str:
    return "" if rule is None else plain(rule.condition)


def _rules(found: Decided) -> Iterator[RenderableType]:
    """Those about technologies: those about limits stand beside each."""
    chosen = [rule for rule in found.rules if not rule.objective][:_RULES]
    if not chosen:
        return
    yield Text(
        tr("rules, each proven by a look at every plan:")
        if found.stated.claimed
        else tr("rules that hold for the plans counted, not proven:")
    )
    for rule in chosen:
        yield Text(
            trn(
                "  if {condition} then {conclusion} ({number} plan)",
                "  if {condition} then {conclusion} ({number} plans)",
                rule.plans,
                condition=plain(rule.condition),
                conclusion=plain(rule.conclusion),
            )
        )
    yield ""


def _questions(found: Decided) -> Iterator[RenderableType]:
    if found.next is None:
        return
    scenario = found.stated.result.scenario
    asked = found.next
    statement = asked.answers[0].statement
    yield Text(
        tr(
            "most telling question: {technology}?",
            technology=plain(titled_words(scenario, statement.text, "")),
        )
        if asked.kind == "with"
        else tr("most telling question:"),
        style="bold",
    )
    yield Text(_answer_words(asked))
    others = [next((q for q in found.questions[1:] if q.kind == kind), None) for kind in _KINDS]
    shown = [question for question in others if question and question.kind != asked.kind]
    for question in shown[:_OTHERS]:
        yield Text(tr("or: {answers}", answers=_answer_words(question).strip()))
    yield ""


_KINDS = ("with", "where", "order")


def _answer_words(question: Question) -> str:
    said = [
        trn(
            "{option} leaves {number} plan",
            "{option} leaves {number} plans",
            answer.left,
            option=plain(answer.statement.option),
        )
        for answer in question.answers
    ]
    return "  " + listed(said)


def step(stated: Stated, found: Step, /, *, width: int | None = None) -> Iterator[RenderableType]:
    """The points of a step, and what stays reachable from each."""
    yield from title(stated.result)
    yield Text(
        tr("the plan that was reached:")
        if found.done
        else tr("step {step} of {steps}: choose a point", step=found.at, steps=found.steps),
        style="bold",
    )
    yield ""
    for table in tables(_point_fields(stated, found), width, keys=1):
        yield table
        yield ""
    yield Text(tr("every plan that stays reachable is at least as good as its point in everything"))
    if not found.done:
        yield Text(
            tr("go on: --step {state}/N, N the point", state=plain(found.state)), style="bold"
        )
    for note in stated_notes(stated):
        yield Text(tr("note: {note}", note=plain(note)))


def _point_fields(stated: Stated, found: Step) -> list[Field]:
    front, points = stated.front, found.points
    fields = [Field(tr("point"), [str(point.id) for point in points])]
    for j, head in enumerate(headings(front.columns)):
        values = [point.objectives[j] for point in points]
        low, high = ([point.reachable[j][end] for point in points] for end in (0, 1))
        texts = readable_columns([[*values, *low, *high]])[0]
        k = len(points)
        fields.append(measured(head, texts[:k]))
        ends = zip(texts[k : 2 * k], texts[2 * k :], strict=True)
        reach = [tr("{low} to {high}", low=a, high=b) for a, b in ends]
        fields.append(measured(head, reach, what=tr("reachable")))
    counts = [
        front.ids[point.plans[0]] if len(point.plans) == 1 else str(len(point.plans))
        for point in points
    ]
    return [*fields, Field(tr("plans"), counts)]
