"""What a draft has to go through before it is signed."""

import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert

from libs.common.persistence.tables import dead_letter
from libs.common.security import Role
from tests.unit.reporting.editions.stage import (
    DRAFT,
    DRAFTS,
    LATE,
    SHARE,
    SIGNED,
    SOURCE,
    County,
    county_of,
)


@pytest.fixture
async def county(tmp_path: Path) -> AsyncIterator[County]:
    async with county_of(tmp_path) as made:
        yield made


async def obstacles(county: County, draft: str) -> list[tuple[str, str]]:
    """Return what stands in the way, as the list says and as the signature is refused with."""
    listed = await county.do("GET", f"{DRAFTS}/{draft}/obstacles")
    refused = await county.step(draft, "signature", SIGNED)
    assert (refused.status_code, refused.json()["code"]) == (409, "not-ready-to-sign")
    told = [(one["code"], one["detail"]) for one in refused.json()["errors"]]
    assert told == [(one["code"], one["detail"]) for one in listed]
    return told


async def test_all_that_stands_in_the_way_of_a_signature_is_listed_at_once(county: County) -> None:
    draft = (await county.do("POST", DRAFTS, DRAFT))["edition_id"]
    refused = await county.step(draft, "signature", SIGNED)
    assert (refused.status_code, refused.json()["code"]) == (409, "not-in-review")
    await county.took(draft, "review", {"readers": []})
    await county.took(draft, "notes", {"words": "Is this so?", "figure": SHARE})
    found = await obstacles(county, draft)
    codes = [code for code, _ in found]
    assert codes[:2] == ["no-source", "note-open"]
    assert set(codes[2:]) == {"finding-open"}
    assert len(codes) > 20
    await county.took(draft, "notes/1/answer", {"words": "It is: one of two children."})
    await county.settled(draft)
    assert [code for code, _ in await obstacles(county, draft)] == ["no-source"]
    again = await county.step(draft, "notes/1/answer", {"words": "Yes."})
    assert (again.status_code, again.json()["code"]) == (409, "note-answered")
    [note] = await county.do("GET", f"{DRAFTS}/{draft}/notes")
    assert (note["figure"], note["answer"]) == (SHARE, "It is: one of two children.")
    assert (note["noted_by"], note["answered_by"]) == ("demo-head-of-service",) * 2


async def test_a_record_entered_long_after_its_day_is_found_with_its_event(county: County) -> None:
    """N4: a back-dated entry is in the list before sign-off, and counts as of its own day."""
    await county.told(LATE, datetime(2019, 9, 30, 9, tzinfo=UTC))
    draft = await county.drafted()
    found = await county.do("GET", f"{DRAFTS}/{draft}/findings")
    [late] = [one for one in found if one["finding"].startswith("late.")]
    assert late["finding"] == "late.risk"
    assert late["words"].startswith("10 of risk recorded more than six weeks after")
    assert len(late["events"]) == 10
    assert (late["settled"]["outcome"], late["settled"]["settled_by"]) == (
        "accepted",
        "demo-head-of-service",
    )


async def test_more_of_what_was_accepted_is_open_again(county: County) -> None:
    draft = await county.drafted()
    assert await county.do("GET", f"{DRAFTS}/{draft}/obstacles") == []
    await county.told(LATE, datetime(2019, 9, 30, 9, tzinfo=UTC))
    assert ("finding-open", "late.risk: 10 of risk recorded more than six weeks after the day") in (
        await obstacles(county, draft)
    )
    found = await county.do("GET", f"{DRAFTS}/{draft}/findings")
    [late] = [one for one in found if one["finding"] == "late.risk"]
    other = {"finding": "late.risk", "digest": "0" * 64}
    for some, status, code in (
        (other, 409, "found-otherwise"),
        (other | {"finding": "late.nothing"}, 422, "rejected"),
    ):
        said = {"findings": [some], "outcome": "followed-up", "words": "Asked the teacher."}
        refused = await county.step(draft, "findings", said)
        assert (refused.status_code, refused.json()["code"]) == (status, code)
    assert late["settled"] is None


async def test_what_is_set_aside_as_a_dead_letter_is_accepted_by_nobody(county: County) -> None:
    draft = await county.drafted()
    async with county.world.database("reporting").writing() as connection:
        row = {"topic": "survey", "partition": 0, "offset": 1, "reason": "unreadable-event"}
        await connection.execute(insert(dead_letter).values(**row, headers={}))
    [(code, words)] = await obstacles(county, draft)
    assert (code, words.partition(" ")[0]) == ("dead-letters", "1")
    assert "dead" not in json.dumps(await county.do("GET", f"{DRAFTS}/{draft}/findings"))


