"""Logs of events for these tests, and what a read model makes of them."""

import json
import random
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from msgspec.structs import replace
from sqlalchemy import FromClause, select

from libs.common.contracts import (
    REGISTRY,
    Envelope,
    Event,
    assessment,
    referral,
    survey,
)
from libs.common.core.digest import digest
from libs.common.messaging.bus.base import Delivered, to_headers
from libs.common.messaging.subscriptions import Subscriptions
from libs.common.persistence import tables
from libs.common.persistence.db import Database
from services.reporting import facts
from services.reporting.facts import subscriptions
from tests.applied import apply_batch
from tests.emptied import empty

SAMPLES = Path(__file__).parents[3] / "contracts" / "samples"
FIRST = date(2018, 9, 3)
RECORDED = datetime(2018, 9, 3, tzinfo=UTC)

RATED = (
    survey.RatingReceived,
    survey.RatingCorrected,
    survey.RatingVoided,
    survey.DeliveryCorrected,
)
IN_A_CASE = sorted(
    (
        one
        for one in REGISTRY.values()
        if one.key == "case_id" and one not in (referral.SupportStarted, referral.SupportEnded)
    ),
    key=lambda one: one.__name__,
)

# The events an aggregate of each kind may have: its first, those that may follow, its last.
LIVES: Sequence[tuple[type[Event], Sequence[type[Event]], type[Event] | None]] = (
    (referral.SchoolRecorded, (referral.SchoolSucceeded,), None),
    (
        referral.TeamFormed,
        (
            referral.TeamAreaChanged,
            referral.TeamAreaCorrected,
            referral.TeamAreaVoided,
            referral.TeamManagerAppointed,
            referral.TeamManagerCorrected,
            referral.TeamManagerVoided,
            referral.TeamCorrected,
        ),
        referral.TeamDisbanded,
    ),
    (
        referral.StaffAppointed,
        (
            referral.StaffContractChanged,
            referral.ContractCorrected,
            referral.ContractVoided,
            referral.AppointmentCorrected,
            referral.LeavingCorrected,
            referral.LeavingVoided,
        ),
        referral.StaffLeft,
    ),
    (
        referral.SupportStarted,
        IN_A_CASE,
        referral.SupportEnded,
    ),
    (
        referral.ChildRegistered,
        (
            referral.ChildCharacteristicsRecorded,
            referral.ChildCharacteristicsCorrected,
            referral.ChildCharacteristicsVoided,
            referral.ChildMovedSchool,
            referral.SchoolMoveCorrected,
            referral.SchoolMoveVoided,
            referral.ChildrenMerged,
            referral.ChildrenUnmerged,
            referral.ChildRecordClosed,
        ),
        None,
    ),
    (
        referral.PlanNamed,
        (
            referral.PlanNamed,
            referral.PlanCeased,
            referral.PlanReinstated,
            referral.PlanCorrected,
        ),
        referral.PlanVoided,
    ),
    (
        referral.ReferralSubmitted,
        (
            referral.EligibilityChecked,
            referral.SupportAgreed,
            referral.ReferralCorrected,
            referral.ReferralDecisionCorrected,
            referral.ReferralDecisionVoided,
            referral.ReferralVoided,
            referral.ReferralWithdrawn,
        ),
        referral.SupportRefused,
    ),
    (
        referral.ExclusionRecorded,
        (
            referral.ExclusionUpheld,
            referral.ExclusionCorrected,
            referral.ExclusionVoided,
        ),
        referral.ExclusionRescinded,
    ),
    (
        assessment.AssessmentRecorded,
        (assessment.AssessmentCorrected,),
        assessment.AssessmentVoided,
    ),
    (
        assessment.TeachingJudged,
        (assessment.TeachingJudgementCorrected,),
        assessment.TeachingJudgementVoided,
    ),
    (
        assessment.QualityDialogueHeld,
        (assessment.QualityDialogueCorrected,),
        assessment.QualityDialogueVoided,
    ),
    (assessment.AssessmentWindowsSet, (assessment.AssessmentWindowsSet,), None),
    (survey.QuestionnairePublished, (), None),
    (
        survey.WaveIssued,
        (survey.WaveCorrected, survey.WaveClosed, survey.WaveReopened),
        survey.WaveVoided,
    ),
    (
        survey.ResponseReceived,
        (survey.ResponseCorrected, survey.ResponseStandingChanged),
        survey.ResponseVoided,
    ),
    (
        survey.ComplaintReceived,
        (survey.ComplaintCorrected, survey.ComplaintClosed),
        survey.ComplaintVoided,
    ),
    (survey.ComplimentReceived, (survey.ComplimentCorrected,), survey.ComplimentVoided),
    (survey.RegisterChecked, (survey.RegisterChecked,), survey.RegisterCheckVoided),
    (survey.TrainingDelivered, RATED, survey.DeliveryVoided),
    (survey.BespokeWorkDelivered, RATED, None),
)
NUMBERS = ("fte_hundredths", "attended", "value_tenths", "delegates", "content")


