"""An edition of a year's report: a draft, then reviewed, then signed and frozen for good."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import JSON, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from libs.common.contracts.reporting import EditionChange, EditionPublished
from libs.common.core.errors import Conflict
from libs.common.persistence.db import Aggregate, refers_to
from services.reporting.editions.numbers import FIRST, Number
from services.reporting.tables import Owned

_OPEN: Final = text("state <> 'published' AND NOT void")
_WORK: Final = ("cut", "source", "looked", "settle", "review", "void")
STEPS: Final = {"draft": _WORK, "review": (*_WORK, "note", "sign"), "published": ()}
"""What may be done with an edition in each state."""


class EditionPublishedAlready(Conflict):
    """What was signed is public and stays as it is; what was wrong in it is said by a new one."""

    detail = "This edition is published and stays as it is. Draft a new edition of the year."


class EditionVoid(Conflict):
    """A draft that was withdrawn is neither changed nor signed."""

    detail = "This draft was withdrawn. Open another one."


class DraftOpen(Conflict):
    """A year has one draft at a time, so that no two editions take the same number."""

    at = "academic_year"
    detail = "There is a draft of this year already. Sign or withdraw it first."


class NotInReview(Conflict):
    """Nobody notes anything on, or signs, what was not sent to be reviewed as it is now."""

    detail = "Send the draft to be reviewed first. What changes it has it reviewed again."


class NoteAnswered(Conflict):
    """A note of a review is answered once."""

    detail = "This note is answered."


class Edition(Aggregate, Owned, kw_only=True):
    """One edition of one year's report, its figures as known at the end of a day in London."""

    __tablename__ = "edition"
    __table_args__ = (
        UniqueConstraint("academic_year", "major", "minor", "patch"),
        # Two opened at the same moment do not see each other: the second writer conflicts.
        Index(
            "uq_edition_open",
            "academic_year",
            unique=True,
            sqlite_where=_OPEN,
            postgresql_where=_OPEN,
        ),
    )

    academic_year: Mapped[str] = mapped_column(String(7))
    known_at: Mapped[date]
    drafted_by: Mapped[str] = mapped_column(String(200))
    state: Mapped[str] = mapped_column(String(9), default="draft")
    major: Mapped[int | None] = mapped_column(default=None)
    minor: Mapped[int | None] = mapped_column(default=None)
    patch: Mapped[int | None] = mapped_column(default=None)
    signed_on: Mapped[date | None] = mapped_column(default=None)
    signed_by: Mapped[str | None] = mapped_column(String(200), default=None)
    supersedes: Mapped[UUID | None] = mapped_column(default=None)
    void: Mapped[bool] = mapped_column(default=False)
    reviewed: Mapped[str | None] = mapped_column(String(64), default=None)
    """The digest of what it said when it was sent to be reviewed."""
    parts_version: Mapped[int] = mapped_column(default=0)
    """Rises with each change of source, readers, notes and what was followed up."""

    @property
    def number(self) -> Number | None:
        """Its number; a draft has none yet, for only what it changes says which it will be."""
        if self.major is None or self.minor is None or self.patch is None:
            return None
        return Number(self.major, self.minor, self.patch)

    @property
    def allowed(self) -> tuple[str, ...]:
        """The steps that its state allows."""
        return () if self.void else STEPS[self.state]

    def check_draft(self) -> None:
        """Refuse to change what is signed, or was withdrawn."""
        if self.void:
            raise EditionVoid
        if self.state == "published":
            raise EditionPublishedAlready

    def recut(self, known_at: date) -> None:
        """Show the figures as they were known at the end of another day."""
        self.change()
        self.known_at = known_at

    def change(self) -> None:
        """Say something else than before, so that it has to be reviewed again."""
        self.work_on()
        self.state = "draft"

    def work_on(self) -> None:
        """Have something done about it that changes nothing of what it says."""
        self.check_draft()
        self.parts_version += 1

    def send_to_review(self, digest: str) -> None:
        """Be shown to its readers and reviewers as it is now: what has this digest."""
        self.work_on()
        self.state, self.reviewed = "review", digest

    def check_in_review(self) -> None:
        """Refuse what is done with a draft that is being reviewed alone."""
        self.check_draft()
        if self.state != "review":
            raise NotInReview

    def withdraw(self) -> None:
        """Be drafted no longer."""
        self.check_draft()
        self.void = True

    def sign(
        self, by: str, on: date, change: EditionChange, before: "Edition | None"
    ) -> EditionPublished:
        """Be public from now on, under a number that says how much it changes."""
        self.check_in_review()
        number = before.number.after(change) if before and before.number else FIRST
        self.state, self.signed_by, self.signed_on = "published", by, on
        self.major, self.minor, self.patch = number
        self.supersedes = before.id if before else None
        return EditionPublished(
            edition_id=self.id,
            academic_year=self.academic_year,
            number=str(number),
            known_at=self.known_at,
            signed_on=on,
            change=change,
            supersedes=self.supersedes,
        )


