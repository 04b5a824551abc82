"""Reads the register's files: Windows-1252 or UTF-8, columns by name, codes padded or not."""

from collections.abc import Collection, Mapping
from datetime import date, datetime
from typing import Final, TypeVar

from pydantic import BaseModel, TypeAdapter
from pydantic import ValidationError as PydanticError

from libs.common.core.errors import Rejected, ValidationError
from libs.common.core.fields import Text

NEITHER: Final = "\N{REPLACEMENT CHARACTER}"
"""What stands for a byte that is neither UTF-8 nor Windows-1252."""
MOST_READ: Final = 200
"""How many characters of a cell are read; what a name has beyond them is cut off."""

READABLE: Final[TypeAdapter[str]] = TypeAdapter(Text)
Line = Mapping[str, str | None]
R = TypeVar("R", bound=BaseModel)


def check_columns(needed: Collection[str], names: Collection[str]) -> None:
    """Refuse a file without the columns that it has to have."""
    missing = [name for name in needed if name not in names]
    if missing:
        errors = [
            ValidationError("missing-column", "The column is missing.", parameter=n)
            for n in missing
        ]
        raise Rejected(code="columns-not-valid", errors=errors)


def named(line: Line, name: str, errors: list[ValidationError]) -> str:
    """Read a name of at most 200 characters."""
    text = (line[name] or "").strip()[:MOST_READ]
    try:
        return READABLE.validate_python(text.replace(NEITHER, "\0"))
    except PydanticError:
        errors.append(
            ValidationError("not-readable", "The cell does not hold readable text.", f"/{name}")
        )
        return ""


def whole(
    line: Line,
    name: str,
    errors: list[ValidationError],
    *,
    needed: bool = True,
    most: int = 999_999_999,
) -> int | None:
    """Read a code or number; the register pads some codes, so that "2" and "02" are the same."""
    text = (line.get(name) or "").strip()
    if text.isascii() and text.isdigit() and len(text) <= 9:
        if int(text) <= most:
            return int(text)
        errors.append(
            ValidationError("out-of-range", f"The code must be at most {most}.", f"/{name}")
        )
    elif needed or text:
        errors.append(
            ValidationError("not-a-number", "The cell must be a whole number.", f"/{name}")
        )
    return None


def day(line: Line, name: str, errors: list[ValidationError]) -> date | None:
    """Read a day written as dd-mm-yyyy; an empty cell is none."""
    text = (line.get(name) or "").strip()
    if not text:
        return None
    try:
        return datetime.strptime(text, "%d-%m-%Y").date()  # noqa: DTZ007 - a day has no zone
    except ValueError:
        errors.append(
            ValidationError(
                "not-a-day", "The cell must be a day written as dd-mm-yyyy.", f"/{name}"
            )
        )
        return None