def sample(type_: type[Event], subject: UUID, **changes: Any) -> Event:
    """Return the event as release 1 wrote it, of the aggregate given."""
    path = SAMPLES / f"{type_.__name__}.v{type_.major}.json"
    return type_.model_validate(json.loads(path.read_text()) | {type_.key: subject} | changes)


def life(draw: random.Random, subject: UUID) -> list[Event]:
    """Draw what happens to one aggregate, from its first event to its last."""
    first, between, last = draw.choice(LIVES)
    kinds = [first]
    if between:
        kinds += draw.choices(between, k=draw.randint(0, 8))
    if last is not None and draw.random() < 0.5:
        kinds.append(last)
    return [_drawn(draw, kind, subject) for kind in kinds]


def _drawn(draw: random.Random, kind: type[Event], subject: UUID) -> Event:
    day = FIRST + timedelta(days=draw.randrange(20))
    changes: dict[str, Any] = {
        name: day for name, field in kind.model_fields.items() if field.annotation is date
    }
    changes |= {name: draw.randint(1, 9) for name in NUMBERS if name in kind.model_fields}
    if "review_id" in kind.model_fields:
        changes["review_id"] = UUID(int=subject.int * 1000 + draw.randrange(3))
    if "rating_id" in kind.model_fields:
        changes["rating_id"] = UUID(int=subject.int * 1000 + draw.randrange(3))
    return sample(kind, subject, **changes)


def staff_life(subject: UUID, length: int = 3) -> list[Event]:
    """Return an appointment and changes of contract: ``length`` events."""
    changes = [
        sample(
            referral.StaffContractChanged,
            subject,
            fte_hundredths=1 + number % 100,
            changed_on=FIRST + timedelta(days=number),
        )
        for number in range(1, length)
    ]
    return [sample(referral.StaffAppointed, subject), *changes]


def envelope(event: Event, sequence: int) -> Envelope:
    """Return the event as its publisher's relay sends it."""
    return Envelope(
        id=UUID(int=(event.aggregate_id.int << 20 | sequence) % 2**128),
        source=event.publisher,
        type=event.type(),
        subject=event.aggregate_id,
        sequence=sequence,
        time=RECORDED + timedelta(minutes=sequence),
        data=event.model_dump_json().encode(),
    )


def delivered(sent: Envelope, offset: int = 0) -> Delivered:
    """Return the envelope as it comes from the bus."""
    key = str(sent.subject).encode()
    return Delivered(sent.source, 0, offset, key, to_headers(sent), sent.data)


def log_of(*lives: Sequence[Event]) -> list[Delivered]:
    """Return a log that takes an event of each life in turn."""
    longest = max(map(len, lives))
    sent = [
        envelope(life[turn], turn + 1)
        for turn in range(longest)
        for life in lives
        if turn < len(life)
    ]
    return [delivered(one, offset) for offset, one in enumerate(sent)]


def of(records: Iterable[Delivered], subject: UUID) -> list[Delivered]:
    """Return the records of one aggregate."""
    return [record for record in records if record.key == str(subject).encode()]


def changed(record: Delivered, **headers: str | None) -> Delivered:
    """Return the record with headers changed, or without those that are None."""
    kept = {name: value for name, value in record.headers.items() if name not in headers}
    new = {name: value for name, value in headers.items() if value is not None}
    return replace(record, sent=kept | new)


def with_data(record: Delivered, **changes: Any) -> Delivered:
    """Return the record with fields of its JSON changed."""
    data = json.loads(record.value or b"{}") | changes
    return replace(record, value=json.dumps(data).encode())


class ReadModel:
    """Reporting's database, and what is in it."""

    def __init__(self, database: Database) -> None:
        self.database = database

    async def apply(
        self, records: Sequence[Delivered], listening: Subscriptions = subscriptions
    ) -> int:
        """Apply records as one batch."""
        async with self.database.writing() as connection:
            return await apply_batch(connection, listening, records)

    async def rows(self, table: FromClause) -> list[Any]:
        """Return all rows of a table."""
        async with self.database.reading() as connection:
            return list((await connection.execute(select(table))).all())

    async def dead_letters(self) -> list[tuple[str, int | None]]:
        """Return reason and version of all dead letters."""
        rows = await self.rows(tables.dead_letter)
        return sorted((row.reason, row.sequence) for row in rows)

    async def digest(self) -> str:
        """Return the digest of the facts."""
        async with self.database.reading() as connection:
            return await digest(connection, facts.metadata)

    async def wipe(self) -> None:
        """Forget everything."""
        listening = (tables.consumer_position, tables.aggregate_version, tables.dead_letter)
        async with self.database.writing() as connection:
            await empty(connection, *facts.metadata.tables.values(), *listening)

    async def clean(self, records: Sequence[Delivered]) -> str:
        """Return the digest that a clean log leads to, and forget everything again."""
        await self.wipe()
        await self.apply(records)
        assert await self.dead_letters() == []
        found = await self.digest()
        await self.wipe()
        return found


def batches(draw: random.Random, records: Sequence[Delivered]) -> Iterator[Sequence[Delivered]]:
    """Split a log into batches of drawn sizes."""
    start = 0
    while start < len(records):
        size = draw.randint(1, 60)
        yield records[start : start + size]
        start += size
