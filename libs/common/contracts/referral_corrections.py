"""What the referral service publishes when schools, staff, referrals or exclusions are put right.

What changed in the world on a day is here too, where it came with this: a school's successor, a
team's area and manager. ``reason`` is a code: why it is put right, not why it was so.
"""

from datetime import date
from typing import Literal
from uuid import UUID

from libs.common.contracts.base import Event
from libs.common.contracts.referral import ExclusionRecorded, Ground, Post, ReferralSubmitted

ReferralDecision = Literal["agree", "refuse"]


class SchoolSucceeded(Event, publisher="referral", key="school_id"):
    """A school closed and another carries on from a day: a conversion or an amalgamation.

    Its children go there from that day, each told by their own move. Where the register says
    afterwards that there is no one successor, it is told again with null.
    """

    school_id: UUID
    successor_id: UUID | None
    succeeded_on: date | None


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


class ReferralCorrected(ReferralSubmitted, publisher="referral", key="referral_id"):
    """The school, the day or the evidence of a referral was put right."""

    reason: str


class ReferralVoided(Event, publisher="referral", key="referral_id"):
    """A referral was recorded by mistake."""

    referral_id: UUID
    child_id: UUID
    reason: str


class ReferralWithdrawn(Event, publisher="referral", key="referral_id"):
    """Who asked for support no longer asks for it; a new request is a new referral."""

    referral_id: UUID
    child_id: UUID
    withdrawn_on: date
    ground: str


class ReferralDecisionCorrected(Event, publisher="referral", key="referral_id"):
    """The Head of Service's decision on a referral was put right."""

    referral_id: UUID
    child_id: UUID
    decision: ReferralDecision
    decided_on: date
    decided_for: str
    """The coded reason of the decision itself."""
    reason: str


class ReferralDecisionVoided(Event, publisher="referral", key="referral_id"):
    """A decision on a referral was recorded by mistake: the referral waits for one again."""

    referral_id: UUID
    child_id: UUID
    reason: str


class ExclusionCorrected(ExclusionRecorded, publisher="referral", key="exclusion_id"):
    """An exclusion, or what became of it, was put right: this is all that is known of it now."""

    upheld_on: date | None
    rescinded_on: date | None
    ground: Ground | None
    reason: str


class ExclusionVoided(Event, publisher="referral", key="exclusion_id"):
    """An exclusion was recorded by mistake: there was none. One that was withdrawn is rescinded."""

    exclusion_id: UUID
    child_id: UUID
    reason: str
