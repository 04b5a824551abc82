"""An edition is drafted, signed and frozen: its bytes stay, whatever is recorded afterwards."""

import json
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from libs.common.persistence.tables import audit, change_log, event
from libs.common.security import Role
from services.reporting.editions.changed import changes, how_much, statement_changes
from services.reporting.editions.contents import EditionContent
from services.reporting.editions.numbers import Number, wanted
from services.reporting.figures import FIGURES
from services.reporting.service import SERVICE
from services.reporting.views import FigureView, StatementView
from tests.unit.reporting.editions.stage import (
    DRAFT,
    DRAFTS,
    EDITIONS,
    LATE,
    SHARE,
    SIGNED,
    County,
    county_of,
)


@pytest.fixture
async def county(tmp_path: Path) -> AsyncIterator[County]:
    async with county_of(tmp_path) as made:
        yield made


async def test_a_signed_edition_is_public_under_its_number_for_ever(county: County) -> None:
    record = await county.published("2019-12-10", "2019-12-20")
    assert (record["state"], record["number"]) == ("published", "1.0.0")
    first = await county.read("2018-19/1.0.0")
    shown = first.json()
    figures = {one["id"]: one for one in shown["figures"]}
    assert figures[SHARE]["printed"] == "25%"
    assert (shown["known_at"], shown["signed_on"]) == ("2019-12-10", "2019-12-20")
    assert (shown["change"], shown["supersedes"], shown["changes"]) == ("first", None, [])
    [entry] = (await county.read("2018-19")).json()
    assert (entry["number"], entry["link"]) == ("1.0.0", f"{EDITIONS}/2018-19/1.0.0")


async def test_trap_67_a_late_event_leaves_the_edition_byte_for_byte_as_it_was(
    county: County,
) -> None:
    """Trap 67: a correction after the report is frozen is said by a new edition alone."""
    await county.published("2019-12-10", "2019-12-20")
    first = await county.read("2018-19/1.0.0")
    await county.told(LATE, datetime(2020, 1, 7, 9, tzinfo=UTC))
    assert (await county.read("2018-19/1.0.0")).content == first.content
    county.clock.at = datetime(2020, 2, 3, 9, tzinfo=UTC)
    record = await county.published("2020-01-31", "2020-02-03")
    assert record["number"] == "1.1.0"
    assert (await county.read("2018-19/1.0.0")).content == first.content
    second = (await county.read("2018-19/latest")).json()
    assert (second["change"], second["supersedes"]) == ("minor", "1.0.0")
    said = {one["figure"]: one for one in second["changes"]}
    cell = {"by": None, "label": None, "was": "25%", "became": "50%"}
    beside = {"last_year": None, "change": None}
    [whole] = [one for one in said[SHARE].pop("cells") if one["by"] is None]
    assert (whole, said[SHARE]) == (cell, {"figure": SHARE, "redefined": False, **beside})
    assert {one.partition(".")[0] for one in said} == {"inclusion"}


async def test_what_is_published_is_told_on_the_topic_with_every_figure(county: County) -> None:
    first = await county.published("2019-12-10", "2019-12-20")
    await county.told(LATE, datetime(2020, 1, 7, 9, tzinfo=UTC))
    county.clock.at = datetime(2020, 2, 3, 9, tzinfo=UTC)
    second = await county.published("2020-01-31", "2020-02-03")
    told = [
        (one["type"].split(".")[-2], json.loads(one["data"])) for one in await county.rows(event)
    ]
    kinds = [kind for kind, _ in told]
    assert kinds.count("EditionPublished") == 2
    assert kinds.count("FigurePublished") == 2 * len(FIGURES)
    published = [said for kind, said in told if kind == "EditionPublished"]
    assert [one["supersedes"] for one in published] == [None, first["edition_id"]]
    restated = {said["figure"]: said for kind, said in told if kind == "FigureRestated"}
    assert restated[SHARE]["edition_id"] == second["edition_id"]
    assert restated[SHARE]["restates"] == "1.0.0"
    [value] = [
        said["cells"][0]
        for kind, said in told
        if kind == "FigurePublished" and said["figure"] == SHARE and said["number"] == "1.1.0"
    ]
    assert (value["printed"], value["count"], value["of"]) == ("50%", 20, 40)


