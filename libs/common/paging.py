"""Pages of a list, one after the other, by where the last one ended.

A cursor names the last row a caller saw, so pages neither repeat nor skip rows while others are
added. It is signed: nobody can make one up and start where they choose.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
from collections.abc import Sequence
from typing import Annotated, Any, Final, Generic, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError

from libs.common.errors import BadRequest, Fault

PAGE_CAP: Final = 200
"""The most items on one page."""
PAGE_DEFAULT: Final = 50
"""How many items are on a page when the caller does not say."""

_KEY_BYTES: Final = 32
_SEAL_BYTES: Final = 16
_LONGEST: Final = 2048
_LONGEST_NUMBER: Final = 9
_PURPOSE: Final = b"sssen cursor 1\0"

Position = tuple[str | int, ...]
"""The sort key of the last row on a page, as the listing orders it."""

T = TypeVar("T")


def _whole_number(value: Any) -> int:
    if isinstance(value, str) and value.isascii() and value.isdigit():
        return int(value[: _LONGEST_NUMBER + 1])
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    raise PydanticCustomError("int_type", "not a whole number")


PageSize = Annotated[int, Field(ge=1, le=PAGE_CAP), BeforeValidator(_whole_number)]
"""How many items a caller wants, 1 to 200; give the parameter the default `PAGE_DEFAULT`."""


class Page(BaseModel, Generic[T]):
    """Some items of a list in order, and the cursor that asks for those after them.

    `next` is null when the list ends here.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    items: tuple[T, ...]
    next: str | None = None


class Cursors:
    """Turns the place where a page ended into an opaque text, and back.

    Services that share a key accept one another's cursors; give each listing's own first element
    (its name, say) where that must not be.
    """

    def __init__(self, key: bytes) -> None:
        """Sign with `key`; fewer than 32 bytes raise ValueError."""
        if len(key) < _KEY_BYTES:
            message = f"a key for cursors has at least {_KEY_BYTES} bytes"
            raise ValueError(message)
        self._key = key

    def encode(self, position: Sequence[str | int]) -> str:
        """Return the cursor for a position: base64url, without padding."""
        place = json.dumps(list(position), separators=(",", ":")).encode()
        return base64.urlsafe_b64encode(self._seal(place) + place).rstrip(b"=").decode()

    def decode(self, text: str) -> Position:
        """Return the position a cursor stands for.

        Raises BadRequest with code "cursor-not-valid" for anything `encode` did not make.
        """
        sealed = _bytes_of(text)
        seal, place = sealed[:_SEAL_BYTES], sealed[_SEAL_BYTES:]
        if not hmac.compare_digest(seal, self._seal(place)):
            raise _not_valid()
        return tuple(json.loads(place))

    def _seal(self, place: bytes) -> bytes:
        return hmac.digest(self._key, _PURPOSE + place, hashlib.sha256)[:_SEAL_BYTES]


def _bytes_of(text: str) -> bytes:
    if len(text) > _LONGEST or not text.isascii():
        raise _not_valid()
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except binascii.Error:
        raise _not_valid() from None


def _not_valid() -> BadRequest:
    return BadRequest(
        code="cursor-not-valid",
        detail="This cursor was not given out here. Start from the first page.",
        faults=[Fault("cursor-not-valid", "was not given out here", parameter="cursor")],
    )
