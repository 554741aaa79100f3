"""What a certificate that does not hold raises."""

from __future__ import annotations

from optimiser.errors import GateError

__all__ = ["CertificateError"]


class CertificateError(GateError):
    """The certificate is damaged, belongs to something else, or does not prove what it claims; the
    message says which.
    """