async def test_an_edition_that_changes_no_value_raises_the_patch_alone(county: County) -> None:
    await county.published("2019-12-10", "2019-12-20")
    record = await county.published("2019-12-11", "2019-12-20")
    assert record["number"] == "1.0.1"
    second = await county.read("2018-19/1.0.1")
    assert second.json()["changes"] == []
    now = EditionContent.model_validate_json(second.content)
    assert now.breakdowns
    before_breakdowns = now.model_copy(update={"breakdowns": []})
    assert changes(before_breakdowns, now) == []
    assert changes(now, before_breakdowns)


def test_a_number_is_pinned_or_followed() -> None:
    there = [Number(1, 0, 0), Number(1, 0, 1), Number(1, 2, 0), Number(2, 0, 0), Number(10, 0, 0)]
    assert {text: str(wanted(text, there)) for text in
            ("1.0.0", "1.0.*", "1.*", "2.*", "latest", "3.*", "1.0.7")} == {
        "1.0.0": "1.0.0", "1.0.*": "1.0.1", "1.*": "1.2.0", "2.*": "2.0.0",
        "latest": "10.0.0", "3.*": "None", "1.0.7": "None",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("address", "status"),
    [("2018-19/1.0", 422), ("2018-19/newest", 422), ("2018-19/2.*", 404), ("2017-18/latest", 404)],
)
async def test_an_edition_that_is_not_there_is_said_not_to_be(
    county: County, address: str, status: int
) -> None:
    await county.published("2019-12-10", "2019-12-20")
    assert (await county.read(address)).status_code == status


async def test_a_draft_is_cut_anew_and_is_shown_to_nobody_else(county: County) -> None:
    made = await county.do("POST", DRAFTS, DRAFT)
    draft = made["edition_id"]
    again = await county.send("POST", DRAFTS, DRAFT)
    assert (again.status_code, again.json()["edition_id"]) == (200, draft)
    other = await county.send("POST", DRAFTS, DRAFT | {"known_at": "2019-12-11"})
    assert (other.status_code, other.json()["code"]) == (409, "draft-open")
    early = await county.took(draft, "cut", {"known_at": "2018-10-19"})
    assert early["known_at"] == "2018-10-19"
    shown = await county.do("GET", f"{DRAFTS}/{draft}/content")
    assert {one["id"]: one["printed"] for one in shown["figures"]}[SHARE] == "not on record"
    await county.took(draft, "review", {"readers": []})
    refused = await county.step(draft, "signature", SIGNED)
    assert (refused.status_code, refused.json()["code"]) == (409, "year-not-over")
    assert (await county.read("2018-19/latest")).status_code == 404
    for role in set(Role) - {Role.HEAD_OF_SERVICE}:
        status = (await county.send("GET", f"{DRAFTS}/{draft}", role=role)).status_code
        assert (status == 200) is (role is Role.LINK_ADVISER), role
        assert (await county.send("POST", DRAFTS, DRAFT, role=role)).status_code == 403


async def test_days_that_are_not_over_or_to_come_are_refused(county: County) -> None:
    open_ = await county.send("POST", DRAFTS, DRAFT | {"known_at": "2019-12-20"})
    assert (open_.status_code, open_.json()["errors"][0]["code"]) == (422, "day-not-over")
    draft = await county.drafted()
    for day, code in (("2019-12-21", "in-the-future"), ("2019-12-10", "before-cut")):
        refused = await county.step(draft, "signature", {"signed_on": day})
        assert (refused.status_code, refused.json()["errors"][0]["code"]) == (422, code)


async def test_what_is_signed_or_withdrawn_stays_so_and_all_of_it_is_on_record(
    county: County,
) -> None:
    gone = (await county.do("POST", DRAFTS, DRAFT))["edition_id"]
    why = {"reason": "entry-error", "note": "Cut on the wrong day."}
    assert (await county.step(gone, "void", why)).json()["void"] is True
    refused = await county.step(gone, "signature", SIGNED)
    assert (refused.status_code, refused.json()["code"]) == (409, "edition-void")
    signed = (await county.published("2019-12-10", "2019-12-20"))["edition_id"]
    for step, body in (("signature", SIGNED), ("cut", {"known_at": "2019-12-11"}), ("void", why)):
        refused = await county.step(signed, step, body)
        assert (refused.status_code, refused.json()["code"]) == (409, "edition-published-already")
    logged = {(one["record"], one["field"], one["reason"]) for one in await county.rows(change_log)}
    assert (gone, "void", "entry-error") in logged
    assert (signed, "state", None) in logged
    done = {(one["action"], one["outcome"]) for one in await county.rows(audit)}
    assert ("edition.sign", "done") in done


