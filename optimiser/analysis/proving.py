"""The certificate of a result, checked from the scenario and the plans alone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from optimiser.analysis.verification import Finding
from optimiser.certificate import CertificateError
from optimiser.errors import UsageError
from optimiser.study import certify, check_certificate, is_result, read_certificate

if TYPE_CHECKING:
    from optimiser.certificate import Checked
    from optimiser.study import Result

__all__ = ["prove"]


def prove(result: Result, path: str, findings: Sequence[Finding], /) -> tuple[Checked | None, tuple[Finding, ...]]:
    """Check the certificate of a result.

    Args:
        result: as loaded or solved.
        path: where it is saved; the certificate of a scenario solved now is written first.
        findings: what does not hold of the plans; while there is anything, completeness is no question.

    Returns:
        What was checked, None where it proves nothing; and the findings, why it does not among them.
    """
    if findings:
        return None, tuple(findings)
    try:
        found = result if is_result(path) else certify(result)
        content = read_certificate(path) if found is result else found.certificate
        if content is None:
            return None, (Finding("", found.front.proof.note),)
        return check_certificate(result, content), ()
    except (CertificateError, UsageError) as error:
        return None, (Finding("", error.message),)
