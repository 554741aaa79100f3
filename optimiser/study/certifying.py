"""Certificates of results: written beside them, and found there again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from optimiser.engine import Budget
from optimiser.engine.certificate import (
    CertificateError,
    Checked,
    Refutation,
    certificate_bytes,
    check,
    claim_of,
    local_upper_bounds,
    uncertifiable,
)
from optimiser.engine.certificate.continuous import (
    FORMAT,
    CheckedListing,
    check_listing,
    unlistable,
)
from optimiser.engine.certificate.sealing import format_of
from optimiser.results.places import CERTIFICATE_FILE

if TYPE_CHECKING:
    from optimiser.engine import Progress
    from optimiser.engine.exact.refuting import RefutingTree
    from optimiser.engine.problem import Problem
    from optimiser.front import Floats
    from optimiser.results import Result

__all__ = ["certify", "check_certificate", "read_certificate"]

_LATE = "the time limit came before every {} was refuted"


def certify(
    result: Result,
    /,
    *,
    seconds: float | None = None,
    on_progress: Callable[[Progress], None] | None = None,
) -> Result:
    """The result with its certificate, the proof that it lacks no plan; or with a note in its proof
    line why there is none.

    Args:
        result: as solved.
        seconds: the longest that it may take, give or take a box; None is no limit.
        on_progress: told what takes a while.

    Raises:
        CertificateError: a plan is missing after all, or a listed one should not be there.
    """
    if result.front.proof.status != "complete":
        return _without(result, "the list is not proven complete")
    problem = result.problem
    reason = _uncertifiable(problem, result)
    if reason is not None:
        return _without(result, reason)
    from optimiser.engine.exact.refuting import MissingPlanError, NotRefutedError

    budget = Budget(seconds, on_progress=on_progress)
    late = _LATE.format("box" if uncertifiable(problem) is None else "region")
    if budget.exhausted() is not None:
        return _without(result, late)
    try:
        content, words = _written(result, problem, budget)
    except MissingPlanError as error:
        raise CertificateError(
            str(error), help="this is a bug of the solver: please report it"
        ) from None
    except NotRefutedError as error:
        return _without(result, str(error) if budget.exhausted() is None else late)
    except KeyboardInterrupt:
        return _without(
            result, "interrupted"
        )  # the plans are there, and worth more than their proof
    return replace(_noted(result, words), certificate=content)


def check_certificate(result: Result, content: bytes, /) -> Checked | CheckedListing:
    """Check the certificate of a result against its scenario and its plans; nothing else in it is
    believed.

    Raises:
        UsageError: nothing can be certified about such a scenario.
        CertificateError: it does not hold, and why.
    """
    problem = result.problem
    reason = uncertifiable(problem)
    if (
        format_of(content) != FORMAT
        if reason is None
        else problem.discrete and unlistable(problem, len(result.front)) is not None
    ):
        return check(
            problem, result.decisions(), content, scenario_hash=result.scenario.scenario_hash
        )
    from optimiser.study.certifying_continuous import listed

    return check_listing(listed(result, problem), content)


def read_certificate(path: str | Path, /) -> bytes:
    """The certificate beside a saved result.

    Args:
        path: the result folder, or its ``result.json``.

    Raises:
        CertificateError: there is none.
    """
    place = Path(path)
    file = (place if place.is_dir() else place.parent) / CERTIFICATE_FILE
    try:
        return file.read_bytes()
    except OSError as error:
        wanted = "run the scenario again with --certificate"
        raise CertificateError(
            f"there is no certificate to read: {file}: {error.strerror}", help=wanted
        ) from None


def _uncertifiable(problem: Problem, result: Result) -> str | None:
    """Why there can be no certificate of either kind; None where there can."""
    reason = uncertifiable(problem)
    if reason is None:
        return None
    other = unlistable(problem, len(result.front))
    return None if other is None else reason if problem.discrete else other


def _written(result: Result, problem: Problem, budget: Budget) -> tuple[bytes, str]:
    """The certificate, of points in whole numbers where it can be, and what it is in words."""
    from optimiser.engine.exact.refuting import MissingPlanError, NotRefutedError

    if uncertifiable(problem) is None:
        try:
            return _points(result, problem, result.decisions(), budget)
        except MissingPlanError:
            raise
        except NotRefutedError:
            # numbers too wide for its search are none for exact fractions
            if budget.exhausted() is not None or unlistable(problem, len(result.front)) is not None:
                raise
    from optimiser.study.certifying_continuous import listed, listing_certificate

    content, count = listing_certificate(listed(result, problem), budget)
    return content, f"certificate of {count} refuted {'region' if count == 1 else 'regions'}"


def _points(result: Result, problem: Problem, x: Floats, budget: Budget) -> tuple[bytes, str]:
    """The certificate of a finite list in whole numbers, and what it is in words."""
    from optimiser.engine.exact.refuting import refute

    claim = claim_of(problem, x, scenario_hash=result.scenario.scenario_hash)
    boxes = local_upper_bounds(claim.points)
    if not _compiled_before():
        budget.announce("compiling the search for refutations, once: about half a minute")
    trees = refute(
        claim.system,
        boxes,
        on_progress=lambda done: done < len(boxes) and budget.exhausted() is not None,
    )
    content = certificate_bytes(claim, _refutations(trees))
    return content, f"certificate of {len(boxes)} refuted {'box' if len(boxes) == 1 else 'boxes'}"


def _refutations(trees: Iterator[RefutingTree]) -> Iterator[Refutation]:
    for t in trees:
        yield Refutation(t.boxes, t.columns, t.values, t.counts, t.sizes, t.rows, t.multipliers)


def _compiled_before() -> bool:
    """Whether an earlier process has compiled what refutes: it is kept beside the exact engine."""
    from optimiser.engine.exact.kernel.cache import directory

    return any(directory().rglob("search.search-*.nbc"))


def _without(result: Result, reason: str) -> Result:
    return replace(_noted(result, f"no certificate: {reason}"), certificate=None)


def _noted(result: Result, words: str) -> Result:
    proof = result.front.proof
    note = f"{proof.note}; {words}" if proof.note else words
    return replace(result, front=replace(result.front, proof=replace(proof, note=note)))
