"""What is put right one by one is put right by a file too, by the county's own keys."""

from typing import Any
from uuid import UUID

from tests.imports import imported
from tests.journeys.casework import call, opened, who_reviews
from tests.worlds import World

KEY = "child.scheme,child.reference"
CASE = "case.child.scheme,case.child.reference,case.on"


async def _file(world: World, kind: str, text: str) -> list[tuple[str, str | None]]:
    report = await imported(world, f"referral/{kind}", text)
    return [(one["outcome"], one["code"]) for one in report["outcomes"]]


async def _weeks(world: World, case: str) -> dict[str, int]:
    weeks = await call(world, "GET", f"/referral/v1/visits?case={case}")
    return {one["week_beginning"]: one["attended"] for one in weeks.json()["items"]}


async def test_a_file_corrects_and_withdraws_as_single_calls_do(referral: World) -> None:
    """The same file again changes nothing; a wrong row is refused by itself."""
    case = (await opened(referral))["case"]
    for week, visits in (("2018-10-08", 1), ("2018-10-15", 2)):
        url = f"/referral/v1/cases/{case}/visits/{week}"
        said: dict[str, Any] = {"planned": visits, "attended": visits}
        assert (await call(referral, "PUT", url, said)).status_code == 201
    corrections = (
        f"{CASE},formerly_on,week_beginning,planned,attended,reason,note\n"
        "county,C1,2018-10-08,2018-10-08,2018-10-08,3,3,typing-error,Made up\n"
        "county,C1,2018-10-08,2018-10-15,2018-10-15,2,2,no-reason,\n"
        "county,C9,2018-10-08,2018-10-15,2018-10-15,2,2,typing-error,\n"
    )
    wrong = [("refused", "not-valid"), ("refused", "not-found")]
    assert await _file(referral, "visits-corrections", corrections) == [("updated", None), *wrong]
    assert await _weeks(referral, case) == {"2018-10-08": 3, "2018-10-15": 2}
    again = await _file(referral, "visits-corrections", corrections)
    assert again == [("unchanged", None), *wrong]
    void = f"{CASE},week_beginning,reason\ncounty,C1,2018-10-08,2018-10-15,did-not-happen\n"
    assert await _file(referral, "visits-voids", void) == [("updated", None)]
    assert await _weeks(referral, case) == {"2018-10-08": 3}
    assert await _file(referral, "visits-voids", void) == [("unchanged", None)]


async def test_an_outcome_has_the_keys_by_which_the_county_knows_the_row(referral: World) -> None:
    """Never a pupil number."""
    case = (await opened(referral))["case"]
    visits = (
        f"{KEY},week_beginning,planned,attended\n"
        "county,C1,2018-10-08,1,1\ncounty,C9,2018-10-08,1,1\n"
    )
    report = await imported(referral, "referral/visits", visits)
    assert [one["key"] for one in report["outcomes"]] == [
        {"child.scheme": "county", "child.reference": reference, "week_beginning": "2018-10-08"}
        for reference in ("C1", "C9")
    ]
    upn = "child.upn,week_beginning,planned,attended\nH801200001001,2018-10-08,1,1\n"
    report = await imported(referral, "referral/visits", upn)
    assert all("upn" not in str(one["key"]) for one in report["outcomes"])
    row = f"{CASE},ended_on,end_reason,reason\ncounty,C1,2018-10-08,2019-07-19,other,typing-error\n"
    report = await imported(referral, "referral/ending-corrections", row)
    [outcome] = report["outcomes"]
    assert (outcome["outcome"], outcome["code"]) == ("refused", "not-ended")
    assert outcome["key"]["case.child.reference"] == "C1"
    assert case


async def test_a_check_sees_two_reviews_of_a_case_as_the_commit_does(referral: World) -> None:
    """One is to stand on the day that the other leaves, in a file of which a row is refused."""
    case = (await opened(referral))["case"]
    held = {"recommendation": "continue", "recommended_on": "2019-03-01"}
    rows: list[Any] = []
    for was, day in (("2019-01-15", "2019-01-20"), ("2019-02-15", "2019-01-15")):
        url = f"/referral/v1/cases/{case}/reviews"
        teacher = await who_reviews(referral, case)
        made = await call(referral, "POST", url, held | {"held_on": was}, headers=teacher)
        assert made.status_code == 201, made.text
        said = {**held, "held_on": day, "reason": "typing-error", "note": "Made-up note."}
        rows.append(said | {"review_id": made.json()["review_id"]})
    rows.append(rows[0] | {"review_id": str(UUID(int=9))})
    for mode in ("check", "commit"):
        teacher = await who_reviews(referral, case)
        done = await imported(referral, "referral/review-corrections", rows, teacher, mode=mode)
        assert [one["outcome"] for one in done["outcomes"]] == ["updated", "updated", "refused"]
