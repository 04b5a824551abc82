"""A paper form: the code printed on it, and how often and by whom it was keyed (domain brief 8.7).

What was typed is kept only until the form is recorded, in no log: then the response has it.
"""

import hashlib
import secrets
from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from sqlalchemy import JSON, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from libs.common.core.errors import Conflict, NotAllowed
from libs.common.persistence.db import UNLOGGED, Aggregate, refers_to
from services.survey.paper.codes import Keying
from services.survey.tables import Owned

LETTERS: Final = "23456789BCDFGHJKLMNPQRSTVWXYZ"
"""No vowel, so that no code is a word, and of 0 and O, 1 and I none. Their number is prime: one
letter that is wrong, or two that changed places, are always noticed."""
LENGTH: Final = 8
"""Seven letters by chance, and one that checks them."""

TEXTS: Final = "texts."
Typed = Mapping[str, Any]
"""What somebody typed from a form, by field: ``answers.<question>`` and, free text,
``texts.<question>``, without those that were left blank."""


def new_code() -> str:
    """Return a code that was drawn by chance and says nothing of whose it is."""
    drawn = "".join(secrets.choice(LETTERS) for _ in range(LENGTH - 1))
    return in_halves(drawn + _check(drawn))


def _check(drawn: str) -> str:
    return LETTERS[-_weighed(drawn) * pow(LENGTH, -1, len(LETTERS)) % len(LETTERS)]


def _weighed(letters: str) -> int:
    return sum(place * LETTERS.index(one) for place, one in enumerate(letters, 1))


def in_halves(letters: str) -> str:
    """Return a code's letters as they are printed."""
    return f"{letters[:4]}-{letters[4:]}"


def read_code(written: str) -> str | None:
    """Return a code as it is printed, however it was typed; None where it can be none."""
    letters = written.upper().replace("-", "").replace(" ", "")
    if len(letters) != LENGTH or not {*letters} <= {*LETTERS}:
        return None
    return None if _weighed(letters) % len(LETTERS) else in_halves(letters)


def is_sampled(code: str, number: int, percent: int) -> bool:
    """Say whether a form is among the share that is keyed twice: always the same for one form."""
    drawn = hashlib.sha256(f"{code} {number}".encode()).digest()
    return int.from_bytes(drawn) % 100 < percent


def differing(first: Typed, second: Typed) -> list[str]:
    """Return the fields that two people typed otherwise; blanks and lines alone are no matter."""
    fields = sorted({*first, *second})
    return [one for one in fields if _plain(first.get(one)) != _plain(second.get(one))]


def new_texts(typed: Typed, before: Typed) -> dict[str, str]:
    """Return the free text that was typed, by question, without what was typed ``before``."""
    was = _texts(before)
    return {
        one: text for one, text in _texts(typed).items() if _plain(text) != _plain(was.get(one))
    }


def _texts(typed: Typed) -> dict[str, str]:
    return {
        name.removeprefix(TEXTS): said["value"]
        for name, said in typed.items()
        if name.startswith(TEXTS) and "value" in said
    }


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _plain(part) for name, part in value.items()}
    return " ".join(value.split()) if isinstance(value, str) else value


class SecondByAnother(NotAllowed):
    """Nobody checks their own keying."""

    detail = "You keyed this form first. Somebody else keys it the second time."


class FormDiffers(Conflict):
    """Two keyings of a form differ, and somebody looks at the paper."""

    detail = "The two keyings of this form differ. Say which is right, or key it anew."


class FormDoesNotDiffer(Conflict):
    """There is nothing to choose between."""

    detail = "There are no two keyings of this form that differ."


class FormIsRecorded(Conflict):
    """What was recorded is put right as a response."""

    detail = "This form is recorded. Correct or void its response."


class FormVoid(Conflict):
    """A keying that was withdrawn is not changed."""

    detail = "This keying is void. Key the form again, and it begins anew."


class PaperCode(Owned, kw_only=True):
    """The code on a recipient's paper: it leads who keys to them, and opens nothing."""

    __tablename__ = "paper_code"

    code: Mapped[str] = mapped_column(String(9), primary_key=True)
    recipient_id: Mapped[UUID] = mapped_column(refers_to("recipient.id"), unique=True)


