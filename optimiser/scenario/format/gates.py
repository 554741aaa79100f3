"""Gates: how much worse a new front may be, as ``METRIC:THRESHOLD``."""

from __future__ import annotations

from decimal import Decimal
from typing import Final, Literal

from optimiser.frozen import dataclass
from optimiser.language import listed, tr
from optimiser.patterns import pattern

__all__ = ["METRICS", "Gate", "parse_gate"]

METRICS: Final = (
    "best.<objective>",
    "hypervolume",
    "epsilon",
    "lost-plans",
    "plan.<reference>",
    "top",
)

_THRESHOLD: Final = pattern(r"([0-9]+(?:\.[0-9]*)?|\.[0-9]+)((?:[eE][-+]?[0-9]{1,3})?)(%?)")


@dataclass(frozen=True)
class Gate:
    """A metric, what it speaks of, and what is tolerated.

    ``metric`` is best, hypervolume, epsilon, lost-plans, plan or top; ``subject`` the objective of
    best, the reference plan of plan, else empty. Numeric metrics have a ``threshold``, a share of
    the base value where ``relative``; plan and top have an ``event``: dominated, infeasible or
    changed.
    """

    text: str
    metric: Literal["best", "hypervolume", "epsilon", "lost-plans", "plan", "top"]
    subject: str = ""
    threshold: Decimal | None = None
    relative: bool = False
    event: str = ""


def parse_gate(text: str, /) -> Gate:
    """Read a gate.

    Raises:
        ValueError: the text is no gate; the message says what was expected.
    """
    name, colon, limit = (part.strip() for part in text.partition(":"))
    if not colon or not name or not limit:
        raise ValueError(tr("a metric and a threshold are needed, with a colon between them"))
    metric, dot, subject = name.partition(".")
    if metric == "best" and not subject:
        raise ValueError(tr("'best' needs the name of an objective: best.<objective>"))
    if metric == "plan" and not subject:
        raise ValueError(tr("'plan' needs the name of a reference plan: plan.<reference>"))
    if metric == "plan":
        return Gate(text, "plan", subject, event=_event(limit, ("dominated", "infeasible")))
    if metric == "top" and not dot:
        return Gate(text, "top", event=_event(limit, ("changed",)))
    if metric == "best" or name in ("hypervolume", "epsilon", "lost-plans"):
        threshold, relative = _threshold(limit)
        return Gate(
            text,
            metric,  # type: ignore[arg-type]  # one of METRICS, as tested before
            subject,
            threshold,
            relative,
        )
    raise ValueError(
        tr("unknown metric '{name}'; known: {metrics}", name=name, metrics=listed(METRICS))
    )


def _event(text: str, allowed: tuple[str, ...]) -> str:
    if text not in allowed:
        raise ValueError(
            tr(
                "expected {events} behind the colon, got '{text}'",
                events=listed(allowed, last="or"),
                text=text,
            )
        )
    return text


def _threshold(text: str) -> tuple[Decimal, bool]:
    if text.startswith(("+", "-")):
        raise ValueError(tr("a threshold has no sign: it says how much worse is tolerated"))
    match = _THRESHOLD.fullmatch(text)
    if not match:
        raise ValueError(tr("'{text}' is no threshold; write a number or a percentage", text=text))
    value = Decimal(match[1] + match[2])
    return (value / 100, True) if match[3] else (value, False)
