"""Corrections and withdrawals over HTTP and in bulk."""

from typing import Any

from tests.journeys.casework import call
from tests.unit.assessment.conftest import RESULT, area, imported
from tests.worlds import World

URL = "/assessment/v1/results"
FIRST = {
    "position": "Y1.3",
    "assessed_on": RESULT["assessed_on"],
    "moderated": True,
    "reason": "entry-error",
}
WRITTEN = "Testa.Alderfield"


async def _recorded(world: World) -> str:
    """Return the id of a result that is recorded."""
    answer = await call(world, "POST", URL, RESULT, headers=area(world))
    return str(answer.json()["assessment_id"])


async def test_corrections_of_one_file_sent_again_change_nothing(taught: World) -> None:
    first = {"assessment_id": await _recorded(taught), **FIRST}
    back = first | {"position": RESULT["position"], "reason": "re-baselined"}
    rows = first, first | {"position": "Y1.5"}, back
    for outcome in ("updated", "unchanged"):
        found = await imported(taught, "corrections", *rows)
        assert [one["outcome"] for one in found] == [outcome] * 3
    read = await call(taught, "GET", f"{URL}/{first['assessment_id']}")
    assert read.json()["position"] == RESULT["position"]


async def test_a_correction_names_the_version_it_was_made_to(taught: World) -> None:
    url = f"{URL}/{await _recorded(taught)}"
    etag = (await call(taught, "GET", url)).headers["ETag"]
    assert (await call(taught, "POST", f"{url}/corrections", FIRST)).status_code == 428
    made = await call(taught, "POST", f"{url}/corrections", FIRST, **{"If-Match": etag})
    assert (made.status_code, made.json()["position"]) == (200, "Y1.3")
    late = await call(taught, "POST", f"{url}/corrections", FIRST, **{"If-Match": etag})
    assert late.status_code == 412
    version = {"If-Match": made.headers["ETag"]}
    void = await call(taught, "POST", f"{url}/void", {"reason": "wrong-child"}, **version)
    assert void.status_code == 200, void.text
    version = {"If-Match": void.headers["ETag"]}
    other = FIRST | {"position": "Y1.4"}
    refused = await call(taught, "POST", f"{url}/corrections", other, **version)
    assert (refused.status_code, refused.json()["code"]) == (409, "result-void")


async def test_a_reason_that_is_not_on_the_list_is_refused_and_repeated_nowhere(
    taught: World,
) -> None:
    row: dict[str, Any] = {"assessment_id": await _recorded(taught), "reason": WRITTEN}
    for kind, more in (("corrections", FIRST), ("voids", {})):
        [outcome] = await imported(taught, kind, {**more, **row})
        assert outcome["outcome"] == "refused"
        assert [fault["pointer"] for fault in outcome["faults"]] == ["/reason"]
        assert WRITTEN not in str(outcome)
