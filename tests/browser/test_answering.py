"""Every audience answers its questionnaire in every way that a person may have to (promises 5.4.9).

ANSWERING (7) of the 28 pairs of audience and way, one of each way first; ``make pictures`` keeps
what each page looks like.
"""

import json
import os
from collections.abc import AsyncIterator, Sequence
from itertools import product
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import pytest
from sqlalchemy import select

from deploy.local import outside
from libs.common.contracts.survey import Audience
from services.survey.asking.words import Voice
from services.survey.links.domain import make_link
from services.survey.questionnaires.definition import Choice, Item, in_english
from services.survey.questionnaires.shipped import questionnaire_of
from services.survey.service import SERVICE
from services.survey.waves.domain import Recipient
from tests.browser.conftest import node, served
from tests.unit.survey.calls import get
from tests.unit.survey.links.answering import answering, asked
from tests.unit.survey.questionnaires.example import example, questionnaire
from tests.unit.survey.questionnaires.test_versions import published
from tests.worlds import EMBEDDED, World, world_of

FORMS: Final[dict[Audience, Any]] = {
    "children": questionnaire_of("children", 2),
    "parents": questionnaire(example()),
    "schools": questionnaire_of("schools", 2),
    "agencies": questionnaire_of("agencies", 2),
}
WAYS: Final[dict[str, dict[str, Any]]] = {
    "360": {"width": 360},
    "1280": {"width": 1280, "light": "dark"},
    "no-script": {"width": 360, "script": False},
    "keyboard": {"width": 1280, "by": "keys"},
    "roles-and-names": {"width": 1280, "by": "tree"},
    "right-to-left": {"width": 360, "language": "ar-XB"},
    "zoomed-400": {"width": 320, "height": 256},
}
FIRST: Final = tuple(
    zip(
        ("children", "agencies", "parents", "children", "parents", "children", "schools"),
        WAYS,
        strict=True,
    )
)
"""One audience for each way."""
PAIRS: Final = (*FIRST, *(one for one in product(FORMS, WAYS) if one not in FIRST))
STEPS: Final = {
    "begin": "start.begin",
    "next": "question.next",
    "back": "question.back",
    "check": "questions.check",
    "send": "check.send",
}
OTHERS: Final = {
    "saved": "Your answers are kept",
    "declined": "You do not want to answer",
    "gone": "This link does not work",
    "not-yet": "We have not received your answers yet",
    "busy": "The service is busy",
}


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    async with world_of(EMBEDDED, tmp_path, [SERVICE]) as world:
        world.system.running["survey"].development = True
        yield world


@pytest.mark.browser
@pytest.mark.timeout(900)
async def test_every_audience_answers_in_every_way(world: World) -> None:
    pairs = PAIRS[: int(os.environ.get("ANSWERING", len(FIRST)))]
    tokens = await _tokens(world)
    runs = [_run(audience, way, tokens[audience].pop()) for audience, way in pairs]
    beside = {"name": "beside", "width": 360, "height": 800, "script": True}
    runs.append(beside | {"token": tokens["children"].pop()})
    async with served(world.system) as site:
        told = {
            "chromium": str(outside.chromium()),
            "site": site,
            "runs": runs,
            "pages": await _of_a_busy_service(world, tokens["parents"].pop()),
            "folder": os.environ.get("PICTURES", ""),
        }
        found: list[dict[str, Any]] = json.loads(await node("answer.mjs", told))
    seen = {run["name"]: run["seen"] for run in found}
    assert {one["name"]: one["heading"] for one in seen.pop("beside")} == OTHERS
    for audience, way in pairs:
        _check(audience, way, seen[f"{audience}-{way}"])
    for page in (page for run in found for page in run["seen"]):
        for fault in ("violations", "small", "left"):
            assert page[fault] == [], page
        assert (page["wide"], page["scripts"]) == (False, 0), page
    await _check_recorded(world, [audience for audience, _ in pairs])


