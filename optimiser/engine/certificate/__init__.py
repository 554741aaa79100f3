"""Certificates: proof that a list of points is complete, written down so that anyone can check it.

A list of feasible, mutually non-dominated points with whole-number coordinates is complete exactly
when for every local upper bound u of the list no plan has f(x) <= u - 1 in every objective. A
certificate refutes a set of such boxes; the checker recomputes the local upper bounds from the
points and asks that each lies in a refuted box. It shares nothing with the solvers but the problem.
"""

from optimiser.engine.certificate.bounds import UNBOUNDED, local_upper_bounds
from optimiser.engine.certificate.checking import Checked, check, check_points
from optimiser.engine.certificate.claim import Claim, claim_of
from optimiser.engine.certificate.error import CertificateError
from optimiser.engine.certificate.refuted_boxes import Refutation
from optimiser.engine.certificate.sealing import format_of
from optimiser.engine.certificate.system import System, system_of, uncertifiable
from optimiser.engine.certificate.writing import certificate_bytes

__all__ = [
    "UNBOUNDED",
    "CertificateError",
    "Checked",
    "Claim",
    "Refutation",
    "System",
    "certificate_bytes",
    "check",
    "check_points",
    "claim_of",
    "format_of",
    "local_upper_bounds",
    "system_of",
    "uncertifiable",
]
