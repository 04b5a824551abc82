"""What referral publishes of staff and teams: contracts, areas and managers, each from a day on."""

from datetime import date
from typing import Literal
from uuid import UUID

from libs.common.contracts.base import Event

Post = Literal["head-of-service", "area-manager", "specialist-teacher"]


class TeamFormed(Event, publisher="referral", key="team_id"):
    """A team of specialist teachers began its work."""

    team_id: UUID
    code: str
    area: str
    formed_on: date


class TeamDisbanded(Event, publisher="referral", key="team_id", tombstone="ended"):
    """A team was disbanded; its last day is the last on which it is counted."""

    team_id: UUID
    disbanded_on: date


class StaffAppointed(Event, publisher="referral", key="staff_id"):
    """A member of the teaching staff was appointed; ``fte`` is in hundredths of full time.

    ``reference`` is the county's own reference, a pseudonym; null where it is not known.
    """

    staff_id: UUID
    post: Post
    team_id: UUID | None
    fte_hundredths: int
    appointed_on: date
    reference: str | None = None


class StaffReferenceRecorded(Event, publisher="referral", key="staff_id", new_keys=("reference",)):
    """The county's reference, a pseudonym, for staff whose appointment did not have it."""

    staff_id: UUID
    reference: str


class StaffContractChanged(Event, publisher="referral", key="staff_id"):
    """The team or the hours of a member of staff changed from a day on."""

    staff_id: UUID
    team_id: UUID | None
    fte_hundredths: int
    changed_on: date


class StaffLeft(Event, publisher="referral", key="staff_id", tombstone="ended"):
    """A member of staff left; the day is the last in post."""

    staff_id: UUID
    left_on: date


class TeamAreaChanged(Event, publisher="referral", key="team_id"):
    """A team belongs to another area from a day on."""

    team_id: UUID
    area: str
    changed_on: date


class TeamAreaCorrected(Event, publisher="referral", key="team_id"):
    """From when a team belongs to an area, or to which, was put right."""

    team_id: UUID
    area: str
    from_on: date
    formerly_on: date
    reason: str


class TeamAreaVoided(Event, publisher="referral", key="team_id"):
    """That a team changed its area on a day was recorded by mistake."""

    team_id: UUID
    from_on: date
    reason: str


class TeamCorrected(Event, publisher="referral", key="team_id"):
    """A team's first day or last day was put right; without a last day it is at work."""

    team_id: UUID
    formed_on: date
    disbanded_on: date | None
    reason: str


class TeamManagerAppointed(Event, publisher="referral", key="team_id"):
    """A team has another manager from a day on, or, with null, none."""

    team_id: UUID
    staff_id: UUID | None
    appointed_on: date


class TeamManagerCorrected(Event, publisher="referral", key="team_id"):
    """Who manages a team, or from which day, was put right."""

    team_id: UUID
    staff_id: UUID | None
    from_on: date
    formerly_on: date
    reason: str


class TeamManagerVoided(Event, publisher="referral", key="team_id"):
    """That a team's manager changed on a day was recorded by mistake."""

    team_id: UUID
    from_on: date
    reason: str


class ContractCorrected(Event, publisher="referral", key="staff_id"):
    """The team, the hours or the first day of a contract was put right.

    ``latest_on`` is the first day of the latest contract as it is now, and ``latest_team_id`` its
    team.
    """

    staff_id: UUID
    team_id: UUID | None
    fte_hundredths: int
    from_on: date
    formerly_on: date
    latest_team_id: UUID | None
    latest_on: date
    reason: str


class ContractVoided(Event, publisher="referral", key="staff_id"):
    """A contract was recorded by mistake: the one before it goes on.

    The latest contract is told as in a correction.
    """

    staff_id: UUID
    from_on: date
    latest_team_id: UUID | None
    latest_on: date
    reason: str


class AppointmentCorrected(Event, publisher="referral", key="staff_id"):
    """The post or the first day of a member of staff was put right."""

    staff_id: UUID
    post: Post
    appointed_on: date
    formerly_on: date
    reason: str


class LeavingCorrected(Event, publisher="referral", key="staff_id"):
    """The last day in post of a member of staff was put right."""

    staff_id: UUID
    left_on: date
    reason: str


class LeavingVoided(Event, publisher="referral", key="staff_id"):
    """That a member of staff left was recorded by mistake, or did not come to be."""

    staff_id: UUID
    reason: str
