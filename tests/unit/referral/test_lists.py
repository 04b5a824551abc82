"""Lists over HTTP: in every order, by every filter, page by page, and as files."""

import csv
import io
from datetime import date
from typing import Any
from uuid import UUID

import httpx
from openpyxl import load_workbook

from libs.common.reading.files import CSV, XLSX, file_of
from libs.common.security import Role
from services.referral.exclusions.api import ExclusionView
from tests.journeys.casework import CHILD, call, opened
from tests.worlds import World

EXCLUSIONS = "/referral/v1/exclusions"
DAYS = ("2018-11-05", "2018-11-05", "2018-10-01", "2019-03-04", "2018-11-05", "2018-12-03")


async def excluded(world: World) -> dict[str, str]:
    """Return the ids of a supported child with six exclusions, one of them withdrawn."""
    known = await opened(world)
    school = (await call(world, "GET", f"/referral/v1/children/{known['child']}")).json()
    for number, day in enumerate(DAYS):
        body = {"child_id": known["child"], "school_id": school["school_id"]}
        body |= {"category": "PERM" if number == 3 else "SUSP", "starts_on": day}
        made = await call(world, "PUT", f"{EXCLUSIONS}/by-reference/X{number}", body)
        assert made.status_code == 201, made.text
    url, version = f"{EXCLUSIONS}/{made.json()['exclusion_id']}", made.headers["ETag"]
    gone = await call(
        world, "POST", f"{url}/void", {"reason": "entry-error"}, **{"If-Match": version}
    )
    assert gone.is_success, gone.text
    return {**known, "school": school["school_id"]}


async def paged(world: World, query: str) -> list[dict[str, Any]]:
    """Return all items of a list, two at a time, as the `Link` of each page leads to the next."""
    items: list[dict[str, Any]] = []
    url = f"{EXCLUSIONS}?limit=2{query}"
    while url:
        answer = await call(world, "GET", url)
        assert answer.status_code == 200, answer.text
        items += answer.json()["items"]
        assert ("next" in answer.links) == (answer.json()["next"] is not None)
        url = answer.links.get("next", {}).get("url", "")
    return items


FOUND = {
    "child=county/C1&starts_on_from=2018-11-05&starts_on_until=2018-11-05": "X0 X1 X4",
    "category=PERM": "X3",
    "category=PERM,LNCH": "X3",
    "child=county/C2": "",
    "child={child},county/C2&category=PERM": "X3",
    "school=900001&category=PERM": "X3",
    "school=900009": "",
    "school=nothing": "",
    "staff=S1&category=PERM": "X3",
    "staff=S2": "",
    "case={case}&category=PERM": "X3",
    "team=T9": "",
    "starts_on_from=2018-12-03&include_void=true": "X3 X5",
    "starts_on_from=2018-12-03&include_void=false": "X3",
}
REFUSED = {
    "cursor=nonsense": "cursor cursor-not-valid",
    "cursor=WzFd": "cursor cursor-not-valid",
    "sort=reference": "sort unknown-code",
    "ids=X1": "ids wrong-form",
    "category=NONE": "category unknown-code",
    "starts_on_from=yesterday": "starts_on_from wrong-form",
    "limit=201": "limit out-of-range",
    "count=yes": "count wrong-type",
}


async def test_a_list_holds_what_is_asked_for_page_by_page_in_every_order(
    referral: World,
) -> None:
    known = await excluded(referral)
    by_id = await paged(referral, "")
    assert [one["exclusion_id"] for one in by_id] == sorted(one["exclusion_id"] for one in by_id)
    assert len(by_id) == 5
    for sort, back in (("starts_on", False), ("-starts_on", True)):
        found = await paged(referral, f"&sort={sort}")
        keys = [(one["starts_on"], one["exclusion_id"]) for one in found]
        assert keys == sorted(keys, reverse=back)
        assert len(keys) == 5
    for query, references in FOUND.items():
        answer = await call(referral, "GET", f"{EXCLUSIONS}?count=true&{query.format(**known)}")
        assert sorted(one["reference"] for one in answer.json()["items"]) == references.split()
        assert answer.json()["total"] == len(references.split()), query
    for query, fault in REFUSED.items():
        answer = await call(referral, "GET", f"{EXCLUSIONS}?{query}")
        assert answer.status_code == 422, query
        named = {f"{one['parameter']} {one['code']}" for one in answer.json()["errors"]}
        assert named == {fault}
    page = await call(referral, "GET", f"{EXCLUSIONS}?limit=2&sort=starts_on")
    url = f"{EXCLUSIONS}?cursor={page.json()['next']}"
    assert (await call(referral, "GET", url)).status_code == 422, "of another order"


