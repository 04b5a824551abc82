"""Files of certificates, keys and passwords: what is wrong with one, in a sentence that shows none.

Each function returns nothing for a file that is right. No sentence repeats what a file holds.
"""

import ssl
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from cryptography import x509

_NOT_FOR_OTHERS: Final = 0o037
"""What may not be set of a secret's mode. Its group may read it: so an orchestrator mounts one."""
_UNREADABLE: Final = "names a file that is missing or cannot be read"
_OPEN: Final = "names a file that others can read: set its mode to 0600"
_NOT_A_PAIR: Final = "names a key that is not the certificate's, or is under a password of its own"


class FileUnusable(OSError):
    """A certificate, key or password file cannot be read any more, or holds none."""


def secret_fault(path: Path, closed: int = _NOT_FOR_OTHERS) -> str | None:
    """Say what is wrong with a file that nobody else may read; ``closed`` are bits of its mode."""
    try:
        mode = path.stat().st_mode
        with path.open("rb"):
            pass
    except OSError:
        return _UNREADABLE
    return _OPEN if mode & closed else None


def password_fault(path: Path) -> str | None:
    """Say what is wrong with a file that holds one password, on its first line."""
    if fault := secret_fault(path):
        return fault
    try:
        there = bool(read_password(path))
    except ValueError:
        there = False
    return None if there else "names a file without a password on its first line"


def read_password(path: Path) -> str:
    """Return a file's first line; raises OSError, and ValueError where it is no text."""
    return next(iter(path.read_text(encoding="utf-8").splitlines()), "")


def authority_fault(path: Path) -> str | None:
    """Say what is wrong with a file of authorities: one that holds now is enough."""
    return _fault_of_all(path, every=False)


def certificate_fault(path: Path) -> str | None:
    """Say what is wrong with a file of a certificate and its chain: all of them must hold now."""
    return _fault_of_all(path, every=True)


def _fault_of_all(path: Path, *, every: bool) -> str | None:
    try:
        found = x509.load_pem_x509_certificates(path.read_bytes())
    except OSError:
        return _UNREADABLE
    except ValueError:
        return "names a file that holds no certificate in PEM form"
    faults = [_fault_of(one) for one in found]
    return None if not every and None in faults else next(filter(None, faults), None)


def _fault_of(certificate: x509.Certificate) -> str | None:
    now = datetime.now(UTC)
    if certificate.not_valid_after_utc <= now:
        return "names a certificate that has expired: have a new one issued"
    if now < certificate.not_valid_before_utc:
        return "names a certificate that does not hold yet: look at this machine's clock"
    return None


def key_fault(certificate: Path, key: Path) -> str | None:
    """Say what is wrong with the key of a certificate that is right itself."""
    if fault := secret_fault(key):
        return fault
    try:  # with no password, so that nobody is asked for one at a terminal
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_cert_chain(
            certificate, key, password=lambda: ""
        )
    except (ssl.SSLError, ValueError):
        return _NOT_A_PAIR
    except OSError:
        return _UNREADABLE
    return None
