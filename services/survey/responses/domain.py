"""A filled-in questionnaire that came back: its answers, and whether it counts.

Its answers are codes: see `answers`. Free text is kept apart and stays here. What a response
counts as: domain brief 8.1 and 8.7.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final, NamedTuple
from uuid import UUID

from sqlalchemy import JSON, ColumnElement, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from libs.common.contracts.survey import (
    AssistedBy,
    Channel,
    ChosenAnswers,
    CodedAnswer,
    ResponseCorrected,
    ResponseReceived,
    ResponseStandingChanged,
    ResponseVoided,
    Standing,
)
from libs.common.core.clock import local_day, midnight
from libs.common.core.errors import Conflict
from libs.common.persistence.db import refers_to
from services.survey.tables import Owned, Referenced
from services.survey.waves.domain import Recipient, Wave

OWN_WORDS: Final = ("scribe", "reader", "signer", "interpreter")
"""Who is helped so says what they say themselves. Of other help, or one not told, nobody knows."""

OPEN_LINK: Final = "open-link"
"""The channel of what anybody may send: it has no recipient, and is counted apart."""


@dataclass(frozen=True, slots=True)
class Deadline:
    """The last day, in London, on which answers count: its closing day and any days of grace."""

    closes_on: date
    grace_days: int

    def passed(self, received_at: datetime) -> bool:
        """Say whether an instant is after 23:59:59 in London on the last day.

        The day in London decides, so the last Sunday of October is 25 hours long and its close
        comes once (domain brief, trap 71).
        """
        return local_day(received_at) > self.last_day

    @property
    def last_day(self) -> date:
        """The last day on which answers count."""
        return self.closes_on + timedelta(days=self.grace_days)


def standing_of(
    received_at: datetime,
    deadline: Deadline,
    *,
    counted_already: bool,
    answered: int,
    apart: bool = False,
) -> Standing:
    """Return what a response counts as: the first rule that applies says so.

    A second one of a recipient whose answers count already is a duplicate, whatever else it is;
    then one after the deadline is late; then one that answers no question, not even in free text,
    has too few; then what came by an open link is counted ``apart``.
    """
    if counted_already:
        return "duplicate"
    if deadline.passed(received_at):
        return "late"
    if not answered:
        return "too-few-answers"
    return "counted-apart" if apart else "counted"


class Came(NamedTuple):
    """How a response came, who helped with it, and what it counts as."""

    channel: Channel
    assisted_by: AssistedBy
    standing: Standing


class ResponseVoid(Conflict):
    """A response that was taken out is not changed."""

    detail = "This response is void. Record it again under its reference, and it stands again."


ANONYMISED: Final = "anonymised"
"""Who recorded a response that was made anonymous: it is said of nobody."""
_OF_NOBODY: Final = text("recipient_id IS NULL")


class Response(Referenced, Owned, kw_only=True):
    """One response under its reference; at most one of a recipient counts."""

    told_as = "response_id"
    __tablename__ = "response"
    __table_args__ = (
        UniqueConstraint("recipient_id", "reference"),
        # Two at once cannot both count: each has its place, and the second writer conflicts.
        Index("uq_response_place", "recipient_id", "place", unique=True),
        Index(
            "uq_response_of_nobody",
            "wave_id",
            "reference",
            unique=True,
            sqlite_where=_OF_NOBODY,
            postgresql_where=_OF_NOBODY,
        ),
    )

    reference: Mapped[str] = mapped_column(String(64), index=True)  # one of its recipient's
    wave_id: Mapped[UUID] = mapped_column(refers_to("wave.id"), index=True)
    recipient_id: Mapped[UUID | None] = mapped_column(refers_to("recipient.id"), index=True)
    """Whose it is; nobody's in an anonymous wave, nor where it came by an open link."""
    place: Mapped[int]
    """The how-manyeth of its recipient's it was to be recorded, from 1; it never changes."""
    received_at: Mapped[datetime]
    channel: Mapped[str] = mapped_column(String(10))
    assisted_by: Mapped[str] = mapped_column(String(20))
    help: Mapped[str | None] = mapped_column(String(20), default=None)
    standing: Mapped[str] = mapped_column(String(20))
    duplicate_of: Mapped[UUID | None]
    answers: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    chosen: Mapped[dict[str, list[str]] | None] = mapped_column(
        JSON(none_as_null=True), default=None
    )
    """By question, what was chosen where several answers may be."""
    recorded_by: Mapped[str] = mapped_column(String(200))
    void_reason: Mapped[str | None] = mapped_column(String(40), default=None)
    ticket: Mapped[str | None] = mapped_column(String(64), default=None, unique=True, index=True)
    """The hash of the code on the receipt of whoever sent it by a link."""

    @property
    def of(self) -> UUID:
        """Within what its reference is its own: its recipient's or, of nobody, its wave's."""
        return self.recipient_id or self.wave_id

    @property
    def counts(self) -> bool:
        """Whether it is in the counts as it stands."""
        return self.standing == "counted" and self.void_reason is None

    @property
    def allowed(self) -> tuple[str, ...]:
        """The steps that its state allows."""
        stays = self.void_reason is not None or self.recorded_by == ANONYMISED
        return () if stays else ("correct", "void")

    def anonymise(self) -> None:
        """Say no longer whose it is, by whom it came and when on its day. What it counts stays."""
        self.recipient_id = self.ticket = None
        self.reference, self.recorded_by = f"anonymised-{self.id}", ANONYMISED
        self.received_at = midnight(local_day(self.received_at))

    @property
    def own_words(self) -> bool:
        """Whether what is written in it is said to be in the words of who was asked (trap 58)."""
        return self.assisted_by == "none" or self.help in OWN_WORDS

    @property
    def coded_answers(self) -> tuple[CodedAnswer, ...]:
        """The answers in codes: of a free-text question, only whether it was answered."""
        return tuple(CodedAnswer(**answer) for answer in self.answers)

    @property
    def chosen_answers(self) -> tuple[ChosenAnswers, ...] | None:
        """What was chosen where several answers may be; None where nothing was."""
        if self.chosen is None:
            return None
        told = self.chosen.items()
        return tuple(ChosenAnswers(question=one, values=tuple(codes)) for one, codes in told)

    def chosen_to(self, question: str) -> list[str]:
        """Return what was chosen to a question of which several answers may be."""
        return (self.chosen or {}).get(question, [])

    @property
    def answered(self) -> int:
        """How many questions were answered, those in free text among them."""
        return sum(answer["state"] == "answered" for answer in self.answers)

    def receive(self, wave: Wave, recipient: Recipient | None, came: Came) -> ResponseReceived:
        """Come back, as an answer of that recipient, or of nobody who is known, to that wave."""
        return ResponseReceived(
            response_id=self.id,
            wave_id=self.wave_id,
            audience=wave.terms.audience,
            academic_year=wave.academic_year,
            received_on=local_day(self.received_at),
            channel=came.channel,
            assisted_by=came.assisted_by,
            standing=came.standing,
            duplicate_of=self.duplicate_of,
            answers=self.coded_answers,
            chosen=self.chosen_answers,
            **(recipient.whose if recipient else {}),
            help=self.help,  # type: ignore[arg-type]  # checked when recorded
        )

    def correct(
        self, wave: Wave, recipient: Recipient | None, came: Came, reason: str
    ) -> ResponseCorrected:
        """Have come back as it is told now."""
        received = self.receive(wave, recipient, came)
        return ResponseCorrected(**received.model_dump(), reason=reason)

    def stand(self, standing: Standing, first: UUID | None) -> ResponseStandingChanged | None:
        """Count as that, as a duplicate of the first; None where it does so already."""
        if (self.standing, self.duplicate_of) == (standing, first):
            return None
        self.standing, self.duplicate_of = standing, first
        return ResponseStandingChanged(
            response_id=self.id, wave_id=self.wave_id, standing=standing, duplicate_of=first
        )

    def check_stands(self) -> None:
        """Refuse to change what was taken out."""
        if self.void_reason is not None:
            raise ResponseVoid

    def void(self, reason: str) -> ResponseVoided:
        """Take the response out of every count."""
        self.check_stands()
        self.void_reason = reason
        return ResponseVoided(response_id=self.id, wave_id=self.wave_id, reason=reason)