class PaperForm(Aggregate, Owned, kw_only=True):
    """A form that came back on paper: keyed once or twice, and recorded once both agree.

    ``number`` tells apart the papers of one recipient, who may have sent two.
    """

    told_as = "form_id"
    __tablename__ = "paper_form"
    __table_args__ = (UniqueConstraint("code", "number"),)

    code: Mapped[str] = mapped_column(String(9))
    number: Mapped[int]
    wave_id: Mapped[UUID] = mapped_column(refers_to("wave.id"), index=True)
    recipient_id: Mapped[UUID] = mapped_column(refers_to("recipient.id"), index=True)
    twice: Mapped[bool]
    """Whether it is keyed by two people: decided when the first has keyed it."""
    state: Mapped[str] = mapped_column(String(10), default="keyed-once")
    first: Mapped[dict[str, Any] | None] = mapped_column(
        JSON(none_as_null=True), info={UNLOGGED: True}
    )
    second: Mapped[dict[str, Any] | None] = mapped_column(
        JSON(none_as_null=True), default=None, info={UNLOGGED: True}
    )
    first_by: Mapped[str] = mapped_column(String(200))
    second_by: Mapped[str | None] = mapped_column(String(200), default=None)
    resolved_by: Mapped[str | None] = mapped_column(String(200), default=None)
    differed: Mapped[list[str] | None] = mapped_column(JSON(none_as_null=True), default=None)
    """The fields in which two keyings differed; empty where none did, None where it had one."""
    response_id: Mapped[UUID | None] = mapped_column(default=None)
    void: Mapped[bool] = mapped_column(default=False)

    @property
    def reference(self) -> str:
        """The reference of its response."""
        return f"paper-{self.code}-{self.number}"

    @property
    def allowed(self) -> tuple[str, ...]:
        """The steps that its state allows."""
        if self.void or self.state == "recorded":
            return ()
        return ("correct", "void") if self.state == "keyed-once" else ("resolve",)

    def check_open(self) -> None:
        """Refuse to change what was withdrawn, or recorded."""
        if self.void:
            raise FormVoid
        if self.state == "recorded":
            raise FormIsRecorded

    def begin(self, typed: Typed, by: str, *, twice: bool) -> None:
        """Be keyed anew, by one, after it was withdrawn."""
        self.void, self.state, self.twice = False, "keyed-once", twice
        self.first, self.first_by = dict(typed), by
        self.second = self.second_by = self.resolved_by = self.differed = None

    def key_again(self, typed: Typed, by: str) -> bool:
        """Be keyed by another; return whether both typed the same."""
        assert self.first is not None, "only what is recorded has lost it"
        if by == self.first_by:
            raise SecondByAnother
        self.differed = differing(self.first, typed)
        self.second, self.second_by = dict(typed), by
        self.state = "differs" if self.differed else self.state
        return not self.differed

    def check_keyed_once(self) -> None:
        """Refuse who keyed it to change or withdraw it alone once another did."""
        self.check_open()
        if self.state != "keyed-once":
            raise FormDiffers

    def correct(self, typed: Typed, by: str) -> None:
        """Be keyed first by one as it was meant, before another does it the second time."""
        self.check_keyed_once()
        self.first, self.first_by = dict(typed), by

    def check_differs(self) -> None:
        """Refuse to choose where there are no two."""
        self.check_open()
        if self.state != "differs":
            raise FormDoesNotDiffer

    def chosen(self, choices: Mapping[str, Keying]) -> Typed:
        """Return what was typed, of each field that differs what is chosen."""
        self.check_differs()
        of = {"first": self.first or {}, "second": self.second or {}}
        told = dict(of["first"]) | {field: of[one].get(field) for field, one in choices.items()}
        return {field: value for field, value in told.items() if value is not None}

    def record(self, response_id: UUID) -> None:
        """Have become a response, which from now on has what was typed."""
        self.state, self.response_id = "recorded", response_id
        self.first = self.second = None

    def withdraw(self) -> None:
        """Be as if nobody had keyed it; what was typed is kept no longer."""
        self.check_keyed_once()
        self.void, self.first, self.second = True, None, None
