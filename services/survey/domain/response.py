"""A filled-in questionnaire that came back, and its free text, which stays here."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import JSON, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from libs.common.contracts.survey import CodedAnswer, ResponseReceived, ResponseVoided, Standing
from libs.common.core.clock import local_day
from libs.common.core.errors import Conflict
from libs.common.persistence.db import refers_to
from services.survey.domain.tables import Owned, Referenced
from services.survey.domain.wave import Wave

Channel = Literal["paper", "online"]
AssistedBy = Literal["none", "teaching-assistant", "support-teacher", "parent", "other"]

_COUNTS = text("standing = 'counted' AND void_reason IS NULL")


class ResponseVoid(Conflict):
    """A response that was taken out stays out."""

    detail = "This response is void already."


class Response(Referenced, Owned, kw_only=True):
    """One response under its reference; at most one of a recipient counts."""

    __tablename__ = "response"
    __table_args__ = (
        UniqueConstraint("recipient_id", "reference"),
        # Two at once cannot both count: the second writer conflicts and finds a duplicate.
        Index(
            "uq_response_counted",
            "recipient_id",
            unique=True,
            sqlite_where=_COUNTS,
            postgresql_where=_COUNTS,
        ),
    )

    reference: Mapped[str] = mapped_column(String(64), index=True)  # one of its recipient's
    wave_id: Mapped[UUID] = mapped_column(refers_to("wave.id"), index=True)
    recipient_id: Mapped[UUID] = mapped_column(refers_to("recipient.id"), index=True)
    received_at: Mapped[datetime]
    channel: Mapped[str] = mapped_column(String(10))
    assisted_by: Mapped[str] = mapped_column(String(20))
    standing: Mapped[str] = mapped_column(String(20))
    duplicate_of: Mapped[UUID | None]
    answers: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    recorded_by: Mapped[str] = mapped_column(String(200))
    void_reason: Mapped[str | None] = mapped_column(String(40), default=None)

    @property
    def counts(self) -> bool:
        """Whether it is in the counts as it stands."""
        return self.standing == "counted" and self.void_reason is None

    @property
    def coded_answers(self) -> tuple[CodedAnswer, ...]:
        """The answers in codes: of a free-text question, only whether it was answered."""
        return tuple(CodedAnswer(**answer) for answer in self.answers)

    def receive(
        self, wave: Wave, channel: Channel, assisted_by: AssistedBy, standing: Standing
    ) -> ResponseReceived:
        """Come back, as an answer to that wave."""
        return ResponseReceived(
            response_id=self.id,
            wave_id=self.wave_id,
            audience=wave.terms.audience,
            academic_year=wave.academic_year,
            received_on=local_day(self.received_at),
            channel=channel,
            assisted_by=assisted_by,
            standing=standing,
            duplicate_of=self.duplicate_of,
            answers=self.coded_answers,
        )

    def void(self, reason: str) -> ResponseVoided:
        """Take the response out of every count."""
        if self.void_reason is not None:
            raise ResponseVoid
        self.void_reason = reason
        return ResponseVoided(response_id=self.id, wave_id=self.wave_id, reason=reason)


class AnswerText(Owned, kw_only=True):
    """What somebody wrote in answer to a free-text question. It never leaves the service."""

    __tablename__ = "answer_text"

    response_id: Mapped[UUID] = mapped_column(refers_to("response.id"), primary_key=True)
    question: Mapped[str] = mapped_column(String(40), primary_key=True)
    text: Mapped[str] = mapped_column(String(4000))


def as_kept(answers: Sequence[CodedAnswer]) -> list[dict[str, Any]]:
    """Return coded answers as they are kept with a response."""
    return [answer.model_dump() for answer in answers]