async def test_an_item_has_its_version_and_is_found_by_its_key_unless_several_have_it(
    referral: World,
) -> None:
    known = await excluded(referral)
    [item] = (await call(referral, "GET", f"{EXCLUSIONS}?category=PERM")).json()["items"]
    for address in (item["exclusion_id"], f"by-reference/{item['reference']}"):
        shown = await call(referral, "GET", f"{EXCLUSIONS}/{address}")
        assert shown.json() | {"etag": shown.headers["ETag"]} == item
        same = {"If-None-Match": item["etag"]}
        assert (await call(referral, "GET", f"{EXCLUSIONS}/{address}", **same)).status_code == 304
    ids = f"{item['exclusion_id']},{UUID(int=1)}"
    found = await call(referral, "GET", f"{EXCLUSIONS}?ids={ids}")
    assert [one["reference"] for one in found.json()["items"]] == ["X3"]
    other = {**CHILD, "plans": [], "school_urn": 900002}
    made = await call(referral, "PUT", "/referral/v1/children/by-reference/county/C2", other)
    school = made.json()["school_id"]
    body = {"child_id": made.json()["child_id"], "school_id": school, "starts_on": "2019-02-04"}
    theirs = referral.as_(Role.SCHOOL_SENCO, schools=[UUID(school)])
    url = f"{EXCLUSIONS}/by-reference/X0"
    told = await call(referral, "PUT", url, body | {"category": "SUSP"}, headers=theirs)
    assert told.status_code == 201, told.text
    refused = await call(referral, "GET", url)
    assert (refused.status_code, refused.json()["code"]) == (409, "several-of-this-key")
    assert (await call(referral, "GET", url, headers=theirs)).json() == told.json()
    assert known["school"] != school


async def test_weeks_are_listed_of_the_teacher_whose_they_were(referral: World) -> None:
    known = await opened(referral)
    url, staff = f"/referral/v1/cases/{known['case']}", "/referral/v1/staff/by-reference/S2"
    person = {"name": "Testcase Other", "post": "specialist-teacher", "fte": "1"}
    other = await call(referral, "PUT", staff, {**person, "appointed_on": "2015-09-01"})
    for week in ("2018-10-01", "2018-12-10", "2019-01-07", "2019-01-14"):
        done = await call(referral, "PUT", f"{url}/visits/{week}", {"planned": 1, "attended": 1})
        assert done.is_success, done.text
    version = (await call(referral, "GET", url)).headers["ETag"]
    given = {"staff_id": other.json()["staff_id"], "allocated_on": "2019-01-07"}
    moved = await call(referral, "POST", f"{url}/allocations", given, **{"If-Match": version})
    assert moved.is_success, moved.text
    for reference, weeks in (
        ("S1", ["2018-10-01", "2018-12-10"]),
        ("S2", ["2019-01-07", "2019-01-14"]),
        ("S1,S2", ["2018-10-01", "2018-12-10", "2019-01-07", "2019-01-14"]),
        ("S3", []),
    ):
        asked = f"/referral/v1/visits?sort=week_beginning&staff={reference}"
        found = (await call(referral, "GET", asked)).json()["items"]
        assert [one["week_beginning"] for one in found] == weeks, reference
        assert {one["staff_id"] for one in found} <= {known["staff"], given["staff_id"]}


async def as_file(world: World, role: Role, media: str, **claims: Any) -> httpx.Response:
    headers = world.as_(role, **claims) | {"Accept": media}
    return await call(world, "GET", f"{EXCLUSIONS}?sort=starts_on", headers=headers)


