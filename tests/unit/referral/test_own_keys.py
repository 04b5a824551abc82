"""A child, school, case, review, referral or member of staff is named by the county's own key."""

from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Engine, event, update

from libs.common.imports import ImportKind
from libs.common.persistence.uow import Units
from libs.common.security import Role
from services.referral import service
from services.referral.referrals.domain import Referral
from tests.imports import imported
from tests.journeys.casework import CHILD, call, opened, ready, referred, who_refers
from tests.unit.referral.made import a_case, a_child, a_teacher, agreed, keep
from tests.worlds import World, request_context

C1 = {"child": {"scheme": "county", "reference": "C1"}}
S1 = {"staff": {"reference": "S1"}}
COLLEAGUE = {
    "name": "Testa Teacher",
    "post": "specialist-teacher",
    "fte": "1",
    "appointed_on": "2015-09-01",
}
UPN = "H801200001001"


async def _imported(world: World, kind: str, *rows: Any, role: Role = Role.HEAD_OF_SERVICE) -> Any:
    report = await imported(world, f"referral/{kind}", list(rows), world.as_(role))
    return report["outcomes"]


async def test_a_child_is_taken_from_referral_to_ending_without_an_id_of_ours(
    referral: World,
) -> None:
    """Each file names all by the county's keys alone; loaded again, it says nothing."""
    await ready(referral)
    await call(referral, "PUT", "/referral/v1/staff/by-reference/S2", COLLEAGUE)
    r1 = {"referral": {"reference": "R1", **C1}}
    head, admin = Role.HEAD_OF_SERVICE, Role.ADMINISTRATOR
    day = {"submitted_on": "2018-09-03", "evidence": {}}
    grounds = {
        name: {"met": True, "evidence": ["referral"]}
        for name in ("significant_barriers", "complex_needs")
    }
    decided = {"decision": "agree", "decided_on": "2018-09-20", "reason": "meets-criteria"}
    reviewed = {"recommendation": "continue", "recommended_on": "2019-03-01"}
    files: list[tuple[str, Role, dict[str, Any]]] = [
        ("referrals", Role.COUNTY_SEND_OFFICER, {"reference": "R1", **C1, **day}),
        ("eligibility-checks", head, {**r1, "checked_on": "2018-09-10"}),
        ("decisions", head, {**r1, **decided, "grounds": grounds}),
        ("cases", head, {**r1, **S1, "started_on": "2018-10-03"}),
        ("allocations", head, {**C1, **S1, "allocated_on": "2018-10-03"}),
        ("pauses", head, {**C1, "paused_on": "2018-11-05", "reason": "child-unwell"}),
        ("resumptions", head, {**C1, "resumed_on": "2018-12-03"}),
        ("colleagues", head, {**C1, "staff": {"reference": "S2"}, "from_on": "2018-11-01"}),
        ("visits", head, {**C1, "week_beginning": "2018-10-01", "planned": 1, "attended": 1}),
        ("reviews", admin, {**C1, "held_on": "2019-03-01", **reviewed}),
        ("risk-assessments", head, {**C1, "assessed_on": "2019-03-01", "level": "high"}),
        (
            "continuations",
            head,
            {
                "review": {**C1, "held_on": "2019-03-01"},
                "decision": "discontinue",
                "decided_on": "2019-03-10",
                "reason": "criteria-no-longer-met",
            },
        ),
        (
            "exclusions",
            head,
            {
                "reference": "E1",
                **C1,
                "school": {"urn": 900001},
                "category": "SUSP",
                "starts_on": "2018-11-05",
            },
        ),
        (
            "endings",
            head,
            {
                **C1,
                "ended_on": "2019-03-29",
                "reason": "criteria-no-longer-met",
                "although_named": "amendment-decided",
            },
        ),
    ]
    done = {}
    for again in (False, True):
        for kind, role, row in files:
            [outcome] = await _imported(referral, kind, row, role=role)
            assert outcome["outcome"] != "refused", (kind, outcome)
            done[kind, again] = outcome["outcome"]
    assert {outcome for (_, again), outcome in done.items() if again} == {"unchanged"}
    assert sum(outcome != "unchanged" for (_, again), outcome in done.items() if not again) == 13