class EditionCut(Owned, kw_only=True):
    """A day as at whose end an edition, while it was a draft, could be read."""

    __tablename__ = "edition_cut"

    edition_id: Mapped[UUID] = mapped_column(refers_to("edition.id"), primary_key=True)
    known_at: Mapped[date] = mapped_column(primary_key=True)


class Content(Owned, kw_only=True):
    """All that an edition shows, as the bytes that were frozen when it was signed."""

    __tablename__ = "edition_content"

    edition_id: Mapped[UUID] = mapped_column(refers_to("edition.id"), primary_key=True)
    body: Mapped[str] = mapped_column(Text)
    sha256: Mapped[str] = mapped_column(String(64))


class Reader(Owned, kw_only=True):
    """Somebody who reads a draft before it is published, until a day; as whom they sign in."""

    __tablename__ = "edition_reader"

    edition_id: Mapped[UUID] = mapped_column(refers_to("edition.id"), primary_key=True)
    subject: Mapped[str] = mapped_column(String(200), primary_key=True)
    until: Mapped[date]

    def end(self, today: date) -> None:
        """Read no more, from today on."""
        self.until = min(self.until, today - timedelta(days=1))


class Note(Owned, kw_only=True):
    """What somebody says of a draft in its review, and what they were answered."""

    __tablename__ = "edition_note"

    edition_id: Mapped[UUID] = mapped_column(refers_to("edition.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    noted_by: Mapped[str] = mapped_column(String(200))
    noted_on: Mapped[date]
    figure: Mapped[str | None] = mapped_column(String(100))
    words: Mapped[str] = mapped_column(Text)
    answer: Mapped[str | None] = mapped_column(Text, default=None)
    answered_by: Mapped[str | None] = mapped_column(String(200), default=None)

    def reply(self, words: str, by: str) -> None:
        """Answer what was noted."""
        if self.answer is not None:
            raise NoteAnswered
        self.answer, self.answered_by = words, by


class Settlement(Owned, kw_only=True):
    """That somebody followed a finding up, or accepted it as it was then."""

    __tablename__ = "edition_settlement"

    edition_id: Mapped[UUID] = mapped_column(refers_to("edition.id"), primary_key=True)
    finding: Mapped[str] = mapped_column(String(150), primary_key=True)
    digest: Mapped[str] = mapped_column(String(64), init=False)
    outcome: Mapped[str] = mapped_column(String(11), init=False)
    words: Mapped[str] = mapped_column(Text, init=False)
    settled_by: Mapped[str] = mapped_column(String(200), init=False)
    settled_on: Mapped[date] = mapped_column(init=False)


class ReportSource(Owned, kw_only=True):
    """The report as its author wrote it, and what its figures were when somebody last looked."""

    __tablename__ = "edition_source"

    edition_id: Mapped[UUID] = mapped_column(refers_to("edition.id"), primary_key=True)
    text: Mapped[str] = mapped_column(Text)
    looked_at: Mapped[dict[str, dict[str, str]]] = mapped_column(JSON)
    told_by: Mapped[str] = mapped_column(String(200))


def latest(editions: Sequence[Edition]) -> Edition | None:
    """Return the published edition of the highest number; None where there is none."""
    published = [one for one in editions if one.number is not None]
    return max(published, key=lambda one: one.number or FIRST, default=None)