def test_a_statement_and_last_year_that_are_others_are_said_and_no_patch() -> None:
    def content(holds: bool, last_year: str) -> EditionContent:
        figure = FigureView.model_validate(
            dict.fromkeys(FigureView.model_fields)
            | {"id": SHARE, "words": "", "unit": "per cent", "printed": "25%", "counts": {}}
            | {"last_year": {"value": None, "printed": last_year}, "series": ""}
        )
        statement = StatementView(
            id="inclusion.placements_maintained",
            holds=holds,
            printed="holds" if holds else "does not hold",
            method="",
            counts={},
        )
        return EditionContent(
            academic_year="2018-19",
            known_at=date(2019, 12, 10),
            data_as_of=None,
            figures=[figure],
            statements=[statement],
            methods=[],
            narrative=None,
        )

    before = content(True, "24%")
    for now, figures, statements in (
        (before, [], []),
        (content(False, "24%"), [], [("holds", "does not hold")]),
        (content(True, "23%"), [("24%", "23%")], []),
    ):
        changed, said = changes(before, now), statement_changes(before, now)
        assert [one.last_year and tuple(dict(one.last_year).values()) for one in changed] == figures
        assert [(one.was, one.became) for one in said] == statements
        assert how_much(before, changed, said) == ("minor" if figures or statements else "patch")


async def test_a_year_has_one_open_draft_however_it_is_opened(county: County) -> None:
    """Two opened at one moment do not see each other: the database refuses the second."""
    await county.do("POST", DRAFTS, DRAFT)
    table = SERVICE.metadata.tables["edition"]
    [row] = await county.rows(table)
    with pytest.raises(IntegrityError):
        async with county.world.database("reporting").writing() as connection:
            await connection.execute(table.insert().values({**row, "id": uuid4()}))
    await county.took(str(row["id"]), "void", {"reason": "entry-error", "note": "Wrong day."})
    await county.do("POST", DRAFTS, DRAFT)


async def test_what_was_published_is_shown_as_it_was_frozen_with_who_made_it(
    county: County,
) -> None:
    record = await county.published("2019-12-10", "2019-12-20")
    assert (record["drafted_by"], record["signed_by"]) == ("demo-head-of-service",) * 2
    url = f"{DRAFTS}/{record['edition_id']}"
    await county.told(LATE, datetime(2019, 9, 30, 9, tzinfo=UTC))  # before the cut, heard after it
    shown = await county.do("GET", f"{url}/content")
    assert {one["id"]: one["printed"] for one in shown["figures"]}[SHARE] == "25%"
    assert await county.do("GET", f"{url}/obstacles") == []
    await county.drafted("2019-12-11")
    [in_review] = (await county.do("GET", f"{DRAFTS}?state=review"))["items"]
    assert in_review["state"] == "review"


async def test_a_changed_definition_is_a_new_method_and_a_major_edition(county: County) -> None:
    """U49: what changed of a definition is said, and a reader who pinned 1.* is not moved."""
    await county.published("2019-12-10", "2019-12-20")
    async with county.world.database("reporting").writing() as connection:
        table = SERVICE.metadata.tables["method"]
        query = select(table.c.definition).where(table.c.figure == SHARE)
        was = (await connection.execute(query)).scalar_one()
        changed = table.update().where(table.c.figure == SHARE)
        await connection.execute(changed.values(definition=was | {"words": "Formerly otherwise"}))
    record = await county.published("2019-12-11", "2019-12-20")
    assert record["number"] == "2.0.0"
    [change] = (await county.read("2018-19/2.0.0")).json()["changes"]
    beside = {"last_year": None, "change": None}
    assert change == {"figure": SHARE, "redefined": True, "cells": [], **beside}
    assert (await county.read("2018-19/1.*")).json()["number"] == "1.0.0"
