"""Pages of a list, in the order of its rows' ids.

A cursor is the id of the last row on a page, so pages neither repeat nor skip a row while others
are added. It needs no signature: whatever id is sent, a caller is shown only rows they may see.
"""

from collections.abc import Callable, Sequence
from typing import Annotated, Any, Final, Generic, TypeVar
from uuid import UUID

from fastapi import Query
from pydantic import BaseModel, BeforeValidator, Field
from pydantic_core import PydanticCustomError

from libs.common.core.fields import Identifier

PAGE_CAP: Final = 200
"""The most items on one page."""
PAGE_DEFAULT: Final = 50
"""How many items are on a page when the caller does not say."""

_LONGEST_NUMBER: Final = 9

T = TypeVar("T")


def _whole_number(value: Any) -> int:
    if isinstance(value, str) and value.isascii() and value.isdigit():
        return int(value[: _LONGEST_NUMBER + 1])
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    raise PydanticCustomError("int_type", "not a whole number")


PageSize = Annotated[int, Field(ge=1, le=PAGE_CAP), BeforeValidator(_whole_number)]
"""How many items a caller wants, 1 to 200; give the parameter the default `PAGE_DEFAULT`."""


Cursor = Annotated[Identifier | None, Query()]
"""Where the page begins: the `next` of the page before; without it, at the list's beginning."""


class Page(BaseModel, Generic[T]):
    """Some items of a list, and the cursor that asks for those after them; null at the end."""

    items: list[T]
    next: UUID | None = None


def page(items: Sequence[T], limit: int, id_of: Callable[[T], UUID]) -> Page[T]:
    """Return a page of up to ``limit`` items, given one more if the list goes on."""
    shown = list(items[:limit])
    return Page(items=shown, next=id_of(shown[-1]) if len(items) > limit else None)
