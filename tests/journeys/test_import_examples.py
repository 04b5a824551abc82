"""The example of each kind of import is taken as it stands; the services describe their files."""

import csv
import io
from collections.abc import Sequence
from typing import Any, Final

import jsonschema

from deploy.imports_page import EXAMPLES, KINDS, PUT_RIGHT, example_of
from deploy.services import SERVICES
from libs.common.imports import ImportKind
from libs.common.imports.described import columns
from libs.common.security import Grants, Reach, Role
from tests.imports import imported
from tests.worlds import World, embedded

GRANTS: Final[dict[str, Grants]] = {one.name: one.grants for one in SERVICES}
SENDERS: Final = (Role.COUNTY_SEND_OFFICER, Role.HEAD_OF_SERVICE, Role.ADMINISTRATOR)
"""Who loads what: who asks for support comes before who decides on it."""
EVERY: Final = [(service, kind) for service, kinds in KINDS.items() for kind in kinds]


def _header(text: str) -> list[str]:
    return next(csv.reader(io.StringIO(text)))


def _sender(service: str, action: str) -> Role:
    grants = GRANTS[service]
    return next(
        role
        for role in SENDERS
        if grants[action].get(role) == grants["import"].get(role) == Reach.COUNTY
    )


async def _imported(world: World, service: str, kind: ImportKind[Any], text: str) -> Any:
    sender = world.as_(_sender(service, kind.action))
    return (await imported(world, f"{service}/{kind.kind}", text, sender))["outcomes"]


async def _check_described(world: World, service: str, kinds: Sequence[ImportKind[Any]]) -> None:
    """Check that a service lists its kinds, and describes the last of them with a template."""
    headers, url = world.as_(), f"/{service}/v1/import-kinds"
    listed = (await world.client.get(url, headers=headers)).json()
    known = [kind.kind for kind in (*kinds, *PUT_RIGHT[service])]
    assert [one["kind"] for one in listed] == known
    last = f"{url}/{kinds[-1].kind}"
    described = (await world.client.get(last, headers=headers)).json()
    template = await world.client.get(f"{last}/template", headers=headers)
    assert _header(template.text) == [column["name"] for column in described["columns"]]
    assert described["record"] == kinds[-1].sent.model_json_schema()
    assert f'filename="{kinds[-1].kind}.csv"' in template.headers["content-disposition"]


@embedded
async def test_every_example_is_taken_once_and_says_nothing_the_second_time(world: World) -> None:
    for service, kinds in KINDS.items():
        await _check_described(world, service, kinds)
        if service != "referral":
            await world.settle()
            handed_over = await world.client.get(
                "/referral/v1/child-references", headers=world.as_()
            )
            assert await _imported(world, service, kinds[0], handed_over.text)
        for kind in kinds:
            text = example_of(service, kind.kind).read_text()
            for again in (False, True):
                outcomes = await _imported(world, service, kind, text)
                said = {one["outcome"] for one in outcomes}
                assert outcomes
                assert all(one["key"] for one in outcomes), kind.kind
                assert said == {"unchanged"} if again else "refused" not in said, outcomes


def test_every_kind_has_an_example_and_every_example_a_kind() -> None:
    assert {example_of(service, kind.kind) for service, kind in EVERY} == {*EXAMPLES.rglob("*.csv")}


def test_what_is_said_of_a_file_fits_its_example() -> None:
    for service, kind in EVERY:
        said = columns(kind)
        example = {*_header(example_of(service, kind.kind).read_text())}
        assert example <= {one.name for one in said}, kind.kind
        assert {one.name for one in said if one.needed and "." not in one.name} <= example
        jsonschema.Draft202012Validator.check_schema(kind.sent.model_json_schema())
