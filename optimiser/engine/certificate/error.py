"""What a certificate that does not hold raises."""

from __future__ import annotations

from optimiser.errors import GateError
from optimiser.language import tr

__all__ = ["CertificateError"]


class CertificateError(GateError):
    """The certificate is damaged, belongs to something else, or does not prove what it claims; the
    message says which. Whichever it is, a new one is the way out.
    """

    def __init__(self, message: str, *, help: str = "") -> None:
        super().__init__(message, help=help or tr("write it again with `certify`"))
