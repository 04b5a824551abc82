"""An authority, and certificates of every kind of fault, as files."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import trustme
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

HERE = ("127.0.0.1", "localhost")


@dataclass(frozen=True)
class Paper:
    """A certificate with its key: two files, and both in one as Kafka reads them."""

    certificate: Path
    key: Path
    keystore: Path


class Papers:
    """The files of an authority in a folder."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self._ca = trustme.CA()
        self.authority = folder / "authority.pem"
        self._ca.cert_pem.write_to_path(self.authority)

    def for_server(self, *names: str, name: str = "broker") -> Paper:
        """Return what a server at these addresses has."""
        return self._written(self._ca.issue_cert(*(names or HERE), common_name=name), name)

    def for_client(self, name: str) -> Paper:
        """Return what a client of a name has."""
        # Java refuses one that has no alternative name at all.
        return self._written(self._ca.issue_cert(f"{name}.example", common_name=name), name)

    def expired(self) -> Paper:
        """Return what a server here has whose certificate ended yesterday."""
        yesterday = datetime.now(UTC) - timedelta(days=1)
        leaf = self._ca.issue_cert(
            *HERE, not_before=yesterday - timedelta(days=1), not_after=yesterday
        )
        return self._written(leaf, "expired")

    def _written(self, leaf: trustme.LeafCert, name: str) -> Paper:
        key = load_pem_private_key(leaf.private_key_pem.bytes(), None).private_bytes(
            Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()
        )
        chain = b"".join(blob.bytes() for blob in leaf.cert_chain_pems)
        return Paper(
            self._file(f"{name}.crt", chain),
            self._file(f"{name}.key", key),
            self._file(f"{name}.pem", key + chain),
        )

    def _file(self, name: str, contents: bytes) -> Path:
        file = self.folder / name
        file.write_bytes(contents)
        file.chmod(0o600)
        return file

    def password(self, name: str, word: str) -> Path:
        """Return a file that holds a password."""
        return self._file(f"{name}.password", f"{word}\n".encode())
