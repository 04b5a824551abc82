"""How far the load of the county is, in lines that a person or a log can read."""

import httpx
import pytest

from deploy.demo.county import published_county
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
    county = published_county()
    told: list[tuple[int, int]] = []
    imports: list[int] = []

    async def answered(request: httpx.Request) -> httpx.Response:
        if "/health/" in request.url.path:
            state = {"relay": {"pending": 0}, "consumer": {"lag": 0, "dead_letters": 0}}
            return httpx.Response(200, json=state)
        if {"imports", "school-extracts", "school-links"} & {*request.url.path.split("/")}:
            return _of_imports(request, imports)
        count = request.content.count(b"\n") + 1
        outcomes = [{"outcome": "done", "id": f"{number}"} for number in range(count)]
        pair = {"record_ids": [*map(str, range(2_000))], "duplicate_id": "1", "merged_on": None}
        body = {"outcomes": outcomes, "state": "issued", "criteria_id": "1", "items": [pair]}
        return httpx.Response(200, json=body, headers={"ETag": '"1"'})

    transport = httpx.MockTransport(answered)
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
        loader = Loader(client, {}, {}, {}, {}, lambda _, sent, of: told.append((sent, of)))
        loader.settle = _at_once  # type: ignore[method-assign] # nobody listens here
        await loader.load(county)
    whole = sum(len(stage.records) for stage in stages(county))
    assert whole > 10_000
    assert {of for _, of in told} == {whole}
    assert [sent for sent, _ in told] == sorted(sent for sent, _ in told)
    assert told[-1] == (whole, whole)


def _of_imports(request: httpx.Request, counts: list[int]) -> httpx.Response:
    """Take an import, or say that it is carried out: all of its rows."""
    if request.method == "POST":
        extract = "school-extracts" in request.url.path  # its first line is a header
        counts.append(request.content.count(b"\n") + (-1 if extract else 1))
        return httpx.Response(202, headers={"Location": f"/imports/{len(counts) - 1}"})
    rows = request.url.path.endswith("/rows")
    number = counts[int(request.url.path.split("/")[2])]
    outcomes = [{"outcome": "done", "id": f"{row}"} for row in range(number)]
    said = {"state": "completed", "refused": 0, "problem": None}
    return httpx.Response(200, json={"items": outcomes, "next": None} if rows else said)


async def _at_once(*_: str) -> None:
    """Come to an end, as where everything is applied already."""
