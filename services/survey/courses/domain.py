"""The list of course, network and bespoke codes: dated data, read and checked once at start.

A code is valid from its first day to its last, both included; null is all days before or after. A
county adds to the list by a file of its own, named by the day of issue. What a later file says of
a code takes the place of what an earlier one said, and a code is never taken away (domain brief
13.9).
"""

from collections.abc import Iterable
from datetime import date
from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, model_validator

from libs.common.core.code_lists import CodeList, ListedCode
from libs.common.core.fields import Code, Day
from services.survey.courses.codes import CourseKind

FOLDER = Path(__file__).parent


class CoursePart(BaseModel):
    """A part of a file of codes; what it does not know is an error of whoever wrote the file."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Course(CoursePart):
    """A course, a network or a kind of bespoke work: its code, and the days it is valid."""

    kind: CourseKind
    code: Code
    words: str = Field(min_length=1)
    valid_from: Day | None
    valid_to: Day | None

    @model_validator(mode="after")
    def _ends_after_it_begins(self) -> "Course":
        if self.valid_from and self.valid_to and self.valid_to < self.valid_from:
            raise ValueError(f"{self.kind} {self.code}: it ends before it begins")
        return self

    def valid_on(self, day: date) -> bool:
        """Say whether it is valid on a day."""
        return (self.valid_from or date.min) <= day <= (self.valid_to or date.max)


class CourseList(CoursePart):
    """What was added to the list on a day."""

    issued_on: Day
    codes: tuple[Course, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _unambiguous(self) -> "CourseList":
        if len({(one.kind, one.code) for one in self.codes}) != len(self.codes):
            raise ValueError(f"{self.issued_on}: a code is there twice")
        return self


@cache
def courses() -> tuple[Course, ...]:
    """Return the whole list by kind and code; raises ValueError naming what is wrong in a file."""
    return merged(read(path) for path in FOLDER.glob("*.json"))


def read(path: Path) -> CourseList:
    """Read one file; raises ValueError (pydantic's) where it is faulty or misnamed."""
    found = CourseList.model_validate_json(path.read_text(encoding="utf-8"))
    if path.name != f"{found.issued_on}.json":
        raise ValueError(f"{path.name}: was issued on {found.issued_on}")
    return found


def merged(lists: Iterable[CourseList]) -> tuple[Course, ...]:
    """Return what the lists say together, the later of two about one code, by kind and code."""
    by_code = {
        (one.kind, one.code): one
        for each in sorted(lists, key=lambda one: one.issued_on)
        for one in each.codes
    }
    return tuple(by_code[key] for key in sorted(by_code))


def course_lists() -> list[CodeList]:
    """Return the codes of each kind of delivery as a list."""
    return [
        CodeList(
            f"course.{kind}",
            ("RecordDelivery.course",),
            tuple(
                ListedCode(one.code, one.words, one.valid_from, one.valid_to)
                for one in courses()
                if one.kind == kind
            ),
        )
        for kind in sorted({one.kind for one in courses()})
    ]