def standings(
    responses: Sequence[Response], deadline: Deadline
) -> Iterator[tuple[Response, Standing, UUID | None]]:
    """Yield what each of a recipient's responses counts as, and of which it is a duplicate.

    The one received first counts, on one day in London the one recorded first, whatever order
    they were typed in; void, late and blank ones are no candidates (domain brief 13.4).
    """
    standing_ones = [one for one in responses if one.void_reason is None]
    counted: UUID | None = None
    for one in sorted(standing_ones, key=lambda one: (local_day(one.received_at), one.place)):
        standing = standing_of(
            one.received_at,
            deadline,
            counted_already=counted is not None,
            answered=one.answered,
            apart=one.channel == OPEN_LINK,
        )
        yield one, standing, counted
        if standing == "counted":
            counted = one.id


class AnswerText(Owned, kw_only=True):
    """What somebody wrote in answer to a free-text question. It never leaves the service."""

    __tablename__ = "answer_text"

    response_id: Mapped[UUID] = mapped_column(refers_to("response.id"), primary_key=True)
    question: Mapped[str] = mapped_column(String(40), primary_key=True)
    text: Mapped[str] = mapped_column(String(4000))
    may_quote: Mapped[bool | None] = mapped_column(default=None)
    """Whether who wrote it lets it be quoted; empty where that was not asked or answered."""


def in_own_words() -> ColumnElement[bool]:
    """Return the condition that a response has the words of who was asked."""
    said = Response.help.is_not(None) & Response.help.in_(OWN_WORDS)
    return (Response.assisted_by == "none") | said


def as_kept(answers: Sequence[CodedAnswer]) -> list[dict[str, Any]]:
    """Return coded answers as they are kept with a response."""
    return [answer.model_dump() for answer in answers]
