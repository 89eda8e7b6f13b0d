"""Certificates for a server on this machine, of an authority that nobody else knows."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import trustme


class Certificate(NamedTuple):
    """Files of one certificate for `127.0.0.1` and `localhost`.

    Attributes:
        authority: What clients have to trust.
        chain: The certificate of the server.
        key: Its private key.
    """

    authority: Path
    chain: Path
    key: Path

    @property
    def options(self) -> list[str]:
        """The options of `cartflow serve`."""
        return ["--certificate", str(self.chain), "--key", str(self.key)]


def issue(folder: Path, key_type: trustme.KeyType = trustme.KeyType.ECDSA) -> Certificate:
    """Write a new authority and a certificate of it into a folder."""
    authority = trustme.CA()
    server = authority.issue_cert("127.0.0.1", "localhost", key_type=key_type)
    found = Certificate(*(folder / f"{name}.pem" for name in ("authority", "chain", "key")))
    authority.cert_pem.write_to_path(found.authority)
    for blob in server.cert_chain_pems:
        blob.write_to_path(found.chain, append=True)
    server.private_key_pem.write_to_path(found.key)
    return found
