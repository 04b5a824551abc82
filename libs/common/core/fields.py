"""The types that fields of commands and views are made of, and the model that holds them.

They accept one written form each and refuse every near miss that pydantic would take by default:
"12" and 1.0 for 12, "yes" for true, a number for a day, an instant without a zone.
"""

import functools
import re
import sys
import unicodedata
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Annotated, Any, Final, LiteralString, TypeVar, get_args
from uuid import UUID

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    WithJsonSchema,
)
from pydantic import Strict as _Strict
from pydantic_core import PydanticCustomError

from libs.common.core.clock import AcademicYear

T = TypeVar("T")

INT64_MIN: Final = -(2**63)
INT64_MAX: Final = 2**63 - 1
TEXT_MAX: Final = 200
LONG_TEXT_MAX: Final = 4000
DOCUMENT_MAX = 200_000
MARKS_MAX: Final = 30
"""The most combining marks in a row; Unicode's own limit for text that can be processed safely."""

EARLIEST_DAY: Final = date(1900, 1, 1)
LATEST_DAY: Final = date(2199, 12, 31)

_A_DAY: Final = "must be a day as YYYY-MM-DD"
_AN_INSTANT: Final = "must be an instant as 2019-01-31T09:30:00Z"
_AN_ID: Final = "must be an identifier (UUID) in lower case with hyphens"
_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_INSTANT: Final = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\.[0-9]{1,6})?"
    r"(?:Z|[+-](?:[01][0-9]|2[0-3]):[0-5][0-9])"
)
IDENTIFIER: Final = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
# Controls, lone surrogates, line and paragraph separators, and the characters that turn the
# direction of everything after them. Joiners and single direction marks stay: names and emoji
# need them.
_DIRECTION_AND_SEPARATORS: Final = "\u2028-\u202e\u2066-\u2069\ud800-\udfff"
_NOT_IN_A_LINE: Final = re.compile(f"[\x00-\x1f\x7f-\x9f{_DIRECTION_AND_SEPARATORS}]")
_NOT_IN_TEXT: Final = re.compile(
    f"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f{_DIRECTION_AND_SEPARATORS}]|\r(?!\n)"
)
# Letters and symbols by category that show nothing all the same (Hangul fillers, blank Braille).
_INVISIBLE: Final = frozenset("\u115f\u1160\u3164\uffa0\u2800")


@functools.cache
def _long_run_of_marks() -> re.Pattern[str]:
    marks = "".join(chr(c) for c in range(0x300, sys.maxunicode) if unicodedata.combining(chr(c)))
    return re.compile(f"[{marks}]{{{MARKS_MAX + 1}}}")


def has_too_many_marks(text: str) -> bool:
    """Say whether more than `MARKS_MAX` combining marks follow one another.

    Such text cannot be read, and normalising it takes time that grows with the square of the run.
    """
    return not text.isascii() and _long_run_of_marks().search(text) is not None


def _readable(character: str) -> bool:
    return unicodedata.category(character)[0] in "LNPS" and character not in _INVISIBLE


def _check_text(text: str, unwanted: re.Pattern[str], longest: int) -> str:
    if unwanted.search(text):
        raise PydanticCustomError(
            "control-character", "must not contain control or direction characters"
        )
    if has_too_many_marks(text):
        raise PydanticCustomError(
            "too-many-marks", "puts more accents on one letter than can be read"
        )
    normal = unicodedata.normalize("NFC", text)
    if not any(map(_readable, normal)):
        raise PydanticCustomError("blank", "must contain something that can be read")
    if len(normal) > longest:
        raise PydanticCustomError("string_too_long", "too long", {"max_length": longest})
    return normal


def _line(text: str) -> str:
    return _check_text(text, _NOT_IN_A_LINE, TEXT_MAX)


def _trimmed(value: object) -> object:
    return value.strip() if isinstance(value, str) else value


def _lines(text: str) -> str:
    return _check_text(text, _NOT_IN_TEXT, LONG_TEXT_MAX)


def _document(text: str) -> str:
    return _check_text(text, _NOT_IN_TEXT, DOCUMENT_MAX)


def _read(value: Any, form: re.Pattern[str], parse: Callable[[str], T], wanted: LiteralString) -> T:
    if not isinstance(value, str) or not form.fullmatch(value):
        raise PydanticCustomError("wrong-form", wanted)
    try:
        return parse(value)
    except ValueError:
        raise PydanticCustomError("wrong-form", wanted) from None


def _day(value: Any) -> date:
    if isinstance(value, datetime):
        raise PydanticCustomError("wrong-form", _A_DAY)
    given = isinstance(value, date)
    day = value if given else _read(value, _DAY, date.fromisoformat, _A_DAY)
    if not EARLIEST_DAY <= day <= LATEST_DAY:
        raise PydanticCustomError("out-of-range", "must be a day from 1900-01-01 to 2199-12-31")
    return day