def _check(audience: Audience, way: str, pages: Sequence[dict[str, Any]]) -> None:
    """Check that each page was the one it is taken for, in its language, and none showed more."""
    form, language = FORMS[audience], WAYS[way].get("language", "en-GB")
    voice = Voice(language=language.removesuffix("-GB"), audience=audience)
    paced = audience == "children"
    by_name = {page["name"]: page for page in pages}
    assert by_name["check"]["heading"] == voice.plain("check.heading")
    assert by_name["receipt"]["heading"] == voice.plain("receipt.heading")
    for page in pages:
        assert page["language"] == language, page
        assert page["direction"] == ("rtl" if language == "ar-XB" else "ltr"), page
    if paced and language == "en-GB":
        headings = [page["heading"] for page in pages[1:-2]]
        assert headings[-1] == voice.plain("helped")
        assert [*map(in_english, (one.wording for one in form.items))] == [
            one.split("\n")[0] for one in headings[:-1]
        ]
    if not paced:
        assert by_name["faults"]["answers"] > 1
        assert voice.plain("error") in by_name["faults"]["title"]


def _run(audience: Audience, way: str, token: str) -> dict[str, Any]:
    """Return what one browser is told to do."""
    form, voice = FORMS[audience], Voice(audience=audience)
    usual = {"height": 800, "script": True, "by": "pointing", "language": "", "light": "light"}
    answers = [one for item in form.items for one in _answers(item)]
    paced = audience == "children"
    if paced:
        label = voice.plain("helped.parent")
        answers.append(_choice("helped", "parent", voice.plain("helped"), label, "radio"))
    return (
        usual
        | WAYS[way]
        | {
            "name": f"{audience}-{way}",
            "token": token,
            "answers": answers,
            "paced": paced,
            "places": len(form.items) + 1,
            "buttons": {step: voice.plain(key) for step, key in STEPS.items()},
        }
    )


def _answers(item: Item) -> list[dict[str, str]]:
    asked = _heard(item.wording, item.spoken) + (" (please answer)" if item.required else "")
    field = f"q-{item.id}"
    if not item.coded:
        return [{"name": field, "text": "Made-up words.", "question": asked}]
    if item.several:
        ticked = [(f"{field}--{one.value}", one) for one in item.values[:2]]
        return [_choice(name, "yes", asked, _of(one), "checkbox") for name, one in ticked]
    first = item.values[0]
    return [_choice(field, first.value, asked, _of(first), "radio")]


def _choice(name: str, value: str, question: str, label: str, kind: str) -> dict[str, str]:
    return {"name": name, "value": value, "question": question, "label": label, "kind": kind}


def _of(one: Choice) -> str:
    return _heard(one.words, one.spoken)


def _heard(words: dict[str, str], spoken: dict[str, str] | None) -> str:
    return in_english(spoken or words)


async def _tokens(world: World) -> dict[Audience, list[str]]:
    """Return links to a wave of each audience, one for each way and one more."""
    await published(world, example())
    found: dict[Audience, list[str]] = {}
    for audience, form in FORMS.items():
        version = {"questionnaire_version": form.version}
        path = await asked(world, len(WAYS) + 1, audience, **version)
        async with world.database("survey").writing() as connection:
            query = select(Recipient.id).where(Recipient.wave_id == UUID(path.split("/")[-1]))
            people = (await connection.execute(query)).scalars().all()
            found[audience] = [(await make_link(connection, one)).text for one in people]
    return found


async def _of_a_busy_service(world: World, token: str) -> dict[str, str]:
    """Return the pages of a service that is busy, as somebody who answers meets them."""
    lane = world.system.running["survey"].lanes.quick
    async with answering(world) as person:
        await person.open(token)
        here = (await person.start()).url.path
        places, lane.places = lane.places, 0
        not_yet = await person.step("check", fields={"q-comment": "Made-up words."})
        busy = await person.client.get(here)
        lane.places = places
    return {"not-yet": not_yet.text, "busy": busy.text}


async def _check_recorded(world: World, audiences: Sequence[Audience]) -> None:
    """Check that what was answered is what is on record, of everybody once."""
    told = (await get(world, "/responses?limit=100")).json()["items"]
    assert len(told) == len(audiences)
    for audience in {*audiences}:
        form = FORMS[audience]
        first = [
            one.values[0].value if one.coded and not one.several else None for one in form.items
        ]
        of = [one for one in told if one["answers"][0]["question"] == form.items[0].id]
        for one in of:
            assert [answer["value"] for answer in one["answers"]] == first
            assert {answer["state"] for answer in one["answers"]} == {"answered"}
