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

_END: Final = "-----END CERTIFICATE-----"

_VERSION_3: Final = bytes.fromhex("a003020102")
"""What a certificate begins with; older ones leave it out."""

_KINDS: Final = {
    "RSA": bytes.fromhex("2a864886f70d010101"),
    "ECDSA with P-256": bytes.fromhex("2a8648ce3d030107"),
    "ECDSA with P-384": bytes.fromhex("2b81040022"),
    "Ed25519": bytes.fromhex("2b6570"),
}
"""The kinds of keys that the server signs with, and how certificates name them."""

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
    _check_kind(certificate, _text_of("certificate", certificate))
    _text_of("key", key)
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


def _text_of(kind: str, file: Path) -> str:
    """Return what is in a file, if that may be what it should be."""
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
    return text


def _check_kind(file: Path, text: str) -> None:
    """Refuse a certificate that OpenSSL takes, but not the library that the server speaks TLS with.

    That one would end the workers once the server is said to answer.
    """
    first = "".join(text.partition(_FILES["certificate"])[1:]).partition(_END)
    try:
        encoded = ssl.PEM_cert_to_DER_cert("".join(first[:2]))
    except ValueError:
        return  # no certificate for OpenSSL, either
    if _VERSION_3 not in encoded[:16]:
        message = (
            f"the certificate {str(file)!r} is of an old version; expected version 3,"
            " which those with a subjectAltName have"
        )
        raise UsageError(message)
    if not any(kind in encoded for kind in _KINDS.values()):
        message = (
            f"the key of the certificate {str(file)!r} is of a kind that the server cannot sign"
            f" with; expected one of {', '.join(_KINDS)}"
        )
        raise UsageError(message)
