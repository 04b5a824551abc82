"""The registers: a complaint is answered once, and not before it was received."""

from datetime import date, timedelta
from uuid import UUID

from libs.common.contracts.survey import (
    ComplaintClosed,
    ComplaintReceived,
    ComplimentReceived,
    RegisterChecked,
)
from libs.common.core.errors import Rejected
from services.survey.feedback.domain import Complaint, ComplaintIsClosed, Compliment, RegisterCheck
from tests.unit.refused import refused

ID = UUID(int=1)
RECEIVED = date(2019, 2, 14)


def a_complaint() -> Complaint:
    return Complaint(
        id=ID,
        reference="CO1",
        received_on=RECEIVED,
        formal=True,
        text="Made-up concern.",
        recorded_by="somebody",
    )


def test_a_complaint_is_received_without_its_text() -> None:
    assert a_complaint().receive() == ComplaintReceived(
        complaint_id=ID, received_on=RECEIVED, formal=True
    )


def test_a_complaint_is_closed_from_the_day_it_was_received_and_once() -> None:
    complaint = a_complaint()
    with refused(Rejected, "/closed_on"):
        complaint.close(RECEIVED - timedelta(days=1), "not-upheld")
    assert (complaint.closed_on, complaint.outcome) == (None, None)
    assert complaint.close(RECEIVED, "not-upheld") == ComplaintClosed(
        complaint_id=ID, closed_on=RECEIVED, outcome="not-upheld"
    )
    with refused(ComplaintIsClosed):
        complaint.close(RECEIVED, "upheld")
    assert (complaint.closed_on, complaint.outcome) == (RECEIVED, "not-upheld")


def test_a_compliment_says_whom_it_came_from_in_a_code() -> None:
    compliment = Compliment(
        id=ID,
        reference="CP1",
        received_on=RECEIVED,
        source="parents",
        text="Made-up thanks.",
        recorded_by="somebody",
    )
    assert compliment.receive("parents") == ComplimentReceived(
        compliment_id=ID, received_on=RECEIVED, source="parents"
    )


def test_a_check_vouches_for_a_register_and_a_month() -> None:
    check = RegisterCheck(
        id=ID,
        kind="complaints",
        month="2019-02",
        checked_on=date(2019, 3, 4),
        checked_by="somebody",
    )
    assert check.check("complaints") == RegisterChecked(
        check_id=ID, kind="complaints", month="2019-02", checked_on=date(2019, 3, 4)
    )