async def test_what_changes_a_draft_has_it_reviewed_again(county: County) -> None:
    draft = await county.drafted()
    for change in ("source", "cut"):
        if change == "source":
            assert (await county.told_source(draft, SOURCE)).json()["state"] == "draft"
        else:
            await county.took(draft, "cut", {"known_at": "2019-12-11"})
        refused = await county.step(draft, "signature", SIGNED)
        assert (refused.status_code, refused.json()["code"]) == (409, "not-in-review")
        await county.took(draft, "review", {"readers": []})


async def test_a_changed_figure_marks_its_sentence_until_somebody_looked(county: County) -> None:
    """N30: a sentence that a late event made stale stops the signature, and is named."""
    draft = await county.drafted()
    await county.told(LATE, datetime(2019, 6, 10, 9, tzinfo=UTC))
    await county.settled(draft)
    [since, first, second] = await obstacles(county, draft)
    assert since[0] == "changed-since-review"
    assert first[0] == second[0] == "sentence-changed"
    assert "Of the caseload, 50% were at risk of exclusion." in first[1] + second[1]
    shown = (await county.do("GET", f"{DRAFTS}/{draft}/content"))["narrative"]
    [section] = [one for one in shown["sections"] if one["id"] == "inclusion"]
    [marked, plain] = section["blocks"][0]["sentences"]
    assert (marked["changed"], plain["changed"]) == (True, False)
    assert marked["bound"] == {f"figure {SHARE}": "50%"}
    assert (await county.took(draft, "looked", None))["state"] == "draft"
    await county.took(draft, "review", {"readers": []})
    assert await county.do("GET", f"{DRAFTS}/{draft}/obstacles") == []
    assert (await county.took(draft, "signature", SIGNED))["state"] == "published"


async def test_what_changed_since_the_review_is_not_signed(county: County) -> None:
    """A Service Plan, an exception or a late event alters what is signed: it is reviewed again."""
    draft = await county.drafted()
    priority = {"code": "P1", "words": "Judge alike.", "owner": "Head", "status": "achieved"}
    priorities = [priority | {"status_on": "2019-07-19"}]
    plan = {"agreed_on": "2018-09-21", "vision": "All learn.", "priorities": priorities}
    await county.do("PUT", "/reporting/v1/service-plans/2018-19", plan)
    assert [code for code, _ in await obstacles(county, draft)] == ["changed-since-review"]
    await county.took(draft, "review", {"readers": []})
    assert (await county.took(draft, "signature", SIGNED))["state"] == "published"


async def test_a_named_reader_reads_a_draft_until_their_day_and_nobody_else_of_the_role(
    county: County,
) -> None:
    draft = await county.drafted()
    reader = {"subject": "demo-reporting-consumer", "until": "2019-12-21"}
    await county.took(draft, "review", {"readers": [reader]})
    url = f"{DRAFTS}/{draft}"

    async def asked(role: Role, path: str = "") -> int:
        return (await county.send("GET", f"{url}{path}", role=role)).status_code

    assert await asked(Role.REPORTING_CONSUMER, "/content") == 200
    assert await asked(Role.REPORTING_CONSUMER, "/notes") == 403
    assert await asked(Role.COUNTY_SEND_OFFICER) == 404
    assert await asked(Role.PARENT) == 403
    listed = await county.send("GET", DRAFTS, role=Role.COUNTY_SEND_OFFICER)
    assert listed.json()["items"] == []
    other = {"subject": "demo-county-send-officer", "until": "2019-12-21"}
    await county.took(draft, "review", {"readers": [other]})
    assert await asked(Role.REPORTING_CONSUMER, "/content") == 404, "a list is the whole list"
    await county.took(draft, "review", {"readers": [reader]})
    assert await asked(Role.REPORTING_CONSUMER, "/content") == 200
    assert await asked(Role.COUNTY_SEND_OFFICER) == 404
    county.clock.at = datetime(2019, 12, 22, 9, tzinfo=UTC)
    assert await asked(Role.REPORTING_CONSUMER, "/content") == 404
    assert reader in await county.do("GET", f"{url}/readers")


async def test_the_link_adviser_comments_and_changes_nothing_else(county: County) -> None:
    draft = await county.drafted()
    version = (await county.send("GET", f"{DRAFTS}/{draft}")).headers["ETag"]

    async def sent(step: str, body: Any) -> int:
        url, role = f"{DRAFTS}/{draft}/{step}", Role.LINK_ADVISER
        return (await county.send("POST", url, body, role, version=version)).status_code

    assert await sent("notes", {"words": "Say how many were judged."}) == 200
    for exact in ("findings", "obstacles", "since"):
        url = f"{DRAFTS}/{draft}/{exact}"
        assert (await county.send("GET", url, role=Role.LINK_ADVISER)).status_code == 403
    assert await sent("signature", SIGNED) == 403
    assert await sent("review", {"readers": []}) == 403
    assert [code for code, _ in await obstacles(county, draft)] == ["note-open"]
