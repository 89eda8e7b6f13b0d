"""Certificate and key: what `cartflow serve` makes of them before it starts."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import trustme
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from cartflow.runtime.errors import UsageError
from cartflow.runtime.http.tls import check_pair

from ...certificates import Certificate, issue

OF_VERSION_1 = """\
-----BEGIN CERTIFICATE-----
MIIBJDCBywIUMN9UaVakHoe1CoU0TT2gcPsj3B0wCgYIKoZIzj0EAwIwFDESMBAG
A1UEAwwJbG9jYWxob3N0MCAXDTI2MTEyMTE1MjIzM1oYDzIxMjYxMDI4MTUyMjMz
WjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNC
AARfc6oH15NxiULkSE2pAvKFV7iiBor0H1A3CyMZnR7g2Sv5aYesrDvKChvs0ASG
tNRvGEhYTsoCNWFt4CAOUsmJMAoGCCqGSM49BAMCA0gAMEUCIBOORlJa9R0mG7AP
oEVUM5U5B4cYyiKGEdAUKamrmLkVAiEAjHWPvvPTczHg9ITVZODBO8ZCczXqrbyN
5nbVQJ4uuf0=
-----END CERTIFICATE-----
"""  # as `openssl x509 -req -signkey` makes them


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    return issue(tmp_path_factory.mktemp("pair"))


def refused(certificate: Path, key: Path) -> str:
    with pytest.raises(UsageError) as caught:
        check_pair(certificate, key)
    return str(caught.value)


def test_a_certificate_and_its_key_are_taken(pair: Certificate) -> None:
    check_pair(pair.chain, pair.key)


def test_both_may_stand_in_one_file(pair: Certificate, tmp_path: Path) -> None:
    both = tmp_path / "both.pem"
    both.write_bytes(pair.chain.read_bytes() + pair.key.read_bytes())

    check_pair(both, both)


def test_a_file_that_is_missing_is_named(pair: Certificate, tmp_path: Path) -> None:
    missing = tmp_path / "missing.pem"

    assert refused(missing, pair.key) == (
        f"the certificate '{missing}' cannot be read: No such file or directory;"
        " give a file with '--certificate' that this user may read"
    )


def test_a_folder_is_no_key(pair: Certificate, tmp_path: Path) -> None:
    assert f"the key '{tmp_path}' cannot be read: Is a directory" in refused(pair.chain, tmp_path)


def test_a_key_is_no_certificate(pair: Certificate) -> None:
    assert refused(pair.key, pair.key) == (
        f"the certificate '{pair.key}' is none;"
        " expected a PEM file with '-----BEGIN CERTIFICATE-----'"
    )


def test_a_certificate_is_no_key(pair: Certificate) -> None:
    said = refused(pair.chain, pair.chain)

    assert said == f"the key '{pair.chain}' is none; expected a PEM file with 'PRIVATE KEY-----'"


@pytest.mark.parametrize("key_type", trustme.KeyType, ids=lambda kind: kind.name)
def test_a_key_of_another_certificate_is_refused(
    pair: Certificate, tmp_path: Path, key_type: trustme.KeyType
) -> None:
    other = issue(tmp_path, key_type)

    assert refused(pair.chain, other.key) == (
        f"the certificate '{pair.chain}' and the key '{other.key}' do not belong together;"
        " the first certificate has to be that of the key"
    )


def test_a_key_with_a_passphrase_is_refused_without_asking_for_it(
    pair: Certificate, tmp_path: Path
) -> None:
    key = load_pem_private_key(pair.key.read_bytes(), None)
    locked = tmp_path / "locked.pem"
    sealing = BestAvailableEncryption(b"secret")
    locked.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, sealing))

    assert f"the key '{locked}' has a passphrase" in refused(pair.chain, locked)


def test_what_is_in_a_broken_key_is_not_told(pair: Certificate, tmp_path: Path) -> None:
    lines = pair.key.read_text().splitlines()
    broken = tmp_path / "broken.pem"
    broken.write_text("\n".join([lines[0], lines[1][:20], *lines[2:]]))

    said = refused(pair.chain, broken)

    assert re.search(r"cannot be used \(.+\); make them again", said)
    assert lines[1][:20] not in said


def test_a_certificate_of_version_1_is_refused(pair: Certificate, tmp_path: Path) -> None:
    old = tmp_path / "old.pem"
    old.write_text(OF_VERSION_1)

    assert refused(old, pair.key) == (
        f"the certificate '{old}' is of an old version; expected version 3,"
        " which those with a subjectAltName have"
    )


def test_a_kind_of_key_that_the_server_does_not_know_is_refused(tmp_path: Path) -> None:
    key = ec.generate_private_key(ec.SECP521R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    start = datetime(2026, 1, 1, tzinfo=UTC)
    found = x509.CertificateBuilder(name, name, key.public_key(), 1, start, start + timedelta(1))
    signed = found.sign(key, SHA256())
    certificate, secret = tmp_path / "certificate.pem", tmp_path / "key.pem"
    certificate.write_bytes(signed.public_bytes(Encoding.PEM))
    secret.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))

    assert refused(certificate, secret) == (
        f"the key of the certificate '{certificate}' is of a kind that the server cannot sign with;"
        " expected one of RSA, ECDSA with P-256, ECDSA with P-384, Ed25519"
    )
