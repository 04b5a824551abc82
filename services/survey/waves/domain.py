"""A wave: a questionnaire sent to an audience in a year, and whom it was sent to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from sqlalchemy import JSON, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from libs.common.contracts.survey import (
    Audience,
    IssuedTo,
    WaveClosed,
    WaveCorrected,
    WaveIssued,
    WaveReopened,
    WaveVoided,
)
from libs.common.core.errors import Conflict
from libs.common.persistence.db import refers_to
from services.survey.questionnaires.codes import UNITS, Unit
from services.survey.tables import Owned, Referenced

STEPS: Final[Mapping[str, tuple[str, ...]]] = {
    "draft": ("list", "issue", "void"),
    "issued": ("close", "correct", "void"),
    "closed": ("reopen", "correct", "void"),
}
"""What may be done with a wave in each state."""
FEWEST_ANONYMOUS: Final = 10
"""To how many an anonymous wave goes at the least: of fewer each could be guessed."""


class WaveNotDraft(Conflict):
    """A wave that was issued keeps its list of recipients and is not issued again."""

    detail = "This wave has been issued."


class WaveNotIssued(Conflict):
    """A draft takes no answers and is not closed."""

    detail = "This wave has not been issued yet."


class WaveIsClosed(Conflict):
    """A closed wave takes no more answers."""

    detail = "This wave is closed."


class WaveNotClosed(Conflict):
    """What was never closed is not opened again."""

    detail = "This wave is not closed."


class WaveVoid(Conflict):
    """A wave that was withdrawn is not changed, issued or answered."""

    detail = "This wave is void. Draft it again under its reference, and it stands again."


class NotIssuedTo(Conflict):
    """Who was sent no questionnaire is not among those issued, and so not among those returned."""

    detail = "This recipient was cancelled by the day of issue and was sent no questionnaire."


class NoRecipients(Conflict):
    """A wave to nobody has no return rate: it was not run (domain brief, trap 49)."""

    detail = "There is nobody on this wave's list to send it to."


WHOSE: Final = ("team_id", "area", "school_kind")
"""What is noted of a recipient on the day of issue."""


class TooFewToBeAnonymous(Conflict):
    """Of a handful anybody who knows them can guess who wrote what."""

    detail = f"An anonymous wave goes to {FEWEST_ANONYMOUS} recipients at the least."


class WaveIsAnonymous(Conflict):
    """A paper with a code of its own says whose it is."""

    detail = "This wave is anonymous: a paper with a code would say who answered it."


class ReturnsAnonymised(Conflict):
    """What says no longer whose it is cannot be put right, and nothing is added to it."""

    detail = "The returns to this wave were made anonymous for good."


class AnswersMixed(Conflict):
    """What came after the last mixing would be mixed with few others, or with none."""

    detail = "The last answers of this anonymous wave are mixed. It takes no more."


@dataclass(frozen=True, slots=True)
class Terms:
    """What a wave is about and how long it runs."""

    audience: Audience
    academic_year: str
    questionnaire: str
    questionnaire_version: int
    issued_on: date
    closes_on: date
    grace_days: int


@dataclass(frozen=True, slots=True)
class Run:
    """How many an issued wave went to, and how long it runs."""

    issued: int | None
    issued_on: date
    closes_on: date
    grace_days: int


class Wave(Referenced, Owned, kw_only=True):
    """A questionnaire for an audience: first a draft, then issued, then closed."""

    told_as = "wave_id"
    __tablename__ = "wave"

    audience: Mapped[str] = mapped_column(String(40))
    academic_year: Mapped[str] = mapped_column(String(7))
    questionnaire: Mapped[str] = mapped_column(String(40))
    questionnaire_version: Mapped[int]
    issued_on: Mapped[date]
    closes_on: Mapped[date]
    grace_days: Mapped[int]
    drafted_by: Mapped[str] = mapped_column(String(200))
    state: Mapped[str] = mapped_column(String(6), default="draft")
    # Every addition to the list changes it, so that an issue and an addition cannot pass by
    # each other unseen. Cancelled recipients are among them.
    listed: Mapped[int] = mapped_column(default=0)
    issued: Mapped[int | None] = mapped_column(default=None)
    issued_to: Mapped[list[dict[str, Any]] | None] = mapped_column(
        JSON(none_as_null=True), default=None
    )
    """How that count is parted by team, area and kind of school, as its event tells it."""
    closed_on: Mapped[date | None] = mapped_column(default=None)
    void: Mapped[bool] = mapped_column(default=False)
    anonymous: Mapped[bool] = mapped_column(default=False)
    """Whether nobody is to know who answered what. The database refuses to change it."""
    mixed_on: Mapped[date | None] = mapped_column(default=None)
    """The day on which answers were last taken out of an anonymous wave's pool."""
    anonymised_on: Mapped[date | None] = mapped_column(default=None)
    """The day from which its returns say no longer whose they are, long after it was run."""
    twice_percent: Mapped[int] = mapped_column(default=10)
    """How many of a hundred papers that come back are keyed by two people (domain brief 8.7)."""

    @property
    def terms(self) -> Terms:
        """What the wave is about, as it stands."""
        return Terms(
            self.audience,  # type: ignore[arg-type]  # checked when drafted
            self.academic_year,
            self.questionnaire,
            self.questionnaire_version,
            self.issued_on,
            self.closes_on,
            self.grace_days,
        )

    @property
    def unit(self) -> Unit:
        """To whom one questionnaire goes."""
        return UNITS[self.terms.audience]

    def list_one(self) -> None:
        """Take one more recipient on, while a draft."""
        self.check_stands()
        if self.state != "draft":
            raise WaveNotDraft
        self.listed += 1

    def issue(self, issued_to: Sequence[IssuedTo]) -> WaveIssued:
        """Send the questionnaire to that many recipients of each team, area and school kind."""
        self.check_stands()
        if self.state != "draft":
            raise WaveNotDraft
        issued = sum(one.issued for one in issued_to)
        if issued < 1:
            raise NoRecipients
        self._check_enough(issued)
        self.state, self.issued = "issued", issued
        self.issued_to = [one.model_dump(mode="json") for one in issued_to]
        return self._as_issued()

    @property
    def tells_whose(self) -> bool:
        """Whether it is noted of which team, area and kind of school those are who are asked.

        Of an anonymous one it is not: with few of a team the answers would say whose they are.
        """
        return not self.anonymous

    @property
    def parted(self) -> tuple[IssuedTo, ...] | None:
        """To whom it went; None where they are more than it is now said to have gone to."""
        known = tuple(map(IssuedTo.model_validate, self.issued_to or ()))
        return known if 0 < sum(one.issued for one in known) <= (self.issued or 0) else None

    def _check_enough(self, issued: int | None) -> None:
        if self.anonymous and (issued or 0) < FEWEST_ANONYMOUS:
            raise TooFewToBeAnonymous

    def _as_issued(self) -> WaveIssued:
        terms = self.terms
        assert self.issued is not None
        return WaveIssued(
            wave_id=self.id,
            audience=terms.audience,
            academic_year=terms.academic_year,
            questionnaire=terms.questionnaire,
            questionnaire_version=terms.questionnaire_version,
            respondent_unit=self.unit.respondent_unit,
            issued=self.issued,
            issued_on=terms.issued_on,
            closes_on=terms.closes_on,
            grace_days=terms.grace_days,
            issued_to=self.parted,
        )

    @property
    def allowed(self) -> tuple[str, ...]:
        """The steps that its state allows."""
        return () if self.void or self.anonymised_on else STEPS[self.state]

    def check_kept(self) -> None:
        """Refuse to change what was made anonymous."""
        if self.anonymised_on is not None:
            raise ReturnsAnonymised

    def check_stands(self) -> None:
        """Refuse to change what was withdrawn, or made anonymous."""
        self.check_kept()
        if self.void:
            raise WaveVoid

    def correct(self, run: Run, reason: str) -> WaveCorrected:
        """Have been sent to as many and run as long as it did."""
        self.check_stands()
        if self.state == "draft":
            raise WaveNotIssued
        self._check_enough(run.issued)
        self.issued, self.issued_on = run.issued, run.issued_on
        self.closes_on, self.grace_days = run.closes_on, run.grace_days
        return WaveCorrected(**self._as_issued().model_dump(), reason=reason)

    def withdraw(self, reason: str) -> WaveVoided:
        """Count as never sent."""
        self.check_stands()
        self.void = True
        return WaveVoided(wave_id=self.id, reason=reason)

    def restore(self, terms: Terms) -> None:
        """Stand again, as a draft with the list that it has."""
        self.check_kept()
        if self.anonymous and self.mixed_on:
            raise AnswersMixed
        self.void, self.state, self.issued, self.closed_on = False, "draft", None, None
        self.issued_to = None
        for name in Terms.__slots__:
            setattr(self, name, getattr(terms, name))

    @property
    def run(self) -> Run:
        """How many it went to and how long it runs, as it stands."""
        return Run(self.issued, self.issued_on, self.closes_on, self.grace_days)

    @property
    def takes_answers(self) -> bool:
        """Whether it was issued, and is neither closed nor withdrawn."""
        return self.state == "issued" and not self.void

    def over(self, today: date) -> bool:
        """Whether it was closed on an earlier day: one closed by mistake is opened by then."""
        return self.state == "closed" and self.closed_on is not None and self.closed_on < today

    def check_open(self) -> None:
        """Refuse answers to a wave that is not issued, or closed."""
        self.check_stands()
        if self.state == "draft":
            raise WaveNotIssued
        if self.state == "closed":
            raise WaveIsClosed

    def close(self, on: date) -> WaveClosed:
        """Take no more answers from that day."""
        self.check_open()
        self.state, self.closed_on = "closed", on
        return WaveClosed(wave_id=self.id, closed_on=on)

    def reopen(self, reason: str) -> WaveReopened:
        """Take answers again."""
        self.check_stands()
        if self.state != "closed":
            raise WaveNotClosed
        if self.closed_on and self.mixed_on and self.mixed_on > self.closed_on:
            raise AnswersMixed
        self.state, self.closed_on = "issued", None
        return WaveReopened(wave_id=self.id, reason=reason)


