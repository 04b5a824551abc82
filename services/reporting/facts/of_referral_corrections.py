"""Facts of what referral put right, and of what holds from a day on beside people's contracts.

A correction that moves a key leaves the old one as a fact that does not stand.
"""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Column, Date, Text, Uuid

from libs.common.contracts import referral as events
from libs.common.contracts.base import Recorded
from libs.common.contracts.referral import TeamFormed
from services.reporting.facts.of_referral import (
    contract,
    exclusion,
    referral,
    staff,
    staff_team,
    team,
)
from services.reporting.facts.subscribed import fills, learn
from services.reporting.facts.versions import fact

Rows = Iterable[dict[str, Any]]

school_succession = fact(
    "school_succession",
    Column("school_id", Uuid, primary_key=True),
    Column("successor_id", Uuid),
    Column("succeeded_on", Date),
)
learn(events.SchoolSucceeded, school_succession)

# What holds from a day on holds until the day of the next.
team_area = fact(
    "team_area",
    Column("team_id", Uuid, primary_key=True),
    Column("from_on", Date, primary_key=True),
    Column("area", Text),
)
learn(TeamFormed, team_area, from_on="formed_on")
learn(events.TeamAreaChanged, team_area, from_on="changed_on")

team_manager = fact(
    "team_manager",
    Column("team_id", Uuid, primary_key=True),
    Column("from_on", Date, primary_key=True),
    Column("staff_id", Uuid),
)
learn(events.TeamManagerAppointed, team_manager, from_on="appointed_on")


def _moved(e: Recorded[Any]) -> Rows:
    """Return the new key, which stands, and the old one, which does not, where it moved."""
    if e.event.formerly_on != e.event.from_on:
        yield {"from_on": e.event.formerly_on, "stands": False}
    yield {"stands": True}


def _withdrawn(_: Recorded[Any]) -> Rows:
    return ({"stands": False},)


fills(events.TeamAreaCorrected, team_area)(_moved)
fills(events.TeamAreaVoided, team_area)(_withdrawn)
fills(events.TeamManagerCorrected, team_manager)(_moved)
fills(events.TeamManagerVoided, team_manager)(_withdrawn)
fills(events.ContractCorrected, contract)(_moved)
fills(events.ContractCorrected, staff_team)(_moved)
fills(events.ContractVoided, contract)(_withdrawn)
fills(events.ContractVoided, staff_team)(_withdrawn)

learn(events.TeamCorrected, team)
learn(events.AppointmentCorrected, staff)
learn(events.LeavingCorrected, staff)


@fills(events.LeavingVoided, staff)
def leaving_voided(_: Recorded[events.LeavingVoided]) -> Rows:
    """Somebody who is still in post."""
    yield {"left_on": None}


learn(events.ReferralCorrected, referral, "referral_id", "child_id", "school_id", "submitted_on")
learn(events.ReferralWithdrawn, referral, "referral_id", "child_id", "withdrawn_on")

UNDECIDED = {"agreed_on": None, "refused_on": None, "reason": None}


@fills(events.ReferralVoided, referral)
def referral_voided(_: Recorded[events.ReferralVoided]) -> Rows:
    """A referral that nobody made; should it be submitted again, nothing came of it so far."""
    yield {**UNDECIDED, "withdrawn_on": None, "stands": False}


@fills(events.ReferralDecisionCorrected, referral)
def referral_decision_corrected(e: Recorded[events.ReferralDecisionCorrected]) -> Rows:
    """Another decision, with its reason where support is refused."""
    if e.event.decision == "agree":
        yield {**UNDECIDED, "agreed_on": e.event.decided_on}
    else:
        yield {**UNDECIDED, "refused_on": e.event.decided_on, "reason": e.event.decided_for}


@fills(events.ReferralDecisionVoided, referral)
def referral_decision_voided(_: Recorded[events.ReferralDecisionVoided]) -> Rows:
    """A referral that waits for a decision again."""
    yield UNDECIDED


learn(events.ExclusionCorrected, exclusion)


@fills(events.ExclusionVoided, exclusion)
def exclusion_voided(_: Recorded[events.ExclusionVoided]) -> Rows:
    """An exclusion that there was not; should it be recorded again, nothing came of it so far."""
    yield {"upheld_on": None, "rescinded_on": None, "ground": None, "stands": False}