@pytest.mark.parametrize(
    ("named", "status", "fault"),
    [
        (C1, 201, None),
        ({"child": {"upn": UPN}}, 201, None),
        ({}, 422, ("missing", "/child_id")),
        ({"child": None}, 422, ("missing", "/child_id")),
        ({**C1, "child_id": ""}, 422, ("named-twice", "/child")),
        ({"child": {"scheme": "county"}}, 422, ("wrong-form", "/child")),
        ({"child": {**C1["child"], "upn": UPN}}, 422, ("wrong-form", "/child")),
        ({"child": {"scheme": "county", "reference": "C9"}}, 404, ("not-found", "/child")),
    ],
)
async def test_a_child_is_named_once_and_rightly(
    referral: World, named: dict[str, Any], status: int, fault: tuple[str, str] | None
) -> None:
    known = await ready(referral)
    await call(
        referral,
        "PUT",
        "/referral/v1/children/by-reference/county/C1",
        {**CHILD, "upn": UPN},
    )
    if "child_id" in named:
        named = {**named, "child_id": known["child"]}
    body = {"reference": "R1", "submitted_on": "2018-09-03", "evidence": {}, **named}
    url = "/referral/v1/referrals"
    answer = await call(referral, "POST", url, body, headers=who_refers(referral))
    assert answer.status_code == status, answer.text
    if fault is None:
        assert answer.json()["child_id"] == known["child"]
    else:
        assert (*fault,) in {(e["code"], e["pointer"]) for e in answer.json()["errors"]}
        assert "C9" not in answer.text


async def test_what_the_caller_may_not_see_is_not_found(referral: World) -> None:
    """It is refused as what is not there is, word for word."""
    await ready(referral)
    teacher = referral.as_(Role.SUPPORT_TEACHER, subject="of-nobody")
    body = {"reference": "R1", "submitted_on": "2018-09-03", "evidence": {}}
    said = []
    for reference in ("C1", "C9"):
        child = {"child": {"scheme": "county", "reference": reference}}
        answer = await call(
            referral, "POST", "/referral/v1/referrals", {**body, **child}, headers=teacher
        )
        said.append((answer.status_code, answer.json()["errors"]))
    assert said[0] == said[1]
    assert said[0][0] == 404


async def test_two_childrens_referral_of_one_reference_is_named_with_its_child(
    referral: World,
) -> None:
    known = await ready(referral)
    await referred(referral, known["child"])
    url = "/referral/v1/children/by-reference/county/C2"
    plans = [{**CHILD["plans"][0], "reference": "PL-2"}]  # type: ignore[index]  # a list of one
    child = {**CHILD, "plans": plans, "forename": "Bryn", "born_on": "2010-11-01"}
    other = (await call(referral, "PUT", url, child)).json()["child_id"]
    second = await referred(referral, other, "R2")
    async with referral.database("referral").writing() as connection:  # two schools chose one
        of_second = Referral.id == UUID(second)
        await connection.execute(update(Referral).where(of_second).values(reference="R1"))
    rows = [
        {"referral": {"reference": "R1", **more}, "checked_on": "2018-09-10"}
        for more in ({}, C1, {"child": {"scheme": "county", "reference": "C2"}})
    ]
    found = await _imported(referral, "eligibility-checks", *rows)
    assert [one["outcome"] for one in found] == ["refused", "created", "created"]
    assert found[0]["faults"][0]["code"] == "several"


async def test_a_school_is_told_without_an_extract(referral: World) -> None:
    """By the rule of extracts: the same again changes nothing, and a later day brings it on."""
    school = {
        "urn": 900050,
        "snapshot_on": "2018-09-01",
        "la_code": 991,
        "name": "Testford Made-up School",
        "establishment_type": "01",
        "phase": 2,
        "status": 1,
    }
    later = {**school, "snapshot_on": "2019-09-01", "name": "Testford Invented School"}
    for row, outcome in ((school, "created"), (school, "unchanged"), (later, "updated")):
        [found] = await _imported(referral, "schools", row)
        assert found["outcome"] == outcome
    read = await call(referral, "GET", f"/referral/v1/schools/{found['id']}")
    assert read.json()["name"] == later["name"]


async def test_a_withdrawn_pause_stays_withdrawn_when_its_file_is_loaded_again(
    referral: World,
) -> None:
    case = (await opened(referral))["case"]
    row = {**C1, "paused_on": "2018-11-05", "reason": "child-unwell"}
    await _imported(referral, "pauses", row)
    url = f"/referral/v1/cases/{case}"
    version = (await call(referral, "GET", url)).headers["etag"]
    void = await call(
        referral,
        "POST",
        f"{url}/pauses/2018-11-05/void",
        {"reason": "entry-error"},
        **{"If-Match": version},
    )
    assert void.is_success, void.text
    [again] = await _imported(referral, "pauses", row)
    assert again["outcome"] == "unchanged"
    assert (await call(referral, "GET", url)).json()["state"] == "active"


async def test_a_case_is_the_one_of_the_rows_day(referral: World) -> None:
    await opened(referral)
    row = {**C1, "assessed_on": "2018-09-28", "level": "high"}
    [before] = await _imported(referral, "risk-assessments", row)
    assert (before["outcome"], before["faults"][0]["pointer"]) == ("refused", "/child")
    [then] = await _imported(referral, "risk-assessments", {**row, "assessed_on": "2018-10-01"})
    assert then["outcome"] == "created"


async def test_keys_are_columns_of_a_spreadsheet(referral: World) -> None:
    await ready(referral)
    text = (
        "reference,child.scheme,child.reference,submitted_on,evidence.complex_needs\r\n"
        "R1,county,C1,2018-09-03,true\r\n"
    )
    assert (await imported(referral, "referral/referrals", text))["created"] == 1


