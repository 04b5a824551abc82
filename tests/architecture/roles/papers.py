"""Papers that were keyed once and activities as the stage has them, and what is tried of these."""

from collections.abc import Awaitable, Callable, Iterator, Mapping
from typing import Any

import httpx
from sqlalchemy import select

from services.survey.paper.domain import PaperCode
from services.survey.waves.domain import Recipient
from tests.architecture.roles.tried import STALE, Tried
from tests.worlds import World

Do = Callable[..., Awaitable[httpx.Response]]
SURVEY = "/survey/v1"
ON_NO_PAPER = "KPQ7-BM2Q"
WHY = {"reason": "entry-error"}
TYPED = {"received_on": "2019-06-20", "assisted_by": "none", "answers": []}


def heard(reference: str, child: str) -> dict[str, Any]:
    """Return how a child was heard by another method than a questionnaire."""
    told = {"held_on": "2019-06-03", "method": "puppets", "assent": "given", "agreement": "given"}
    return {"reference": reference, "child_id": child, **told}


async def heard_otherwise(
    do: Do, world: World, wave: str, of: Mapping[str, dict[str, str]]
) -> None:
    """Have a paper of each recipient keyed once, and an activity with each; note the ids."""
    url = f"{SURVEY}/waves/{wave}"
    await do("PUT", f"{url}/keying", {"twice_percent": 100})
    await do("POST", f"{url}/papers", {})
    async with world.database("survey").reading() as connection:
        query = select(Recipient.reference, PaperCode.code)
        query = query.join(PaperCode, PaperCode.recipient_id == Recipient.id)
        codes = dict((await connection.execute(query)).all())
    for relation, ids in of.items():
        ids["code"] = codes[f"P-{relation}"]
        made = await do("POST", f"{SURVEY}/paper-forms", {"code": ids["code"], **TYPED})
        ids["form"] = made.json()["form_id"]
        seen = heard(f"V-{relation}", ids["child"])
        ids["activity"] = (await do("POST", f"{SURVEY}/activities", seen)).json()["activity_id"]


def of_papers(relation: str, wave: str, ids: Mapping[str, str], new: str) -> Iterator[Tried]:
    """Yield what is tried of the paper of a child's form, which the Head keyed, and of activities.

    Papers are made of one's own alone: making them takes a while, and who has which code is tried.
    """
    code, one = ids["code"], f"{SURVEY}/paper-forms/{ids['form']}"
    yield Tried("key-paper", relation, "GET", f"{SURVEY}/paper-codes/{code}")
    again = {"code": code, "number": 2, **TYPED}
    yield Tried("key-paper", relation, "POST", f"{SURVEY}/paper-forms", again, (200, 201, 403, 409))
    yield Tried("read-paper-form", relation, "GET", one)
    for step, told in (("corrections", {**TYPED, **WHY}), ("void", WHY)):
        what = "correct-paper-form"
        yield Tried(what, relation, "POST", f"{one}/{step}", told, (412,), version=STALE)
    anew, what = {"anew": TYPED}, "resolve-paper-form"
    yield Tried(what, relation, "POST", f"{one}/resolution", anew, (412,), version=STALE)
    if relation == "own":
        url, listed = f"{SURVEY}/waves/{wave}", ids["form"]
        yield Tried("print-papers", relation, "POST", f"{url}/papers", {"recipients": ["P-own"]})
        for address in (f"{url}/paper-forms", f"{SURVEY}/paper-forms"):
            yield Tried("read-paper-form", relation, "GET", f"{address}?limit=200", listed=listed)
        yield Tried("read-paper-form", relation, "GET", f"{SURVEY}/paper-forms/by-code/{code}/1")
    yield from _of_activities(relation, ids, new)


def _of_activities(relation: str, ids: Mapping[str, str], new: str) -> Iterator[Tried]:
    """Yield what is tried of how a child was heard otherwise."""
    url, told = f"{SURVEY}/activities", heard(new, ids["child"])
    yield Tried("record-activity", relation, "POST", url, told)
    one = f"{url}/{ids['activity']}"
    yield Tried("read-activity", relation, "GET", one)
    said = {name: value for name, value in told.items() if name not in {"reference", "child_id"}}
    for step, body in (("corrections", said | WHY), ("void", WHY)):
        what = "correct-activity"
        yield Tried(what, relation, "POST", f"{one}/{step}", body, (412,), version=STALE)
    if relation == "own":
        yield Tried("read-activity", relation, "GET", url, listed=ids["activity"])
        yield Tried("read-activity", relation, "GET", f"{url}/by-reference/V-{relation}")
        yield Tried("count-activities", "", "GET", f"{SURVEY}/years/2018-19/methods")
