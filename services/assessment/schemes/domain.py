"""Banding schemes: versioned data, read and checked once at start (domain brief 5.3).

One is in force from its first day to its last, or until the next begins: a new scheme is a new
file, and the file of the one before stays as it is. How gains on a new scale are judged is in the
criteria that are adopted for a year.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, model_validator

from libs.common.contracts.assessment import Subject
from libs.common.core.code_lists import CodeList, ListedCode
from libs.common.core.fields import Code, Day, StrictInt64

FOLDER = Path(__file__).parent

ShortCode = Annotated[Code, Field(max_length=10)]
"""A position or scale by its code: as commands take it, and no longer than its columns are."""

Tenths = Annotated[StrictInt64, Field(ge=-1_000_000, le=1_000_000)]
"""A value in tenths; it and any difference of two fit in 32 bits, as the columns are."""


class SchemePart(BaseModel):
    """A part of a scheme file; what it does not know is an error of whoever wrote the file."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Position(SchemePart):
    """A place on a scale; ``value_tenths`` is null where nothing may be subtracted."""

    code: ShortCode
    value_tenths: Tenths | None


class Scale(SchemePart):
    """Ordered positions on an axis of their own: values of two scales are never compared."""

    scale: ShortCode
    words: str
    positions: tuple[Position, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _ordered(self) -> "Scale":
        values = [position.value_tenths for position in self.positions]
        known = [value for value in values if value is not None]
        if known and (len(known) != len(values) or known != sorted(set(known))):
            raise ValueError(f"scale {self.scale}: values must rise, all or none given")
        return self


class Scheme(SchemePart):
    """A scheme in one version."""

    scheme: Code
    version: Annotated[StrictInt64, Field(ge=1, le=1_000)]
    valid_from: Day
    valid_to: Day | None
    subjects: tuple[Subject, ...] = Field(min_length=1)
    scales: tuple[Scale, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _unambiguous(self) -> "Scheme":
        codes = [position.code for scale in self.scales for position in scale.positions]
        for names in (codes, [scale.scale for scale in self.scales]):
            if len(names) != len(set(names)):
                raise ValueError(f"{self.name}: a scale or position code is there twice")
        if self.valid_to is not None and self.valid_to < self.valid_from:
            raise ValueError(f"{self.name}: it ends before it begins")
        return self

    @property
    def name(self) -> str:
        """What its file is called."""
        return f"{self.scheme}.v{self.version}"

    def find(self, code: str) -> tuple[Scale, Position] | None:
        """Return the scale and position of a code."""
        for scale in self.scales:
            for position in scale.positions:
                if position.code == code:
                    return scale, position
        return None


@cache
def schemes() -> tuple[Scheme, ...]:
    """Return every scheme, the earliest first; raises ValueError naming what is wrong."""
    return in_order(read(path) for path in FOLDER.glob("*.json"))


def read(path: Path) -> Scheme:
    """Read one file; raises ValueError (pydantic's) where it is faulty or misnamed."""
    found = Scheme.model_validate_json(path.read_text(encoding="utf-8"))
    if path.name != f"{found.name}.json":
        raise ValueError(f"{path.name}: holds {found.name}")
    return found


def in_order(found: Iterable[Scheme]) -> tuple[Scheme, ...]:
    """Return schemes by their first days; raises ValueError where two begin on one day."""
    ordered = tuple(sorted(found, key=lambda scheme: scheme.valid_from))
    for one, next_ in pairwise(ordered):
        if one.valid_from == next_.valid_from:
            raise ValueError(f"{one.name} and {next_.name} begin on one day")
    return ordered


def in_force(ordered: Sequence[Scheme], day: date) -> Scheme | None:
    """Return the last that has begun by a day, unless it has ended."""
    begun = [scheme for scheme in ordered if scheme.valid_from <= day]
    if not begun or (begun[-1].valid_to is not None and begun[-1].valid_to < day):
        return None
    return begun[-1]


def scheme_on(day: date) -> Scheme | None:
    """Return the scheme in force on a day."""
    return in_force(schemes(), day)


def position_lists() -> list[CodeList]:
    """Return each scheme's positions as a list of codes, with the scheme's days."""
    return [
        CodeList(
            f"position.{scheme.name}",
            ("RecordResult.position",),
            tuple(
                ListedCode(
                    one.code,
                    f"{one.code}, on the scale {scale.scale}",
                    scheme.valid_from,
                    scheme.valid_to,
                )
                for scale in scheme.scales
                for one in scale.positions
            ),
        )
        for scheme in schemes()
    ]
