"""The certificate of a result, checked from the scenario and the plans alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from optimiser.analysis.contradictions import Finding
from optimiser.analysis.unchecked import MISSING
from optimiser.engine.certificate import CertificateError
from optimiser.engine.certificate.continuous import CheckedListing
from optimiser.errors import UsageError
from optimiser.language import retold, tr, trn
from optimiser.results.places import is_result
from optimiser.study import certify, check_certificate, read_certificate

if TYPE_CHECKING:
    from optimiser.analysis.verification import Verified
    from optimiser.engine.certificate import Checked
    from optimiser.results import Result

__all__ = ["prove"]


def prove(
    result: Result, path: str, verified: Verified, /
) -> tuple[Checked | CheckedListing | None, Verified]:
    """Check the certificate of a result.

    Args:
        result: as loaded, with its certificate where there is one, or as solved.
        path: where it is saved; the certificate of a scenario solved now is written first.
        verified: what was found of the plans; while something does not hold, completeness is no
            question.

    Returns:
        What was checked, None where it proves nothing; and the verification, why it does not among
        the findings.
    """
    if verified.findings:
        return None, verified
    try:
        found = result if is_result(path) else certify(result)
        content = found.certificate
        if content is None and found is result:
            content = read_certificate(path)  # which says why there is none
        if content is None:
            return None, verified.also(Finding("", retold(found.front.proof.note)))
        if found.front.proof.status != "complete":
            return None, verified.also(
                Finding(
                    "",
                    tr(
                        "a certificate is of a complete list, and this one is {status}",
                        status=found.front.proof.status,
                    ),
                )
            )
        checked = check_certificate(result, content)
    except (CertificateError, UsageError) as error:
        return None, verified.also(Finding("", error.message))
    return checked, verified.also(checked=_words(checked), settles=(*MISSING, "mixtures"))


def _words(checked: Checked | CheckedListing, /) -> str:
    if isinstance(checked, CheckedListing):
        if checked.segments:
            return trn(
                "complete: the one region in which a plan could be missing refuted, {leaves} "
                "leaves in exact arithmetic; all mixtures on its segments are plans",
                "complete: all {number} regions in which a plan could be missing refuted, "
                "{leaves} leaves in exact arithmetic; all mixtures on its segments are plans",
                checked.regions,
                leaves=checked.leaves,
            )
        return trn(
            "complete: the one region in which a plan could be missing refuted, {leaves} leaves "
            "in exact arithmetic",
            "complete: all {number} regions in which a plan could be missing refuted, {leaves} "
            "leaves in exact arithmetic",
            checked.regions,
            leaves=checked.leaves,
        )
    return trn(
        "complete: the one box in which a plan could be missing refuted, {leaves} leaves in whole "
        "numbers",
        "complete: all {number} boxes in which a plan could be missing refuted, {leaves} leaves in "
        "whole numbers",
        checked.bounds,
        leaves=checked.leaves,
    )
