"""The example of each kind of import is taken as it stands; the services describe their files."""

import csv
import io
from typing import Any, Final

import jsonschema

from deploy.imports_page import EXAMPLES, KINDS, example_of
from deploy.services import SERVICES
from libs.common.imports import ImportKind
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


@embedded
async def test_every_example_is_taken_once_and_says_nothing_the_second_time(world: World) -> None:
    for service, kinds in KINDS.items():
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
                assert said == {"unchanged"} if again else "refused" not in said, outcomes


def test_every_kind_has_an_example_and_every_example_a_kind() -> None:
    assert {example_of(service, kind.kind) for service, kind in EVERY} == {*EXAMPLES.rglob("*.csv")}


@embedded
async def test_a_service_describes_the_file_of_every_kind(world: World) -> None:
    for service, kinds in KINDS.items():
        headers, url = world.as_(), f"/{service}/v1/import-kinds"
        listed = (await world.client.get(url, headers=headers)).json()
        assert [one["kind"] for one in listed] == [kind.kind for kind in kinds]
        for one in listed:
            described = (await world.client.get(f"{url}/{one['kind']}", headers=headers)).json()
            template = await world.client.get(f"{url}/{one['kind']}/template", headers=headers)
            names = [column["name"] for column in described["columns"]]
            assert _header(template.text) == names
            assert f'filename="{one["kind"]}.csv"' in template.headers["content-disposition"]
            example = _header(example_of(service, one["kind"]).read_text())
            assert {*example} <= {*names}
            needed = {
                c["name"] for c in described["columns"] if c["needed"] and "." not in c["name"]
            }
            assert needed <= {*example}
            jsonschema.Draft202012Validator.check_schema(described["record"])
