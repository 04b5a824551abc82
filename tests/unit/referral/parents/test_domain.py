"""Relationships as objects: what they take, in which state."""

from datetime import date
from uuid import UUID

import pytest

from libs.common.core.errors import Rejected
from services.referral.parents.domain import (
    AlreadyWithdrawn,
    NotWithdrawn,
    Person,
    Relationship,
    RelationshipClosed,
)

BEGAN, ENDED = date(2018, 9, 3), date(2019, 6, 1)


def a_relationship(**other: object) -> Relationship:
    given = {"id": UUID(int=1), "child_id": UUID(int=2), "person_id": UUID(int=3)}
    return Relationship(**{**given, "kind": "mother", "from_on": BEGAN, **other})  # type: ignore[arg-type]


def a_person() -> Person:
    return Person(id=UUID(int=3), reference="Sen/2019 ", name="Testparent", as_of=BEGAN)


@pytest.mark.parametrize(
    ("day", "holds"),
    [("2018-09-02", False), ("2018-09-03", True), ("2019-05-31", True), ("2019-06-01", False)],
)
def test_it_holds_from_its_day_until_the_day_it_ended(day: str, *, holds: bool) -> None:
    one = a_relationship(ended_on=ENDED)
    assert one.holds_on(date.fromisoformat(day)) is holds
    one.void = True
    assert not one.holds_on(date.fromisoformat(day))


def test_what_has_ended_takes_nothing_but_a_correction() -> None:
    one = a_relationship(ended_on=ENDED)
    with pytest.raises(RelationshipClosed):
        one.answer_for("verified", ENDED, "somebody")
    with pytest.raises(RelationshipClosed):
        one.restrict(["no-contact"], ENDED)
    assert one.correct("mother", BEGAN, None, "entry-error").ended_on is None
    assert one.answer_for("verified", ENDED, "somebody").responsibility == "verified"
    assert (one.verified_on, one.verified_by) == (ENDED, "somebody")
    one.answer_for("claimed", ENDED, "somebody")
    assert (one.verified_on, one.verified_by) == (None, None)


def test_it_does_not_end_before_it_began_and_is_withdrawn_once() -> None:
    one = a_relationship()
    with pytest.raises(Rejected):
        one.end(date(2018, 9, 2))
    one.withdraw(ENDED, "wrong-child")
    for again in (lambda: one.withdraw(ENDED, "wrong-child"), lambda: one.end(ENDED)):
        with pytest.raises(RelationshipClosed):
            again()


def test_restrictions_are_all_there_are_and_none_lifts_them() -> None:
    one = a_relationship()
    assert one.restrict(["no-letters", "court-order"], ENDED).restrictions == (
        "court-order",
        "no-letters",
    )
    lifted = one.restrict([], ENDED)
    assert (lifted.restrictions, lifted.restricted_on) == ((), None)


def test_a_person_is_withdrawn_once_and_that_is_taken_back() -> None:
    person = a_person()
    assert person.folded == "sen/2019"
    with pytest.raises(NotWithdrawn):
        person.void_withdrawal("entry-error")
    person.withdraw(ENDED, "asked")
    with pytest.raises(AlreadyWithdrawn):
        person.withdraw(ENDED, "asked")
    person.void_withdrawal("entry-error")
    assert (person.withdrawn_on, person.withdrawn_reason) == (None, None)
