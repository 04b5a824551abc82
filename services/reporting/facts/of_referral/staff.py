"""Facts of staff and teams: in post, under contracts, in areas, by managers."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Column, Date, Integer, String, Text, Uuid

from libs.common.contracts import referral as events
from libs.common.contracts.base import Recorded
from services.reporting.facts.subscribed import fills, learn, moves, withdraws
from services.reporting.facts.versions import fact

Rows = Iterable[dict[str, Any]]

team = fact(
    "team",
    Column("team_id", Uuid, primary_key=True),
    Column("code", Text),
    Column("area", Text),
    Column("formed_on", Date),
    Column("disbanded_on", Date),
)
learn(events.TeamFormed, team)
learn(events.TeamDisbanded, team)
learn(events.TeamCorrected, team)

staff = fact(
    "staff",
    Column("staff_id", Uuid, primary_key=True),
    Column("post", String(40)),
    Column("appointed_on", Date),
    Column("left_on", Date),
)
learn(events.StaffAppointed, staff)
learn(events.StaffLeft, staff)
learn(events.AppointmentCorrected, staff)
learn(events.LeavingCorrected, staff)


@fills(events.LeavingVoided, staff)
def leaving_voided(_: Recorded[events.LeavingVoided]) -> Rows:
    """Somebody who is still in post."""
    yield {"left_on": None}


# What holds from a day on holds until the day of the next.
contract = fact(
    "contract",
    Column("staff_id", Uuid, primary_key=True),
    Column("from_on", Date, primary_key=True),
    Column("fte_hundredths", Integer),
)
learn(events.StaffAppointed, contract, from_on="appointed_on")
learn(events.StaffContractChanged, contract, from_on="changed_on")
moves(events.ContractCorrected, contract)
withdraws(events.ContractVoided, contract)

staff_team = fact(
    "staff_team",
    Column("staff_id", Uuid, primary_key=True),
    Column("from_on", Date, primary_key=True),
    Column("team_id", Uuid),
)
learn(events.StaffAppointed, staff_team, from_on="appointed_on")
learn(events.StaffContractChanged, staff_team, from_on="changed_on")
moves(events.ContractCorrected, staff_team)
withdraws(events.ContractVoided, staff_team)

team_area = fact(
    "team_area",
    Column("team_id", Uuid, primary_key=True),
    Column("from_on", Date, primary_key=True),
    Column("area", Text),
)
learn(events.TeamFormed, team_area, from_on="formed_on")
learn(events.TeamAreaChanged, team_area, from_on="changed_on")
moves(events.TeamAreaCorrected, team_area)
withdraws(events.TeamAreaVoided, team_area)

team_manager = fact(
    "team_manager",
    Column("team_id", Uuid, primary_key=True),
    Column("from_on", Date, primary_key=True),
    Column("staff_id", Uuid),
)
learn(events.TeamManagerAppointed, team_manager, from_on="appointed_on")
moves(events.TeamManagerCorrected, team_manager)
withdraws(events.TeamManagerVoided, team_manager)
