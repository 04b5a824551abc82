"""Every code of a refusal is on the list that says what it means, and its address answers."""

import ast
from collections.abc import AsyncIterator, Iterator
from itertools import chain
from pathlib import Path

import pytest

from deploy.services import SERVICES
from libs.common.core.errors import DomainError
from libs.common.http.limits import Limits
from libs.common.http.problems import PROBLEMS
from tests.worlds import EMBEDDED, World, world_of

ROOT = Path(__file__).parents[3]
OWN = {service.name: service.problems for service in SERVICES}
ABSTRACT = {"domain-error"}
"""Codes that nobody is answered with: each refusal has one of its own."""
MADE_BY = {"_bad"}
"""Functions that make a refusal of the code they are given."""


def kinds(base: type[DomainError]) -> Iterator[type[DomainError]]:
    for kind in base.__subclasses__():
        if kind.__module__.startswith(("libs.", "services.")):
            yield kind
            yield from kinds(kind)


def named_where_raised(*places: str) -> Iterator[str]:
    """Yield the codes given to a refusal where it is raised."""
    names = {kind.__name__ for kind in kinds(DomainError)}
    for path in chain.from_iterable(
        (ROOT / p).rglob("*.py") for p in places or ("libs", "services")
    ):
        calls = [
            node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call)
        ]
        for call in calls:
            called = ast.unparse(call.func)
            if called in MADE_BY:
                yield ast.literal_eval(call.args[0])
            elif called in names:
                yield from (one for one in map(code_of, call.keywords) if one)


def code_of(given: ast.keyword) -> str:
    constant = given.arg == "code" and isinstance(given.value, ast.Constant)
    return str(ast.literal_eval(given.value)) if constant else ""


def test_every_code_is_on_one_list_and_nothing_else_is() -> None:
    used = {kind.code for kind in kinds(DomainError)} | set(named_where_raised())
    assert len(used) > 70
    listed = [code for table in (PROBLEMS, *OWN.values()) for code in table]
    assert sorted(listed) == sorted(used - ABSTRACT)


def test_a_service_explains_every_code_that_it_gives() -> None:
    for name, own in OWN.items():
        given = {kind.code for kind in kinds(DomainError) if f".{name}." in kind.__module__}
        given |= set(named_where_raised(f"services/{name}"))
        assert given <= {*PROBLEMS, *own}
        assert own.keys() <= given


def test_what_a_code_means_is_a_sentence_and_so_is_what_to_do() -> None:
    for table in (PROBLEMS, *OWN.values()):
        for code, (means, do) in table.items():
            assert (means[-1], do[-1]) == (".", "."), code


@pytest.fixture
async def embedded(tmp_path: Path) -> AsyncIterator[World]:
    async with world_of(EMBEDDED, tmp_path, SERVICES) as started:
        yield started


async def test_the_type_of_a_refusal_is_answered_with_what_it_means(embedded: World) -> None:
    get, head = embedded.client.get, embedded.as_()
    refusals = [
        await get("/survey/v1/waves/nobody", headers=head),
        await get("/survey/v1/waves/nobody"),
        await get("/survey/nowhere"),
        await embedded.client.delete("/survey/v1/waves"),
        await get("/nowhere"),
        await embedded.client.post("/"),
        await get("/survey/health/live?x=1"),
        await get("/survey/health/live", headers={"Host": "not a host"}),
    ]
    for refusal in refusals:
        problem = refusal.json()
        meaning = await get(problem["type"])
        assert meaning.json() == {"code": problem["code"], **PROBLEMS[problem["code"]]._asdict()}
    at_survey = [one.json()["type"].startswith("/survey/problems/") for one in refusals]
    assert at_survey == [True, True, True, True, False, False, True, False]


async def test_a_misspelt_parameter_is_told_which_there_are(embedded: World) -> None:
    for asked, parameter, said in (
        ("limt=1", "limit", "; did you mean limit? It takes: "),
        ("zzcanaryzz=1", "query", ". It takes: "),
    ):
        answer = await embedded.client.get(f"/referral/v1/cases?{asked}", headers=embedded.as_())
        (fault,) = answer.json()["errors"]
        assert (fault["code"], fault["parameter"]) == ("unknown-parameter", parameter)
        assert said in fault["detail"]
        assert "limit" in fault["detail"]
        assert "canary" not in answer.text


async def test_what_a_check_of_ours_says_is_heard_over_http(embedded: World) -> None:
    answer = await embedded.client.put(
        "/referral/v1/children/by-reference/county/C1",
        json={"upn": "A000000000000"},
        headers=embedded.as_(),
    )
    said = {fault["pointer"]: fault["detail"] for fault in answer.json()["errors"]}
    assert said["/upn"] == "is not a UPN with the right check letter"


async def test_nothing_unknown_is_repeated(embedded: World) -> None:
    for path in ("problems/zzcanaryzz", "schemas/zzcanaryzz.json"):
        answer = await embedded.client.get(f"/referral/{path}")
        assert answer.status_code == 404
        assert "canary" not in answer.text


async def test_a_service_serves_its_own_schemas_alone(embedded: World) -> None:
    path = "schemas/uk.sssen.survey.WaveIssued.v1.json"
    answers = [await embedded.client.get(f"/{name}/{path}") for name in ("survey", "referral")]
    assert [one.status_code for one in answers] == [200, 404]


async def test_who_asks_for_meanings_too_often_is_refused_as_others_are(tmp_path: Path) -> None:
    limits = Limits(limit_caller_rate=1, limit_caller_burst=2)
    async with world_of(EMBEDDED, tmp_path, SERVICES, limits=limits) as world:
        answers = [await world.client.get("/survey/problems/not-valid") for _ in range(3)]
    assert [one.status_code for one in answers] == [200, 200, 429]
