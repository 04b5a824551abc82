"""Every page is valid HTML and CSS, by checkers that are none of ours."""

import json
import subprocess
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from deploy.local import outside
from libs.common.pages.rendering import FOLDER
from libs.common.security import Role
from services.reporting.service import SERVICE as REPORTING
from services.survey.service import SERVICE as SURVEY
from tests.browser.conftest import node
from tests.unit.common.pages.browsing import REPORT, browser, sent, signed_in
from tests.unit.reporting.test_page import a_report, shown
from tests.unit.survey.calls import get
from tests.unit.survey.links.answering import Answering, a_link, answering, asked
from tests.unit.survey.links.test_pages import ticket
from tests.unit.survey.open_links.opening import a_course, drawn, made, opening
from tests.unit.survey.questionnaires.example import example
from tests.unit.survey.questionnaires.test_versions import published
from tests.worlds import EMBEDDED, World, world_of

PAGES = 43
VIEWS = 2
"""Narrow by day, wide by night."""
FIGURE = "/reporting/figures/inclusion.at_risk_of_exclusion.share"

RULES = {
    "extends": ["html-validate:recommended", "html-validate:a11y"],
    "rules": {
        # Of the macros' and the templates' layout, which no reader sees.
        "no-trailing-whitespace": "off",
    },
}

pytestmark = pytest.mark.node


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    async with world_of(EMBEDDED, tmp_path, [REPORTING, SURVEY]) as world:
        yield world


@pytest.fixture
async def pages(world: World, tmp_path: Path) -> Path:
    """Write each page into a folder."""
    folder = tmp_path / "pages"
    folder.mkdir()
    async with browser(world) as client:
        who = await client.get("/reporting/sign-in")
        found = {"start": await client.get("/"), "who": who}
        found["nobody"] = await sent(client, who, "/reporting/sign-in/as")
        await signed_in(client, "parent")
        found["refused"] = await client.get(REPORT)
        await signed_in(client, "head-of-service")
        opened = {"academic_year": "2018-19", "known_at": "2019-12-20"}
        head = world.as_(Role.HEAD_OF_SERVICE)
        draft = await world.client.post("/reporting/v1/drafts", json=opened, headers=head)
        for name, path in {
            "start-signed-in": "/",
            "report": REPORT,
            "reports": "/reporting/reports",
            "figure": f"{FIGURE}?year=2018-19&by=team",
            "lineage": f"{FIGURE}/lineage?year=2018-19",
            "side-by-side": "/reporting/reconciliations/2018-19",
            "case-by-case": "/reporting/case-extracts",
            "editions": "/reporting/editions",
            "drafts": "/reporting/drafts",
            "draft": f"/reporting/drafts/{draft.json()['edition_id']}",
            "nothing": "/nothing",
            "signed-out": "/reporting/signed-out",
        }.items():
            found[name] = await client.get(path)
    found |= await of_a_link(world)
    found |= await of_open_links(world)
    assert len(found) == PAGES
    for name, page in found.items():
        assert page.headers["content-type"] == "text/html; charset=utf-8", name
        (folder / f"{name}.html").write_text(page.text)
    (folder / "report-with-charts.html").write_text(shown(a_report()))
    return folder


async def of_a_link(world: World) -> dict[str, httpx.Response]:
    """Return what somebody with a personal link sees, whatever is asked and wrong on it."""
    await published(world, example())
    await asked(world, 2, questionnaire_version=3)
    told = {"q-knew_learning": "yes", "q-told_by--meeting": "yes", "q-comment": "Made-up words."}
    async with answering(world) as person, answering(world) as other:
        found = {"link-start": await person.open(await a_link(world, "P0"))}
        found["link-questions"] = await person.start()
        found["link-faults"] = await person.step("check", fields={"q-comment": "x" * 4_001})
        found["link-led-on"] = await person.step("check", fields=told)
        await person.step("check", fields=told)
        found["link-check"] = await person.step("check", fields=told)
        found |= await of_a_busy_service(world, person)
        found["link-receipt"] = await person.step("send")
        found |= await of_a_code(person.client, ticket(found["link-receipt"].text))
        await other.open(await a_link(world, "P1"))
        await other.start()
        found["link-saved"] = await other.step("save")
        found["link-gone"] = await other.open("A" * 43)
    return found | await of_a_child(world)