async def test_a_file_without_a_column_that_names_the_child_is_refused_as_a_whole(
    referral: World,
) -> None:
    answer = await referral.client.post(
        "/referral/v1/imports?kind=referrals&mode=check",
        content="reference,submitted_on,evidence.complex_needs\r\n",
        headers=referral.as_() | {"Content-Type": "text/csv"},
    )
    assert answer.status_code == 422, answer.text
    [fault] = answer.json()["errors"]
    assert (fault["code"], fault["parameter"]) == ("missing-column", "child_id")
    assert "`child`" in fault["detail"]


async def test_a_teams_manager_and_a_relationship_are_named_by_keys(referral: World) -> None:
    await ready(referral)
    team = {"name": "Northern Team", "area": "north", "formed_on": "2015-09-01"}
    made = await call(referral, "PUT", "/referral/v1/teams/by-code/T1", team)
    url = f"/referral/v1/teams/{made.json()['team_id']}/managers"
    for whom, day in ((S1, "2018-09-01"), ({"staff_id": None}, "2019-09-01")):
        version = (await call(referral, "GET", url.removesuffix("/managers"))).headers["etag"]
        body = {**whom, "appointed_on": day}
        answer = await call(referral, "POST", url, body, **{"If-Match": version})
        assert answer.is_success, answer.text
    nobody = await call(
        referral, "POST", url, {"appointed_on": "2020-09-01"}, **{"If-Match": '"1"'}
    )
    assert [one["code"] for one in nobody.json()["errors"]] == ["missing"]
    person = {"name": "Robin Alderfield"}
    await call(referral, "PUT", "/referral/v1/people/by-reference/P1", person)
    body = {**C1, "person": {"reference": "P1"}, "kind": "mother", "from_on": "2018-09-01"}
    answer = await call(referral, "POST", "/referral/v1/relationships", body)
    assert answer.status_code == 201, answer.text


async def test_a_merged_childs_key_finds_the_case_of_the_other_record(referral: World) -> None:
    known = await opened(referral)
    plans = [{**CHILD["plans"][0], "reference": "PL-2"}]  # type: ignore[index]  # a list of one
    again = {**CHILD, "forename": "Tessta", "plans": plans}
    await call(referral, "PUT", "/referral/v1/children/by-reference/county/C2", again)
    [pair] = (await call(referral, "GET", "/referral/v1/duplicates")).json()["items"]
    url = f"/referral/v1/duplicates/{pair['duplicate_id']}"
    for step, body in (
        ("confirmation", {"reason": "checked-with-family"}),
        ("merge", {"kept_id": known["child"]}),
    ):
        version = (await call(referral, "GET", url)).headers["etag"]
        done = await call(referral, "POST", f"{url}/{step}", body, **{"If-Match": version})
        assert done.is_success, done.text
    row = {"assessed_on": "2019-03-01", "level": "high"}
    for reference, outcome in (("C2", "created"), ("C1", "unchanged")):
        child = {"child": {"scheme": "county", "reference": reference}}
        [found] = await _imported(referral, "risk-assessments", {**row, **child})
        assert found["outcome"] == outcome, found


async def test_what_a_chunk_names_is_loaded_in_as_many_queries_whatever_its_size(
    units: Units,
) -> None:
    """Of twenty rows as of one: the keys of a class in one query, nothing row by row."""
    others = [a_child(id=UUID(int=900 + place), reference=f"C{place}") for place in range(2, 21)]
    cases = [
        a_case(id=UUID(int=800 + place), child_id=child.id, referral_id=UUID(int=700 + place))
        for place, child in enumerate(others)
    ]
    referrals = [agreed(id=one.referral_id, child_id=one.child_id) for one in cases]
    staff = [a_teacher(id=UUID(int=600 + place), reference=f"S{place}") for place in range(3, 21)]
    first = [agreed(), a_case()]
    await keep(units, *first, *others, *referrals, *cases, *staff)
    asked: list[str] = []

    def note(_: Any, __: Any, statement: str, *___: Any) -> None:
        asked.append(statement)

    kind: ImportKind[Any] = next(one for one in service.KINDS if one.kind == "colleagues")
    counts = []
    event.listen(Engine, "before_cursor_execute", note)
    try:
        for number in (1, 20):
            rows = [
                kind.sent(
                    child={"scheme": "county", "reference": f"C{place}"},
                    staff={"reference": f"S{place}"},
                    from_on="2019-01-07",
                )
                for place in range(1, number + 1)
            ]
            asked.clear()
            async with units.read(request_context()) as reading:
                names = await kind.names(reading, rows)
            assert all(names)
            counts.append(len([one for one in asked if one.startswith("SELECT")]))
    finally:
        event.remove(Engine, "before_cursor_execute", note)
    assert counts[0] == counts[1] > 1
