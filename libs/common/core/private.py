"""Keeps the files of our own to the account that runs us: folders of mode 0700, files of 0600.

They hold children's particulars, the audit's keys and the demo issuer's.
"""

import os
import tempfile
from fnmatch import fnmatch
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

PATTERNS: Final = (
    "*.db", "*.db-journal", "*.db-shm", "*.db-wal", "*.heads", "*.key", "*.log", "*.part", "*.pid",
    "*.properties", "county-loaded.json", "demo-jwks.json", "demo-key.pem", "env", "lock",
    "mock-kafka.address", "real.lock", "reconcile-*.json", "*.before-restore-*",
    ".demo-*", "kafka", "postgres", "real", "wheel",
)  # fmt: skip
"""The names of what is made in a folder of ours."""
PASSED_THROUGH: Final = 0o711
"""The mode of a folder that PostgreSQL's own account passes through and sees nothing of."""

_UMASK: Final = 0o077


def keep_private(folder: Path) -> None:
    """Have what is made from now on be readable by our account alone, and what is in `folder`.

    A version before made files that others can read. What bears no name of ours is left as it is,
    and so is a folder in which there is such a thing: `VAR_DIR` may name one that is not ours.
    """
    os.umask(_UMASK)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        found = list(folder.iterdir())
    except OSError as error:
        raise SystemExit(
            f"VAR_DIR cannot be used as a folder ({error.strerror}): name one that this account may"
            " write to."
        ) from None
    ours = [path for path in found if any(fnmatch(path.name, name) for name in PATTERNS)]
    for path in ours:
        _tighten(path)
    if len(ours) == len(found):
        _tighten(folder)


def written_beside(path: Path, content: bytes) -> Path:
    """Write a new file of mode 0600 next to `path`, whole and synced, and return its own path."""
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(descriptor)
    return Path(name)


def key_for(secret: bytes, purpose: str) -> bytes:
    """Return 32 bytes for one purpose, which do not lead back to the secret or to another's."""
    return HKDF(SHA256(), 32, salt=None, info=f"sssen {purpose}".encode()).derive(secret)


def make_once(path: Path, content: bytes) -> None:
    """Write a file of mode 0600 that is not there yet; of several makers at once, one wins."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = written_beside(path, content)
    try:
        path.hardlink_to(fresh)
    except FileExistsError:
        return
    finally:
        fresh.unlink()


def _tighten(path: Path) -> None:
    about = path.lstat()
    is_link = path.is_symlink()
    if is_link or about.st_uid != os.geteuid() or about.st_mode & 0o777 == PASSED_THROUGH:
        return
    if about.st_mode & _UMASK:
        path.chmod(about.st_mode & 0o700)
