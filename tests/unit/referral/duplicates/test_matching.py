"""When two names sound alike, and what else makes two records likely one."""

from typing import Any
from uuid import UUID

import pytest

from services.referral.duplicates.matching import (
    alike,
    likeness_of_children,
    likeness_of_people,
    sounds,
)
from services.referral.parents.domain import Person
from tests.unit.referral.made import OTHER_CHILD, OTHER_SCHOOL, SUBMITTED, a_child

UPN = "U830200119001"


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (("Testa", "Alderfield"), ("Tessta", "Alderfeild"), True),
        (("Testa", "Alderfield"), ("Alderfield", "Testa"), True),
        (("Zoë", "Müller"), ("Zoe", "Muller"), True),
        (("Ann-Marie", "O'Fern"), ("Ann Marie", "OFern"), True),
        (("Ann", "Fern-Oakley"), ("Ann", "Fern"), True),
        (("Ann", "Fern"), ("Ann", "Oakley"), False),
        (("Testa", "Alderfield"), ("Bryn", "Alderfield"), False),
        (("Sukarno", ""), ("Sukarno", ""), True),
        (("Sukarno", ""), ("Sukarno", "Fern"), False),
        (("Łucja", "Дуб"), ("Łucja", "Дуб"), True),
        (("Wu", "Ho"), ("Wu", "Ho"), True),
    ],
)
def test_names_are_alike_by_their_sound(
    one: tuple[str, str], other: tuple[str, str], *, same: bool
) -> None:
    assert alike(sounds(*one), sounds(*other)) is same
    assert alike(sounds(*other), sounds(*one)) is same


@pytest.mark.parametrize(
    ("other", "why"),
    [
        ({}, ["name"]),
        ({"upn": UPN}, ["upn", "name"]),
        ({"upn": UPN, "surname": "Oakley"}, ["upn"]),
        ({"reference": "c1"}, ["reference", "name"]),
        ({"reference": "c1", "scheme": "other", "forename": "Bryn"}, []),
        ({"school_id": OTHER_SCHOOL}, []),
        ({"born_on": SUBMITTED}, []),
        ({"forename": "Bryn"}, []),
    ],
)
def test_children_are_likely_one_by_number_reference_or_name(
    other: dict[str, Any], why: list[str]
) -> None:
    second = a_child(**{"id": OTHER_CHILD, "reference": "C2", **other})
    assert likeness_of_children(a_child(upn=UPN), second) == why


@pytest.mark.parametrize(
    ("other", "why"),
    [
        ({"reference": "p1", "name": "Testcarer"}, ["reference"]),
        ({"email": "p1@example.org"}, ["contact"]),
        ({"phone": "07", "name": "Parent Testa"}, ["contact"]),
        ({"email": "p1@example.org", "name": "Testcarer Oakley"}, []),
        ({}, []),
    ],
)
def test_people_are_likely_one_by_reference_or_name_and_contact(
    other: dict[str, Any], why: list[str]
) -> None:
    given = {"reference": "P1", "name": "Testa Parent", "as_of": SUBMITTED}
    one = Person(id=UUID(int=1), **given, email="p1@example.org", phone="07")  # type: ignore[arg-type]
    second = Person(id=UUID(int=2), **{**given, "reference": "P2", **other})
    assert likeness_of_people(one, second) == why