async def test_a_list_is_taken_away_as_a_file_by_whom_may_and_it_is_on_record(
    referral: World,
) -> None:
    """An area manager takes away what they may list, and no more."""
    said = {"name": "North", "area": "north", "formed_on": "2014-09-01"}
    team = (await call(referral, "PUT", "/referral/v1/teams/by-code/N", said)).json()
    said = {"name": "Testcase Teacher", "post": "specialist-teacher", "fte": "0.80"}
    said |= {"appointed_on": "2015-09-01", "team_code": "N"}
    await call(referral, "PUT", "/referral/v1/staff/by-reference/S1", said)
    known = await excluded(referral)
    listed = (await call(referral, "GET", f"{EXCLUSIONS}?sort=starts_on")).json()["items"]
    told = await as_file(referral, Role.COUNTY_SEND_OFFICER, CSV)
    assert told.headers["content-type"].startswith(CSV)
    rows = list(csv.DictReader(io.StringIO(told.content.decode("utf-8-sig"))))
    assert [row["reference"] for row in rows] == [one["reference"] for one in listed]
    assert rows[0]["half_days"] == ""
    assert rows[0]["void"] == "false"
    sheet = load_workbook(
        io.BytesIO((await as_file(referral, Role.HEAD_OF_SERVICE, XLSX)).content)
    ).active
    assert sheet is not None
    header, *lines = sheet.iter_rows(values_only=True)
    assert list(header) == list(rows[0])
    assert [line[header.index("reference")] for line in lines] == [r["reference"] for r in rows]
    teacher = {"staff_id": UUID(known["staff"])}
    refused = await as_file(referral, Role.SUPPORT_TEACHER, CSV, **teacher)
    assert (refused.status_code, refused.json()["code"]) == (403, "not-allowed")
    for known_team, count in ((UUID(int=1), 0), (UUID(team["team_id"]), len(listed))):
        manager = referral.as_(Role.AREA_MANAGER, teams=[known_team])
        seen = (await call(referral, "GET", EXCLUSIONS, headers=manager)).json()["items"]
        away = await as_file(referral, Role.AREA_MANAGER, CSV, teams=[known_team])
        assert len(away.content.decode().splitlines()) - 1 == len(seen) == count
    async with referral.database("referral").reading() as connection:
        told_of = await connection.exec_driver_sql(
            "SELECT object FROM audit WHERE outcome = 'exported' ORDER BY at"
        )
    assert [row[0] for row in told_of] == ["/v1/exclusions"] * 4


class Made(ExclusionView):
    """A view with words in it, and one that is withheld."""

    words: str | None
    parents: list[dict[str, Any]]
    withheld: list[str] = []


def test_no_cell_of_a_file_is_a_formula_and_what_is_withheld_is_named() -> None:
    same: dict[str, Any] = dict.fromkeys(ExclusionView.model_fields)
    wicked = ["=1+1", "+44 20", "-2", "@SUM(A1)", "\t=1", "plain", None]
    views = [
        Made.model_construct(
            **{**same, "starts_on": date(2019, 1, 7), "half_days": -1},
            words=words,
            parents=[{"name": "A", "email": None}, {"name": "B", "email": None}],
            withheld=["parents.email", "ground"],
        )
        for words in wicked
    ]
    text = file_of(CSV, "things", Made, views).body
    rows = list(csv.DictReader(io.StringIO(bytes(text).decode("utf-8-sig"))))
    shown = [row["words"] for row in rows]
    assert shown == [f"'{one}" for one in wicked[:5] if one] + ["plain", ""]
    assert {row["half_days"] for row in rows} == {"-1"}
    assert {(row["parents.1.email"], row["ground"]) for row in rows} == {("withheld", "withheld")}
    assert "withheld" not in rows[0]
    book = load_workbook(io.BytesIO(bytes(file_of(XLSX, "things", Made, views).body)))
    assert book.active is not None
    cells = [cell for line in book.active.iter_rows() for cell in line]
    assert {cell.data_type for cell in cells} <= {"s", "n"}  # none is "f", a formula
