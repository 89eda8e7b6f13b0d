"""The certificate that a server shows, and its private key: looked at before anything starts."""

from __future__ import annotations

import ssl
from pathlib import Path
from typing import Final

from ..errors import UsageError

_FILES: Final = {
    "certificate": "-----BEGIN CERTIFICATE-----",
    "key": "PRIVATE KEY-----",
}
"""What a file of each kind has to contain."""

_STRANGERS: Final = ("KEY_VALUES_MISMATCH", "KEY_TYPE_MISMATCH", "NO_CERTIFICATE_ASSIGNED")
"""What OpenSSL says of a key that is another one's; the last, if it is of another type too."""


def check_pair(certificate: Path, key: Path) -> None:
    """Refuse a certificate and a key that nobody can be answered with.

    Args:
        certificate: A PEM file: the certificate, then those between it and the authority.
        key: A PEM file: the private key of the first certificate.

    Raises:
        UsageError: A file cannot be read or holds something else, the key has a passphrase, or the
            two do not belong together. No message shows what is in a file.
    """
    for kind, file in (("certificate", certificate), ("key", key)):
        _check_file(kind, file)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)

    def refuse_passphrase() -> str:
        message = (
            f"the key {str(key)!r} has a passphrase; give a key without one, in a file that"
            " nobody else can read"
        )
        raise UsageError(message)

    try:
        context.load_cert_chain(certificate, key, refuse_passphrase)
    except ssl.SSLError as error:
        if error.reason in _STRANGERS:
            problem = "do not belong together; the first certificate has to be that of the key"
        else:
            problem = f"cannot be used ({error.reason or 'no reason given'}); make them again"
        message = f"the certificate {str(certificate)!r} and the key {str(key)!r} {problem}"
        raise UsageError(message) from error


def _check_file(kind: str, file: Path) -> None:
    try:
        text = file.read_text("ascii", errors="replace")
    except OSError as error:
        message = (
            f"the {kind} {str(file)!r} cannot be read: {error.strerror};"
            f" give a file with '--{kind}' that this user may read"
        )
        raise UsageError(message) from error
    if _FILES[kind] not in text:
        message = f"the {kind} {str(file)!r} is none; expected a PEM file with {_FILES[kind]!r}"
        raise UsageError(message)