def _instant(value: Any) -> datetime:
    given = isinstance(value, datetime)
    instant = value if given else _read(value, _INSTANT, datetime.fromisoformat, _AN_INSTANT)
    if instant.utcoffset() is None:
        raise PydanticCustomError("wrong-form", _AN_INSTANT)
    if not EARLIEST_DAY <= instant.date() <= LATEST_DAY:
        raise PydanticCustomError("out-of-range", "must lie in the years 1900 to 2199")
    return instant.astimezone(UTC)


def _identifier(value: Any) -> UUID:
    return value if isinstance(value, UUID) else _read(value, IDENTIFIER, UUID, _AN_ID)


def _year_label(text: str) -> str:
    try:
        return AcademicYear.parse(text).label
    except ValueError:
        raise PydanticCustomError(
            "not-valid", "must be an academic year from 1899-00 to 2199-00, such as 2018-19"
        ) from None


StrictInt64 = Annotated[int, _Strict(), Field(ge=INT64_MIN, le=INT64_MAX)]
"""A whole number that fits in 64 bits; "12", 12.0 and true are refused."""

StrictBool = Annotated[bool, _Strict()]
"""True or false; "yes", 1 and 0 are refused."""

Text = Annotated[str, _Strict(), Field(min_length=1, max_length=TEXT_MAX), AfterValidator(_line)]
"""One line of 1 to 200 characters a person can read, kept as given but for Unicode form (NFC)."""

Name = Annotated[Text, BeforeValidator(_trimmed)]
"""A name as it is written, without the blanks around it; otherwise as `Text`."""

LongText = Annotated[
    str, _Strict(), Field(min_length=1, max_length=LONG_TEXT_MAX), AfterValidator(_lines)
]
"""Text of 1 to 4000 characters over any number of lines, otherwise as `Text`."""

DocumentText = Annotated[
    str, _Strict(), Field(min_length=1, max_length=DOCUMENT_MAX), AfterValidator(_document)
]
"""A whole document of 1 to 200,000 characters, otherwise as `LongText`."""

FORMS: Final[dict[str, str]] = {}
"""What a refusal says is wanted, by the pattern that is not met: "must be …"."""


def form(pattern: str, words: str) -> str:
    """Return a pattern of which a refusal says in these words what is wanted."""
    FORMS[pattern] = words
    return pattern


_CODE: Final = form(
    r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,39}$",
    "1 to 40 letters, digits and _ . - that begin with a letter or digit",
)
_REFERENCE: Final = form(
    r"^[A-Za-z0-9][A-Za-z0-9._/:-]{0,63}$",
    "1 to 64 letters, digits and . _ / : - that begin with a letter or digit",
)

Code = Annotated[str, _Strict(), StringConstraints(pattern=_CODE)]
"""A code out of some list: 1 to 40 letters, digits, `_`, `.` and `-`; case matters."""

Reference = Annotated[str, _Strict(), StringConstraints(pattern=_REFERENCE)]
"""A caller's own reference for something of ours: 1 to 64 characters; case matters."""

Day = Annotated[date, BeforeValidator(_day)]
"""A day from 1900-01-01 to 2199-12-31, written YYYY-MM-DD; no number, no instant."""

Instant = Annotated[AwareDatetime, BeforeValidator(_instant)]
"""An instant written as in RFC 3339 with its zone, turned into UTC; no number, no bare time."""

YearLabel = Annotated[str, AfterValidator(_year_label)]
"""An academic year as 2018-19; stated by the caller, never derived from a day."""

Identifier = Annotated[UUID, BeforeValidator(_identifier)]
"""A UUID in its one canonical form: lower case, with hyphens, without braces."""


def _not_null(value: object) -> object:
    if value is None:
        raise PydanticCustomError(
            "not-emptied", "cannot be emptied; leave it out to keep what it is"
        )
    return value


_NEEDED: Final = BeforeValidator(_not_null)

Needed = Annotated[T | None, _NEEDED]
"""What a record cannot be without, in the body of an upsert, where its default is None.

The push that makes the record gives it, a later one may leave it out, and null is refused.
"""


def of_codes(closed: Any) -> WithJsonSchema:
    """Say in a view's document which codes a text has: those of a closed list, a `Literal`."""
    return WithJsonSchema({"type": "string", "enum": [*get_args(closed)]})


def of_form(sent: Any) -> WithJsonSchema:
    """Say in a view's document which form a text has: that of the type in which it is sent."""
    said = [one.pattern for one in get_args(sent) if isinstance(one, StringConstraints)]
    return WithJsonSchema({"type": "string", "pattern": said[0]})


class Strict(BaseModel):
    """A body or a view: unknown fields are refused, and it never changes once made.

    It is not strict throughout, because that breaks days and codes; declare whole numbers as
    `StrictInt64` and flags as `StrictBool`.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    def said(self, name: str) -> bool:
        """Say whether the caller gave this field: what is left out says nothing, null empties."""
        return name in self.model_fields_set

    def left_out(self) -> list[str]:
        """Return which fields a record cannot be without (`Needed`) the caller left out."""
        fields = type(self).model_fields.items()
        return [name for name, field in fields if _NEEDED in field.metadata and not self.said(name)]
