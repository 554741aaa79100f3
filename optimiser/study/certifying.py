"""Certificates of results: written beside them, and found there again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from optimiser import engine, interrupts, paths
from optimiser.engine.certificate import CertificateError
from optimiser.engine.standing import rebuilt
from optimiser.errors import UsageError
from optimiser.language import stored, tr
from optimiser.results.places import CERTIFICATE_FILE

if TYPE_CHECKING:
    from optimiser.engine import Progress
    from optimiser.engine.certificate import Checked
    from optimiser.engine.certificate.continuous import CheckedListing
    from optimiser.engine.problem import Point, Problem
    from optimiser.front import Proof
    from optimiser.results import Result

__all__ = ["certify", "check_certificate", "read_certificate"]


def certify(
    result: Result,
    /,
    *,
    seconds: float | None = None,
    workers: int = 2,
    on_progress: Callable[[Progress], None] | None = None,
) -> Result:
    """The result with its certificate, the proof that it lacks no plan; or with a note in its proof
    line why there is none.

    Args:
        result: as solved.
        seconds: the longest that it may take, give or take a box; None is no limit.
        workers: threads that may be used; the certificate is the same with any number.
        on_progress: told what takes a while.

    Raises:
        CertificateError: a plan is missing after all, or a listed one should not be there.
    """
    try:
        if interrupts.noted():
            raise KeyboardInterrupt
        with interrupts.raising():
            written = engine.certify(
                *_claimed(result),
                scenario_hash=result.scenario.scenario_hash,
                seconds=seconds,
                workers=workers,
                on_progress=on_progress,
            )
    except KeyboardInterrupt:  # the plans are there, and worth more than their proof
        written = engine.Written(None, stored("no certificate: interrupted"))
    proof = result.front.proof
    note = f"{proof.note}; {written.note}" if proof.note else written.note
    front = replace(result.front, proof=replace(proof, note=note))
    return replace(result, front=front, certificate=written.content)


def check_certificate(result: Result, content: bytes, /) -> Checked | CheckedListing:
    """Check the certificate of a result against its scenario and its plans; nothing else in it is
    believed.

    Raises:
        UsageError: nothing can be certified about such a scenario.
        CertificateError: it does not hold, and why.
    """
    scenario_hash = result.scenario.scenario_hash
    return engine.check_certificate(*_claimed(result), content, scenario_hash=scenario_hash)


def read_certificate(path: str | Path, /) -> bytes:
    """The certificate beside a saved result.

    Args:
        path: the result folder, or its ``result.json``.

    Raises:
        CertificateError: there is none.
    """
    place = Path(path)
    file = (place if paths.is_folder(place) else place.parent) / CERTIFICATE_FILE
    try:
        return paths.content(file)
    except (OSError, UsageError) as error:
        why = error.message if isinstance(error, UsageError) else f"{file}: {paths.reason(error)}"
        raise CertificateError(
            tr("there is no certificate to read: {reason}", reason=why),
            help=tr("run the scenario again with --certificate"),
        ) from None


def _claimed(result: Result) -> tuple[Problem, tuple[Point, ...], Proof]:
    """What a result claims, from its scenario, its decisions and what they stand on.

    Raises:
        CertificateError: what a plan stands on does not make it.
    """
    front, problem = result.front, result.problem
    stands = front.stands or (None,) * len(front)
    try:
        plans = tuple(
            rebuilt(problem, x, stand)
            for x, stand in zip(result.decisions().tolist(), stands, strict=True)
        )
    except ValueError as error:
        raise CertificateError(
            tr("the rows that a plan stands on do not make it: {reason}", reason=error)
        ) from None
    return problem, plans, front.proof
