"""Whether a front claims as much as was asked for."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Literal

from optimiser.errors import ProofError
from optimiser.language import marked, tr

if TYPE_CHECKING:
    from optimiser.front import Front
    from optimiser.results.result import Result

__all__ = ["Required", "require", "shortfalls"]

Required = Literal["complete", "covering", "complete:numerical", "covering:numerical"]

_NUMERICAL = {
    "complete": marked("the front is complete numerically, not on exact ground as required"),
    "covering": marked("the front is covering numerically, not on exact ground as required"),
}
# what a front is, and what was asked for
_LESS = {
    ("covering", "complete"): marked("the front is covering, not complete as required"),
    ("approximate", "complete"): marked("the front is approximate, not complete as required"),
    ("approximate", "covering"): marked("the front is approximate, not covering as required"),
}


def require(front: Front, required: Required, /, *, gap: float | None = None) -> None:
    """Check a front against the proof that was asked for.

    Args:
        front: as found.
        required: ``complete``, or ``covering``, which a complete front is too; with ``:numerical``
            a claim that rests on the unconfirmed word of a floating-point solver will do.
        gap: the largest gap of a covering front that will do; None takes any, but there must be
            one.

    Raises:
        ProofError: it claims less.
    """
    wanted, _, numerical = required.partition(":")
    proof = front.proof
    if proof.status == "covering" and proof.gap is None:
        raise ProofError(
            tr("no gap is proven yet, so the front covers nothing as required"),
            help=_advice(proof.stopped),
        )
    if proof.status != "approximate" and not proof.proven and not numerical:
        raise ProofError(
            tr(_NUMERICAL[proof.status]),
            help=tr(
                "see why with -v, or take a floating-point solver's word: --require "
                "{wanted}:numerical",
                wanted=wanted,
            ),
        )
    if proof.status == "complete":
        return
    if wanted == "complete" or proof.status == "approximate":
        raise ProofError(tr(_LESS[proof.status, wanted]), help=_advice(proof.stopped))
    if gap is not None and proof.gap is not None and proof.gap > gap:
        raise ProofError(
            tr(
                "the front has a gap of {gap:g}, above the {most:g} required",
                gap=proof.gap,
                most=gap,
            ),
            help=_advice(proof.stopped),
        )


def shortfalls(
    results: Iterable[tuple[str, Result]], required: Required, /, *, gap: float | None = None
) -> tuple[ProofError, ...]:
    """What each of several results, given with their names, lacks of the proof that was asked
    for.
    """
    found = []
    for name, result in results:
        try:
            require(result.front, required, gap=gap)
        except ProofError as error:
            found.append(
                ProofError(tr("{label}: {words}", label=name, words=error.message), help=error.help)
            )
    return tuple(found)


def _advice(stopped: str | None, /) -> str:
    if stopped == "time_limit":
        return tr("give it a longer --time-limit")
    if stopped:
        return tr("let it run to its end")
    return tr("see why with -v, or choose another --method")
