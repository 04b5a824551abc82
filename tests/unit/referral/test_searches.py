"""People looked up by what stands in no address: names as they are said, days, numbers."""

from typing import Any
from uuid import UUID

import pytest

from libs.common.security import Role
from services.referral.names import likeness
from tests.journeys.casework import CHILD, call, opened
from tests.worlds import World

CHILDREN, PEOPLE, STAFF = (f"/referral/v1/{one}" for one in ("children", "people", "staff"))
UPN = "H801200001001"


@pytest.mark.parametrize(
    ("asked", "name", "found"),
    [
        ("alderfield", "Testa Alderfield", True),
        ("Alderfield Testa", "Testa Alderfield", True),
        ("Alderfield, Testa", "Testa Alderfield", True),
        ("Aldrefeild", "Testa Alderfield", True),
        ("Ald", "Testa Alderfield", True),
        ("Zoë", "Zoe Brown", True),
        ("Zoe", "Zoë Brown", True),
        ("Anne Marie", "Anne-Marie Stone", True),
        ("Annemarie", "Anne-Marie Stone", True),
        ("Anne-Marie", "Annemarie Stone", True),
        ("O Brien", "Kit O'Brien", True),
        ("OBrien", "Kit O\u2019Brien", True),
        ("Stephen", "Steven Made-Up", True),
        ("Mohammed", "Muhammad Testley", True),
        ("Lukasz", "Łukasz Testowski", True),
        ("Søren", "Soren Made", True),
        ("Иван", "Иван Тест", True),
        ("Testa Brown", "Testa Alderfield", False),
        ("Alder", "Zalderfield", False),
        ("Иван", "Пётр Тест", False),
        ("%", "Testa Alderfield", False),
        ("_", "Testa Alderfield", False),
    ],
)
def test_a_name_is_found_as_it_is_said(asked: str, name: str, *, found: bool) -> None:
    assert (likeness(asked, *name.split(" ", 1)) > 0) is found


def test_who_is_called_so_comes_before_who_sounds_so() -> None:
    names = ("Steven", "Stephenson", "Stephen")
    assert sorted(names, key=lambda name: -likeness("Stephen", name)) == [
        "Stephen",
        "Stephenson",
        "Steven",
    ]


async def known(world: World) -> dict[str, str]:
    """Return the ids of a supported child with a parent, beside two other children."""
    ids = await opened(world)
    parent = {"reference": "P1", "name": "Testparent One", "relationship": "mother"}
    parent |= {"email": "one@example.org", "phone": "+44 1"}
    told = {**CHILD, "parents": [parent], "upn": UPN}
    url = f"{CHILDREN}/by-reference/county"
    child = await call(world, "PUT", f"{url}/C1", told)
    assert child.status_code == 200, child.text
    for number, name in ((2, "Alderfeild"), (3, "Brookes")):
        other = {**CHILD, "surname": name, "born_on": "2011-02-03", "plans": []}
        made = await call(world, "PUT", f"{url}/C{number}", other)
        assert made.status_code == 201, made.text
    return {**ids, "school": child.json()["school_id"]}


FOUND: dict[str, list[tuple[dict[str, Any], list[str]]]] = {
    CHILDREN: [
        ({"name": "Alderfield"}, ["C1", "C2"]),
        ({"name": "alderfield testa", "born_on": "2010-10-01"}, ["C1"]),
        ({"born_on": "2011-02-03"}, ["C2", "C3"]),
        ({"upn": UPN}, ["C1"]),
        ({"reference": "C3"}, ["C3"]),
        ({"reference": "C3", "scheme": "other"}, []),
        ({"name": "Nobody"}, []),
    ],
    PEOPLE: [
        ({"name": "one testparent"}, ["P1"]),
        ({"email": "one@example.org"}, ["P1"]),
        ({"phone": "+44 1", "name": "Testparnet"}, ["P1"]),
        ({"phone": "+44 2"}, []),
    ],
    STAFF: [({"name": "teacher"}, ["S1"]), ({"reference": "S1"}, ["S1"]), ({"name": "x"}, [])],
}


async def test_people_are_found_by_who_sees_them_and_the_audit_names_nobody(
    referral: World,
) -> None:
    ids = await known(referral)
    unkeyed = {k: v for k, v in referral.as_().items() if k == "Authorization"}
    for thing, searches in FOUND.items():
        for asked, references in searches:
            answer = await call(referral, "POST", f"{thing}/searches", asked, headers=unkeyed)
            assert answer.status_code == 200, answer.text
            found = [one["reference"] for one in answer.json()["items"]]
            both = (found, references) if "name" in asked else (sorted(found), references)
            assert both[0] == both[1], asked
            assert answer.json()["more"] is False
        nothing = await call(referral, "POST", f"{thing}/searches", {})
        assert [one["code"] for one in nothing.json()["errors"]] == ["nothing-asked"]
    item = (await call(referral, "POST", f"{CHILDREN}/searches", {"upn": UPN})).json()["items"][0]
    shown = await call(referral, "GET", f"{CHILDREN}/{ids['child']}")
    assert item == shown.json() | {"etag": shown.headers["ETag"]}
    stranger = referral.as_(Role.SUPPORT_TEACHER, staff_id=UUID(int=1))
    for thing, searches in FOUND.items():
        none = await call(referral, "POST", f"{thing}/searches", searches[0][0], headers=stranger)
        assert none.json()["items"] == []
    async with referral.database("referral").reading() as connection:
        rows = await connection.exec_driver_sql("SELECT object FROM audit WHERE outcome='searched'")
        told = [row[0] for row in rows]
        stored = await connection.exec_driver_sql("SELECT count(*) FROM idempotency WHERE key = ''")
        assert stored.scalar_one() == 0
    assert f"/v1/children/searches {ids['child']}" in told
    assert not any("alder" in one.lower() or UPN in one for one in told)


async def test_a_school_is_shown_no_parents_contacts_nor_finds_anybody_by_them(
    referral: World,
) -> None:
    """What is withheld is null and named, wherever the field is shown; in a file, in its cell."""
    ids = await known(referral)
    school = referral.as_(Role.SCHOOL_SENCO, schools=[UUID(ids["school"])])
    for who, sees in ((school, False), (referral.as_(), True)):
        child = (await call(referral, "GET", f"{CHILDREN}/{ids['child']}", headers=who)).json()
        [parent] = child["parents"]
        person = await call(referral, "GET", f"{PEOPLE}/by-reference/P1", headers=who)
        listed = (await call(referral, "GET", PEOPLE, headers=who)).json()["items"][0]
        for one in (parent, person.json(), listed):
            assert (one["email"] is not None, one["phone"] is not None) == (sees, sees)
            assert one["name"] == "Testparent One"
        assert child["withheld"] == ([] if sees else ["parents.email", "parents.phone"])
        assert listed["withheld"] == ([] if sees else ["email", "phone"])
        asked = {"email": "one@example.org"}
        found = await call(referral, "POST", f"{PEOPLE}/searches", asked, headers=who)
        assert len(found.json()["items"]) == (1 if sees else 0)
