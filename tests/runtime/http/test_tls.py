"""Certificate and key: what `cartflow serve` makes of them before it starts."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import trustme
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
    load_pem_private_key,
)

from cartflow.runtime.errors import UsageError
from cartflow.runtime.http.tls import check_pair

from ...certificates import Certificate, issue


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
