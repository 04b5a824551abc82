"""What a browser alone knows, and the words that are made from it, each for one purpose."""

import base64
import re
import secrets
from dataclasses import dataclass
from typing import Final, Self

from libs.common.core.private import key_for

_BYTES: Final = 32
_WORD: Final = re.compile(r"[A-Za-z0-9_-]{43}")


@dataclass(frozen=True, repr=False)
class Secret:
    """32 random bytes in a browser's cookie; what is made from them does not lead back to them."""

    value: bytes

    @classmethod
    def new(cls) -> Self:
        """Draw one."""
        return cls(secrets.token_bytes(_BYTES))

    @classmethod
    def read(cls, text: str | None) -> Self | None:
        """Read a cookie; None where it holds no secret."""
        if text is None or not _WORD.fullmatch(text):
            return None
        return cls(base64.urlsafe_b64decode(f"{text}="))

    @property
    def text(self) -> str:
        """The secret itself, as the cookie holds it."""
        return _word(self.value)

    def key(self, purpose: str) -> bytes:
        """Return 32 bytes for one purpose."""
        return key_for(self.value, purpose)

    def word(self, purpose: str) -> str:
        """Return 43 characters for one purpose, fit for an address or a form."""
        return _word(self.key(purpose))


def _word(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).decode().rstrip("=")