class Recipient(Owned, kw_only=True):
    """Somebody a wave's questionnaire goes to, under a reference of the wave's own list.

    ``unit_id`` is the school, parent or child that is asked, where it is known by id: each is
    asked once (domain brief 8.1). An address is kept until the wave was closed for so long that it
    will not be opened again, or the recipient is cancelled, and is never shown.
    """

    __tablename__ = "recipient"
    __table_args__ = (
        UniqueConstraint("wave_id", "reference"),
        UniqueConstraint("wave_id", "unit_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    wave_id: Mapped[UUID] = mapped_column(refers_to("wave.id"))
    reference: Mapped[str] = mapped_column(String(64))
    unit_id: Mapped[UUID | None]
    parent_id: Mapped[UUID | None]
    child_id: Mapped[UUID | None] = mapped_column(index=True)
    school_id: Mapped[UUID | None] = mapped_column(index=True)
    address: Mapped[str | None] = mapped_column(String(200))
    cancelled_on: Mapped[date | None] = mapped_column(default=None)
    cancelled_by: Mapped[UUID | None] = mapped_column(default=None)
    """The case whose end told that the child died, where that is why they are cancelled."""
    sent: Mapped[bool] = mapped_column(default=True)
    """Whether they were sent one; not, if the wave was issued when they were cancelled already."""
    team_id: Mapped[UUID | None] = mapped_column(default=None)
    """Of which team they were on the day of issue, whatever changes since, as the two below."""
    area: Mapped[str | None] = mapped_column(Text, default=None)
    school_kind: Mapped[str | None] = mapped_column(String(40), default=None)

    @property
    def whose(self) -> dict[str, Any]:
        """Of which team, area and kind of school they are; None each where it is not noted."""
        return {name: getattr(self, name) for name in WHOSE}

    answered: Mapped[bool] = mapped_column(default=False)
    """Whether a response was theirs that says so no longer, since it was made anonymous."""

    def allowed(self, wave: Wave) -> tuple[str, ...]:
        """The steps that its state, and that of its wave, allow."""
        named = self.sent and not wave.anonymous
        return ("respond",) if named and wave.takes_answers else ()

    def check_issued(self) -> None:
        """Refuse an answer of one whom the wave's count of those issued leaves out.

        Who is cancelled after it, though as of an earlier day, was sent one (domain brief 13.12).
        """
        if not self.sent:
            raise NotIssuedTo
