"""Teams and staff: in post between two days, and a contract that holds from its day on."""

from datetime import date, timedelta

import pytest

from libs.common.contracts.referral import (
    StaffAppointed,
    StaffContractChanged,
    StaffLeft,
    TeamDisbanded,
    TeamFormed,
)
from libs.common.core.errors import Rejected
from services.referral.staff.domain import (
    Contract,
    StaffContract,
    StaffHasLeft,
    StaffMember,
    holding,
)
from tests.unit.referral.made import TEACHER, TEAM, a_teacher, a_team
from tests.unit.refused import refused

DAY = timedelta(days=1)
APPOINTED, LAST = date(2015, 9, 1), date(2018, 9, 30)
HALF = Contract(TEAM, 50)


def test_a_team_works_from_the_day_it_was_formed() -> None:
    team = a_team()
    assert team.form() == TeamFormed(team_id=TEAM, code="T1", area="north", formed_on=APPOINTED)
    with refused(Rejected, "/disbanded_on"):
        team.disband(APPOINTED - DAY)
    assert team.disbanded_on is None
    assert team.disband(APPOINTED) == TeamDisbanded(team_id=TEAM, disbanded_on=APPOINTED)
    assert team.disbanded_on == APPOINTED


def test_staff_are_appointed_by_post_and_reference_without_a_name() -> None:
    assert a_teacher(team_id=TEAM).appoint("specialist-teacher") == StaffAppointed(
        staff_id=TEACHER,
        post="specialist-teacher",
        team_id=TEAM,
        fte_hundredths=80,
        appointed_on=APPOINTED,
        reference="S1",
    )


@pytest.mark.parametrize(
    ("staff", "first", "last"),
    [(a_teacher(), APPOINTED, None), (a_teacher(left_on=LAST), APPOINTED, LAST)],
    ids=["in post", "left"],
)
def test_staff_work_from_their_first_day_to_their_last(
    staff: StaffMember, first: date, last: date | None
) -> None:
    staff.check_in_post(first)
    with refused(Rejected, "/staff_id"):
        staff.check_in_post(first - DAY)
    staff.check_in_post(LAST)
    if last is None:
        staff.check_in_post(LAST + DAY)
    else:
        with refused(Rejected, "/staff_id"):
            staff.check_in_post(last + DAY)


def test_a_contract_holds_from_its_day_on_and_one_of_a_later_day_stays() -> None:
    staff = a_teacher()
    assert staff.change_contract(HALF, LAST) == StaffContractChanged(
        staff_id=TEACHER, team_id=TEAM, fte_hundredths=50, changed_on=LAST
    )
    later, earlier = a_contract(LAST, HALF), a_contract(LAST - DAY, Contract(None, 60))
    staff.hold([later, earlier])
    assert (staff.team_id, staff.fte_hundredths, staff.contract_on) == (TEAM, 50, LAST)
    later.void = True
    staff.hold([later, earlier])
    assert (staff.team_id, staff.fte_hundredths, staff.contract_on) == (None, 60, LAST - DAY)
    assert holding([later, earlier], LAST - 2 * DAY) is None
    assert holding([later, earlier], LAST) is earlier


def a_contract(day: date, contract: Contract) -> StaffContract:
    return StaffContract(
        staff_id=TEACHER,
        from_on=day,
        team_id=contract.team_id,
        fte_hundredths=contract.fte_hundredths,
    )


def test_no_contract_changes_before_the_appointment_or_once_staff_have_left() -> None:
    with refused(Rejected, "/effective_on"):
        a_teacher().change_contract(HALF, APPOINTED - DAY)
    assert a_teacher().change_contract(HALF, APPOINTED)
    with refused(StaffHasLeft):
        a_teacher(left_on=LAST).change_contract(HALF, LAST + DAY)
    assert a_teacher(left_on=LAST).change_contract(HALF, LAST)


def test_nobody_leaves_before_they_came() -> None:
    staff = a_teacher()
    with refused(Rejected, "/left_on"):
        staff.leave(APPOINTED - DAY)
    assert staff.left_on is None
    assert staff.leave(APPOINTED) == StaffLeft(staff_id=TEACHER, left_on=APPOINTED)
    assert staff.left_on == APPOINTED
