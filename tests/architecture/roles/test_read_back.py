"""Whatever is written is read back: by its id, by the county's own key, and in a list.

The operations are the services' own documents'. What writes names a thing by its path: the last
word that is listed, else the first. Of each thing one is listed, and shown at each address of it.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pytest

from libs.common.imports.kinds import ImportKind
from services.assessment.service import KINDS as OF_ASSESSMENT
from services.referral.service import KINDS as OF_REFERRAL
from services.survey.service import KINDS as OF_SURVEY
from tests.architecture.roles.stage import Stage
from tests.architecture.roles.test_matrix import stage
from tests.architecture.test_put_right import ALL, CHANGING, Operation

__all__ = ["stage"]

pytestmark = pytest.mark.asyncio(loop_scope="module")

SERVICES = ("referral", "assessment", "survey", "reporting")
IMPORTED: Mapping[str, tuple[ImportKind[Any], ...]] = {
    "referral": OF_REFERRAL,
    "assessment": OF_ASSESSMENT,
    "survey": OF_SURVEY,
    "reporting": (),
}

NO_RECORD = {"imports", "cancel", "searches", "redrive", "release", "start", "letters", "papers"}
"""The last words of what records nothing by itself."""

READ_ELSEWHERE = {
    "child-references": "they are referral's, which lists them; here lists find by them",
}
"""What a service is handed over and only uses, and why it lists it nowhere."""

NAMES = {
    "endings": "cases",
    "continuations": "reviews",
    "decisions": "referrals",
    "school-links": "schools",
    "school-extracts": "schools",
    "successor-school": "children",
    "pause": "pauses",
    "resumption": "pauses",
    "resumptions": "pauses",
    "duplicate-searches": "duplicates",
    "import corrections": "results",
    "import voids": "results",
    "dialogues": "quality-dialogues",
    "wave-issues": "waves",
    "wave-closures": "waves",
    "response-voids": "responses",
    "keying": "waves",
}
"""By which thing it is read back what another word records."""


def lists(service: str) -> dict[str, Operation]:
    """Return what lists the things of a service, by their word."""
    return {
        one.words[0]: one
        for one in ALL
        if one.method == "GET" and one.service == service and one.path.count("/") == 2
    }


def things_written(service: str) -> Iterator[tuple[str, str]]:
    """Yield each operation and kind that writes, with the word of the thing that reads it back."""
    listed = lists(service)
    for one in CHANGING:
        if one.service == service and one.words[-1] not in NO_RECORD:
            words = [NAMES.get(word, word) for word in one.words]
            thing = next((word for word in reversed(words) if word in listed), words[0])
            yield one.name, thing
    for kind in IMPORTED[service]:
        if kind.kind in READ_ELSEWHERE:
            continue
        name = f"import {kind.kind}"
        yield name, NAMES.get(name, NAMES.get(kind.kind, kind.kind))


def addresses(service: str, item: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield each path whose parameters an item has, filled with them."""
    for one in ALL:
        names = re.findall(r"{(\w+)}", one.path)
        if one.service == service and one.method == "GET" and names and {*names} <= {*item}:
            yield one.path, f"/{service}{one.path.format(**item)}"


async def _fill(stage: Stage) -> None:
    """Have one of each part of a case, and of each thing that nothing else has one of."""
    ends = {"autumn_to": "2018-12-31", "spring_to": "2019-03-31", "summer_to": "2019-08-31"}
    await stage.do("PUT", "/assessment/v1/windows/2018-19", ends)
    case = f"/referral/v1/cases/{stage.of['own']['case']}"
    await stage.do("PUT", f"{case}/visits/2018-10-08", {"planned": 1, "attended": 1})
    risk = {"level": "high", "assessed_on": "2018-10-08", "drivers": []}
    await stage.do("POST", f"{case}/risk-assessments", risk)
    version = (await stage.do("GET", case)).headers["ETag"]
    beside = {"from_on": "2019-01-08", "staff_id": stage.ids["staff_mates"]}
    await stage.do("POST", f"{case}/colleagues", beside, **{"If-Match": version})


async def test_whatever_is_written_is_read_back_by_id_by_key_and_in_a_list(stage: Stage) -> None:
    await _fill(stage)
    for service in SERVICES:
        written = list(things_written(service))
        assert len(written) > 10
        listed = lists(service)
        unread = [f"{name}: no list of {thing}" for name, thing in written if thing not in listed]
        for thing in sorted({thing for _, thing in written} & {*listed}):
            unread += await _unread(stage, service, thing)
        assert not unread, "\n".join(unread)


async def _unread(stage: Stage, service: str, thing: str) -> list[str]:
    """Return what is wrong with how one of a thing is read back."""
    items = (await stage.do("GET", f"/{service}/v1/{thing}")).json()["items"]
    if not items:
        return [f"{thing}: none is listed"]
    item, shown, wrong = _alone(items), set(), []
    for path, url in addresses(service, item):
        if _ends_at(path) != thing or not path.endswith("}"):
            continue
        answer = await stage.do("GET", url)
        if "items" in answer.json():
            continue  # a list of a part of them
        etag = {"etag": answer.headers["ETag"]}
        if answer.json() | etag | item != answer.json() | etag:  # by itself it may show more
            wrong.append(f"{thing}: {path} shows another than the list")
        shown.add(path)
    needed = {one.path for one in CHANGING if one.service == service and one.method == "PUT"}
    wrong += [f"{thing}: no GET {path}" for path in needed - shown if _ends_at(path) == thing]
    if not shown:
        wrong.append(f"{thing}: none is shown by itself")
    return wrong


def _alone(items: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Return the first item whose reference is no other's: two schools may have one of a name."""
    references = Counter(one.get("reference") for one in items)
    return min(items, key=lambda one: references[one.get("reference")])


def _ends_at(path: str) -> str:
    """Return the last word of a path that is no parameter and no kind of key."""
    words = [word for word in path.split("/")[2:] if not word.startswith(("{", "by-"))]
    return words[-1]
