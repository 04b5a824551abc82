"""Where a page of a list begins: after the row with these values, in this order.

A cursor holds values of the columns that lists are sorted by, none of them personal, and ids. It
needs no signature: whatever is sent, a caller is shown only rows they may see.
"""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement

from libs.common.core.errors import Rejected, ValidationError


def written(sort: str, values: Sequence[Any]) -> str:
    """Return the cursor after a row with these values, in the order that is so called."""
    text = json.dumps([sort, *values], default=str, separators=(",", ":"))
    return urlsafe_b64encode(text.encode()).decode().rstrip("=")


def read(cursor: str, sort: str, keys: Sequence[ColumnElement[Any]]) -> list[Any]:
    """Return the values of a cursor; raises Rejected unless it is of a list in this order."""
    try:
        return _values(json.loads(urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))), sort, keys)
    except (ValueError, TypeError):
        detail = "is not a cursor of this list in this order; take the one of `next`"
        fault = ValidationError("cursor-not-valid", detail, parameter="cursor")
        raise Rejected(code="not-valid", errors=[fault]) from None


def _values(said: list[Any], sort: str, keys: Sequence[ColumnElement[Any]]) -> list[Any]:
    named, *values = said
    if named != sort:
        raise ValueError("of another order")
    return [_value(key, value) for key, value in zip(keys, values, strict=True)]


def _value(key: ColumnElement[Any], value: Any) -> Any:
    kind = key.type.python_type
    if kind is UUID:
        return UUID(value)
    if kind is date:
        return date.fromisoformat(value)
    if type(value) is not kind:
        raise ValueError("of another type")
    return value
