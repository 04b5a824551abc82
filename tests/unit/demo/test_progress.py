"""How far the load of the county is, in lines that a person or a log can read."""

from collections.abc import Mapping
from functools import cache

import httpx
import pytest

from deploy.demo.county import published_county
from deploy.demo.failing import LoadFailed
from deploy.demo.load import Loader
from deploy.demo.progress import Lines
from deploy.demo.stages import stages


def test_lines_say_how_much_is_done_and_what_is_left(capsys: pytest.CaptureFixture[str]) -> None:
    lines = Lines(iter([0.0, 1.0, 6.0, 7.0, 12.0]).__next__)
    lines("referral: teams", 7, 2_000)
    lines("referral: visits", 500, 2_000)
    lines("referral: visits", 900, 2_000)
    lines("survey: waves", 2_000, 2_000)
    loading = "loading the fictional county"
    assert capsys.readouterr().err.splitlines() == [
        f"{loading}: 500 of 2,000 records (25%), 1,500 left, about 18 s; referral: visits",
        f"{loading}: 2,000 of 2,000 records (100%), all sent; survey: waves",
    ]


async def test_what_is_reported_adds_up_to_the_whole_county() -> None:
    told = await _loaded({})
    whole = sum(len(stage.records) for stage in stages(_county()))
    assert whole > 10_000
    assert {of for _, of in told} == {whole}
    assert [sent for sent, _ in told] == sorted(sent for sent, _ in told)
    assert told[-1] == (whole, whole)


async def test_a_load_that_meets_what_somebody_changed_says_where_and_what_to_do() -> None:
    with pytest.raises(LoadFailed) as stopped:
        await _loaded({"decisions": "referral-withdrawn"})
    place = "referral: telling decisions of 201"
    for words in (place, "referral-withdrawn", "put that record back", "empty databases"):
        assert words in f"{stopped.value}"


_county = cache(published_county)
"""Made once: nobody changes it."""


async def _loaded(changed: Mapping[str, str]) -> list[tuple[int, int]]:
    """Load the county where nothing is refused but that; return what is told of the progress."""
    told: list[tuple[int, int]] = []
    imports: list[tuple[int, str]] = []

    async def answered(request: httpx.Request) -> httpx.Response:
        if "/health/" in request.url.path:
            state = {"relay": {"pending": 0}, "consumer": {"lag": 0, "dead_letters": 0}}
            return httpx.Response(200, json=state)
        if {"imports", "school-extracts", "school-links"} & {*request.url.path.split("/")}:
            return _of_imports(request, imports, changed)
        pair = {"record_ids": [*map(str, range(2_000))], "duplicate_id": "1", "merged_on": None}
        body = {"state": "issued", "criteria_id": "1", "items": [pair]}
        return httpx.Response(200, json=body, headers={"ETag": '"1"'})

    transport = httpx.MockTransport(answered)
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
        loader = Loader(client, {}, {}, {}, {}, lambda _, sent, of: told.append((sent, of)))
        loader.settle = _at_once  # type: ignore[method-assign] # nobody listens here
        await loader.load(_county())
    return told


def _of_imports(
    request: httpx.Request, imports: list[tuple[int, str]], changed: Mapping[str, str]
) -> httpx.Response:
    """Take an import, or say that it is carried out: all of its rows, or none of what changed."""
    if request.method == "POST":
        extract = "school-extracts" in request.url.path  # its first line is a header
        count = request.content.count(b"\n") + (-1 if extract else 1)
        imports.append((count, request.url.params.get("kind", "")))
        return httpx.Response(202, headers={"Location": f"/imports/{len(imports) - 1}"})
    rows = request.url.path.endswith("/rows")
    count, kind = imports[int(request.url.path.split("/")[2])]
    became = {"outcome": "refused", "code": changed[kind]} if kind in changed else {}
    outcomes = [{"outcome": "done", "id": f"{row}", **became} for row in range(count)]
    said = {"state": "completed", "refused": len(became) and count, "problem": None}
    return httpx.Response(200, json={"items": outcomes, "next": None} if rows else said)


async def _at_once(*_: str) -> None:
    """Come to an end, as where everything is applied already."""
