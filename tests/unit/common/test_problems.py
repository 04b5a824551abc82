"""Every code of a refusal is on the list that says what it means, and its address answers."""

import ast
from collections.abc import AsyncIterator, Iterator
from itertools import chain
from pathlib import Path

import pytest

from deploy.services import SERVICES
from libs.common.core.errors import DomainError
from libs.common.core.validation_errors import _KINDS
from libs.common.http.faults import FAULTS
from libs.common.http.limits import Limits
from libs.common.http.problems import PROBLEMS
from tests.worlds import EMBEDDED, World, world_of

ROOT = Path(__file__).parents[3]
OWN = {service.name: service.problems for service in SERVICES}
ABSTRACT = {"domain-error"}
"""Codes that nobody is answered with: each refusal has one of its own."""
FAULTS_MADE_BY = {"ValidationError", "PydanticCustomError", "_fault", "_refused"}
"""What makes an error with the code that it is given first."""
PYDANTICS = {"int_type", "string_too_long"}
"""Given as pydantic's own kinds, of which ours are found."""
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


def constants(path: Path) -> Iterator[str]:
    """Yield the texts that stand in a file."""
    nodes = ast.walk(ast.parse(path.read_text()))
    yield from (
        one.value for one in nodes if isinstance(one, ast.Constant) and type(one.value) is str
    )


def faults_named(place: str) -> Iterator[str]:
    """Yield the codes given to an error where it is made, and to what pydantic finds."""
    for path in (ROOT / place).rglob("*.py"):
        for call in ast.walk(ast.parse(path.read_text())):
            if (
                isinstance(call, ast.Call)
                and ast.unparse(call.func) in FAULTS_MADE_BY
                and call.args
            ):
                first = (one for one in call.args[:1] if isinstance(one, ast.Constant))
                yield from (str(one.value) for one in first)


def test_every_code_of_an_error_is_explained_where_it_is_given_and_nothing_else_is() -> None:
    """Those of libs in its table, which each service serves, and a service's in its own."""
    written = {
        one
        for p in ("libs", "services")
        for path in (ROOT / p).rglob("*.py")
        if path.name not in {"faults.py", "problems.py"}
        for one in constants(path)
    }
    pydantics = {code for code, *_ in _KINDS}
    assert {*faults_named("libs"), *pydantics} - PYDANTICS <= {*FAULTS, *PROBLEMS}
    for service in SERVICES:
        own = {*service.faults, *service.problems}
        assert set(faults_named(f"services/{service.name}")) <= {*own, *FAULTS, *PROBLEMS}
        assert not {*service.faults} & {*FAULTS, *PROBLEMS, *service.problems}
        assert {*service.faults} <= written
    assert {*FAULTS} <= written
    assert not {*FAULTS} & {*PROBLEMS}


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
        ("limt=1", "limt", "; did you mean limit? It takes: "),
        ("zzcanaryzz=1", "query", ". It takes: "),
    ):
        answer = await embedded.client.get(f"/referral/v1/cases?{asked}", headers=embedded.as_())
        (fault,) = answer.json()["errors"]
        assert (fault["code"], fault["parameter"]) == ("unknown-parameter", parameter)
        assert said in fault["detail"]
        assert "limit" in fault["detail"]
        assert "canary" not in answer.text


async def test_an_address_that_takes_a_post_alone_says_so(embedded: World) -> None:
    """It looks like one thing's address, and is none: another method hears which it takes."""
    for path in ("referral/v1/children", "referral/v1/people", "referral/v1/staff"):
        answer = await embedded.client.get(f"/{path}/searches", headers=embedded.as_())
        assert (answer.status_code, answer.headers.get("Allow")) == (405, "POST")
        other = await embedded.client.get(f"/{path}/no-id", headers=embedded.as_())
        assert other.status_code == 422


async def test_an_error_s_code_is_explained_where_a_refusal_s_is(embedded: World) -> None:
    for code, means in (("before-birth", "The child was not born yet."), ("missing", None)):
        answer = await embedded.client.get(f"/referral/problems/{code}")
        assert answer.json()["means"] == (means or FAULTS[code].means)
    assert (await embedded.client.get("/survey/problems/before-birth")).status_code == 404


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