async def of_a_busy_service(world: World, person: Answering) -> dict[str, httpx.Response]:
    """Return what somebody sees while there is too much to do."""
    lane, page = world.system.running["survey"].lanes.quick, person.page
    places, lane.places = lane.places, 0
    busy = await person.client.get(page.url.path)
    not_yet = await person.step("send")
    lane.places = places
    return {"link-busy": busy, "link-not-yet": not_yet}


async def of_a_child(world: World) -> dict[str, httpx.Response]:
    """Return what a child sees: one question a page, from right to left too."""
    world.system.running["survey"].development = True
    await asked(world, 3, "children", questionnaire_version=2)
    async with answering(world) as child:
        await child.open(await a_link(world, "P2"))
        found = {"link-question": await child.start()}
        found["link-right-to-left"] = await child.step("language:ar-XB")
        await child.step("next", fields={"q-better_at_work": "maybe"})
        found["link-fault"] = child.page
        for _ in range(5):
            await child.step("skip")
        found["link-empty"] = child.page
        found["link-declined"] = await child.step("decline")
    return found


async def of_a_code(client: httpx.AsyncClient, code: str) -> dict[str, httpx.Response]:
    """Return what whoever has a ticket code sees, and who has none."""
    found = {"ticket": await client.get("/survey/ticket")}
    for name, typed in (("ticket-became", code), ("ticket-unknown", "none")):
        found[name] = await client.post("/survey/ticket", data={"code": typed})
    return found


async def of_open_links(world: World) -> dict[str, httpx.Response]:
    """Return what anybody with a code sees, after `of_a_link`: of its wave, and of a course."""
    wave = (await get(world, "/waves/by-reference/W-parents")).json()["wave_id"]
    of_wave = await drawn(world, await made(world, wave_id=wave))
    of_course = await drawn(world, await made(world, delivery_id=await a_course(world)))
    told = {"q-knew_learning": "yes", "q-told_by--meeting": "yes", "q-comment": "Made-up words."}
    async with opening(world) as person, opening(world) as other:
        found = {"open-start": await person.open(of_wave)}
        found["open-questions"] = await person.step("ask")
        found["open-faults"] = await person.step("check", **{"q-comment": "x" * 4_001})
        for _ in range(3):
            found["open-check"] = await person.step("check", **told)
        found["open-receipt"] = await person.step("send")
        found["rating"] = await other.open(of_course)
        found["rating-faults"] = await other.step("send", content="11")
        found["sheet"] = await other.client.get(f"/survey/open/{of_course}/sheet")
        found["open-over"] = await other.open("0000-0000-0000")
    return found


def checked(*command: str, folder: Path) -> str:
    done = subprocess.run(
        command, cwd=folder, capture_output=True, text=True, timeout=100, check=False
    )
    return done.stdout + done.stderr


def test_the_nu_checker_finds_nothing(pages: Path) -> None:
    (pages / "style.css").write_text((FOLDER / "style.css").read_text())
    jar = outside.FOLDER / "node_modules/vnu-jar/build/dist/vnu.jar"
    vnu = ("java", "-jar", str(jar), "--format", "json", "--also-check-css", "--stdout")
    files = sorted(map(str, pages.iterdir()))
    assert json.loads(checked(*vnu, *files, folder=pages))["messages"] == []
    broken = pages / "broken.html"
    broken.write_text("<!doctype html><title>x</title><p><div></p>")
    assert json.loads(checked(*vnu, str(broken), folder=pages))["messages"]


@pytest.mark.browser
@pytest.mark.timeout(300)
async def test_axe_finds_nothing_narrow_or_wide(pages: Path) -> None:
    (pages / "style.css").write_text((FOLDER / "style.css").read_text())
    (pages / "broken.html").write_text("<!doctype html><title>x</title><img src=x>")
    told = {"chromium": str(outside.chromium()), "folder": str(pages)}
    seen = json.loads(await node("pages.mjs", told))
    assert len(seen) == VIEWS * (PAGES + 2)
    for one in seen:
        if one["name"] == "broken.html":
            assert one["violations"]
        else:
            assert one["styled"], one
            assert one["violations"] == [], one
            assert not one["wide"], one


def test_html_validate_finds_nothing(pages: Path) -> None:
    (pages / ".htmlvalidate.json").write_text(json.dumps(RULES))
    program = str(outside.FOLDER / "node_modules/.bin/html-validate")
    said = checked(program, "--formatter", "json", "*.html", folder=pages)
    assert json.loads(said) == [], said[:4000]
    (pages / "broken.html").write_text('<!doctype html><p id="a"></p><p id="a"></p>')
    assert json.loads(checked(program, "--formatter", "json", "*.html", folder=pages))
