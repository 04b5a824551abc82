"""What referral publishes of children: their characteristics, schools and plans, from days on."""

from datetime import date
from typing import Literal
from uuid import UUID

from libs.common.contracts.base import Event

Sex = Literal["F", "M", "U"]
PlanType = str  # a code of services/referral/children/plan_types: an open list, not an enumeration


ChildKeyName = Literal["upn"]
"""The county's keys of a child that may change."""


class ChildRegistered(Event, publisher="referral", key="child_id"):
    """A child became known to the service, on the roll of a school."""

    child_id: UUID
    school_id: UUID
    year_group: str
    sex: Sex
    registered_on: date


class ChildCharacteristicsRecorded(Event, publisher="referral", key="child_id"):
    """A child's year group, needs in rank order, and flags were recorded, as from a day."""

    child_id: UUID
    effective_on: date
    year_group: str
    needs: tuple[str, ...]
    pupil_premium: bool
    looked_after: bool
    eal: bool


class ChildMovedSchool(Event, publisher="referral", key="child_id"):
    """A child moved to another school; support and plan go on."""

    child_id: UUID
    from_school_id: UUID
    school_id: UUID
    moved_on: date


class ChildParticularsChanged(Event, publisher="referral", key="child_id"):
    """Something of who a child is was told anew: whoever keeps a copy reads the child again.

    What it is stays in the service, but for which of the county's keys are new.
    """

    child_id: UUID
    changed_keys: tuple[ChildKeyName, ...]


class ChildRecordClosed(Event, publisher="referral", key="child_id", tombstone="ended"):
    """A child's record is closed: nobody is asked about them under it from now on.

    A child who was adopted has another record since; no event leads from one to the other, and
    ``closed_on`` is the day on which this was recorded, not that of the new identity.
    """

    child_id: UUID
    closed_on: date


class PlanNamed(Event, publisher="referral", key="plan_id"):
    """A child's plan was recorded or amended, and says whether it names the service.

    ``effective_on`` is the day from which it says so, null where that is not known. What it says
    from the last such day is told last.
    """

    plan_id: UUID
    child_id: UUID
    plan_type: PlanType
    names_service: bool
    starts_on: date
    review_due_on: date | None
    effective_on: date | None = None


class PlanCeased(Event, publisher="referral", key="plan_id", tombstone="ended"):
    """A plan ended. The day is its last, not the day on which that was decided."""

    plan_id: UUID
    child_id: UUID
    ceased_on: date
    reason: str


class SchoolMoveCorrected(Event, publisher="referral", key="child_id"):
    """A child's school from a day on had been recorded wrongly: the school, the day or both.

    ``now_school_id`` is where the child goes as known since, and ``now_on`` from which day on.
    """

    child_id: UUID
    formerly_on: date
    from_school_id: UUID
    school_id: UUID
    moved_on: date
    reason: str
    now_school_id: UUID
    now_on: date


class SchoolMoveVoided(Event, publisher="referral", key="child_id"):
    """A child did not move to another school on that day; the rest is as in a correction."""

    child_id: UUID
    moved_on: date
    reason: str
    now_school_id: UUID
    now_on: date


class ChildCharacteristicsCorrected(Event, publisher="referral", key="child_id"):
    """What was so of a child from a day on had been recorded wrongly: what, or from which day."""

    child_id: UUID
    formerly_on: date
    effective_on: date
    year_group: str
    needs: tuple[str, ...]
    pupil_premium: bool
    looked_after: bool
    eal: bool
    reason: str


class ChildCharacteristicsVoided(Event, publisher="referral", key="child_id"):
    """Nothing of a child changed on that day: what was so before it goes on."""

    child_id: UUID
    effective_on: date
    reason: str


class PlanReinstated(Event, publisher="referral", key="plan_id"):
    """A plan that had ended goes on: its end was recorded by mistake, or it was opened again."""

    plan_id: UUID
    child_id: UUID
    reason: str | None


class PlanCorrected(Event, publisher="referral", key="plan_id"):
    """What a plan says from a day on, or its first or last day, had been recorded wrongly."""

    plan_id: UUID
    child_id: UUID
    plan_type: str
    names_service: bool
    starts_on: date
    review_due_on: date | None
    effective_on: date
    ceased_on: date | None
    cease_reason: str | None
    reason: str


class PlanVoided(Event, publisher="referral", key="plan_id", tombstone="withdrawn"):
    """There was no such plan, or it was another child's: it counts nowhere."""

    plan_id: UUID
    child_id: UUID
    reason: str
