"""By what a list is filtered: each a parameter of the query, and the condition that it asks for."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, Final
from uuid import UUID

from pydantic import BeforeValidator, Field
from sqlalchemy import ColumnElement, false, or_, select

from libs.common.core.fields import IDENTIFIER, Code, Identifier, Reference
from libs.common.http.paging import PAGE_CAP
from libs.common.http.parameters import Flag

Column = Any
"""An attribute of a class of rows, or any other expression over the rows of a list."""


WITH_COMMAS: Final = "several with commas between them"


@dataclass(frozen=True)
class Filter:
    """One parameter: its type, what it asks for, and what it means to a caller."""

    type: Any
    where: Callable[[Any], ColumnElement[bool]]
    means: str


def _split(value: Any) -> Any:
    """Take `a,b` for two values: a parameter is given once."""
    if isinstance(value, list) and len(value) == 1 and isinstance(value[0], str):
        return value[0].split(",")
    return value


def several(of: Any) -> Any:
    """Return the type of a parameter of 1 to 200 values, with commas between them."""
    return Annotated[list[of], BeforeValidator(_split), Field(min_length=1, max_length=PAGE_CAP)]


def equal(column: Column, of: Any = Code, means: str = "") -> Filter:
    """Return the filter for rows with one of several values."""
    return Filter(several(of), column.in_, means or f"One of these; {WITH_COMMAS}.")


def true_or_false(column: Column, means: str = "") -> Filter:
    """Return the filter for rows of which something is so, or is not."""
    return Filter(Flag, lambda value: column if value else ~column, means)


def named(
    column: Column, id_: Column, *key: Column, of: Any = Reference, means: str = ""
) -> Filter:
    """Return the filter for rows of other things, each named by its id or by the county's key.

    A key of two columns, a scheme and a reference, is written with a `/` between them.
    """

    def where(values: Sequence[str]) -> ColumnElement[bool]:
        ids = [UUID(value) for value in values if IDENTIFIER.fullmatch(value)]
        keys = [value for value in values if not IDENTIFIER.fullmatch(value)]
        by_id: ColumnElement[bool] = column.in_(ids)
        if not keys:
            return by_id
        by_key = select(id_).where(or_(false(), *(_is(key, value) for value in keys)))
        either: ColumnElement[bool] = by_id | column.in_(by_key)
        return either

    return Filter(several(of), where, means or f"By our id or the county's key; {WITH_COMMAS}.")


def of_children(column: Column, references: Any, records_of: Callable[[Any], Any]) -> Filter:
    """Return the filter for what is of these children, in whichever record of theirs it is.

    ``references`` are the county's own, as they were handed over.
    """

    def child(value: str) -> Any:
        if IDENTIFIER.fullmatch(value):
            return UUID(value)
        scheme, _, reference = value.partition("/")
        known = (references.scheme == scheme) & (references.reference == reference)
        return select(references.child_id).where(known).scalar_subquery()

    def where(values: Sequence[str]) -> ColumnElement[bool]:
        ids = [child(value) for value in values]
        return or_(
            false(), *(column == id_ for id_ in ids), *(column.in_(records_of(id_)) for id_ in ids)
        )

    means = "By our id or as scheme/reference; several with commas between them."
    return Filter(several(Reference), where, means)


def in_address(one: Filter, of: Any = Reference) -> tuple[Filter, Any]:
    """Return such a filter as a parameter of an address, where there is one value, and its type."""
    return Filter(of, lambda value: one.where([value]), one.means), of


def _is(key: Sequence[Column], value: str) -> ColumnElement[bool]:
    if len(key) == 1:
        [column] = key
        number = column.type.python_type is int
        only: ColumnElement[bool] = column == (_number(value) if number else value)
        return only
    scheme, _, reference = value.partition("/")
    both: ColumnElement[bool] = (key[0] == scheme) & (key[1] == reference)
    return both


MOST_DIGITS: Final = 9


def _number(value: str) -> int:
    """Return a number that is nothing's where the value is none."""
    return int(value) if value.isdecimal() and len(value) <= MOST_DIGITS else -1


def from_day(column: Column) -> Callable[[date], ColumnElement[bool]]:
    """Return the condition to be of a day or later."""
    return lambda day: column >= day


def until_day(column: Column) -> Callable[[date], ColumnElement[bool]]:
    """Return the condition to be of a day or earlier."""
    return lambda day: column <= day


IDS: Final = several(Identifier)
