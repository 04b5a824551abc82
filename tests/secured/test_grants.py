"""Brokers that ask who comes: each principal can do what the manifest says, and nothing else."""

import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiokafka.errors import TopicAuthorizationFailedError

from deploy.acls import PUBLISHERS, REPORTING, manifest
from deploy.services import SERVICES
from libs.common.messaging.bus.kafka_acls import PREFIXED, READ, TOPIC, WRITE, Acl, BrokerAcls
from tests.secured.kafka import Cluster, envelope

pytestmark = [pytest.mark.real, pytest.mark.true_broker]

TOPICS = PUBLISHERS
COUNTY = {
    "principals": [
        {
            "name": "county-send",
            "kind": "county-system",
            "topics": ["referral"],
            "purpose": "shows the county's case workers that support was agreed",
        },
        {"name": "dashboard", "kind": "reporting-consumer", "purpose": "draws the figures"},
    ],
    "administrators": ["broker"],
}


@pytest.fixture(scope="module")
def county(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The variable that names who else may read."""
    file = tmp_path_factory.mktemp("county") / "principals.json"
    file.write_text(json.dumps(COUNTY))
    return {"TOPIC_PRINCIPALS_FILE": str(file)}


@pytest.fixture(scope="module", autouse=True)
def _granted(kafka: Cluster, county: dict[str, str]) -> None:
    """Topics and grants as the manifest has them, and a record in each partition of each topic."""
    done = kafka.topics(**county)
    assert done.returncode == 0, done.stderr


def read_by(kafka: Cluster, name: str) -> set[str]:
    """Return the topics that somebody can read."""
    return {topic for topic in TOPICS if kafka.may_read(name, topic)}


def written_by(kafka: Cluster, name: str) -> set[str]:
    """Return the topics that somebody can write."""
    return {topic for topic in TOPICS if kafka.may_write(name, topic)}


@pytest.fixture
async def full(kafka: Cluster) -> None:
    assert written_by(kafka, "admin") == set(TOPICS)


def by_manifest(operation: str) -> dict[str, set[str]]:
    """Return which service may do something with which topics, as the document says."""
    return {
        one["principal"]: {
            grant["name"] for grant in one["grants"] if operation in grant["operations"]
        }
        for one in manifest()["services"]
    }


async def test_each_service_writes_and_reads_what_the_manifest_says_alone(
    kafka: Cluster, full: None
) -> None:
    assert {one.name: written_by(kafka, one.name) for one in SERVICES} == by_manifest("WRITE")
    assert {one.name: read_by(kafka, one.name) for one in SERVICES} == by_manifest("READ")
    assert by_manifest("WRITE") == {name: {name} for name in PUBLISHERS}


async def test_a_service_with_anothers_credentials_cannot_write_and_says_so(
    kafka: Cluster,
) -> None:
    bus = kafka.as_("survey")
    try:
        with pytest.raises(TopicAuthorizationFailedError):
            await bus.publish("referral", [envelope("referral")])
        assert bus.trouble == "not-authorised"
        await bus.publish("survey", [envelope("survey")])
        assert bus.trouble is None
    finally:
        await bus.stop()


async def test_a_topic_that_may_not_be_read_is_said(kafka: Cluster) -> None:
    bus = kafka.as_("referral")
    try:
        assert await bus.partitions("survey") == []
        assert bus.trouble == "not-authorised"
    finally:
        await bus.stop()


async def test_a_reporting_consumer_reads_no_row_about_a_child(kafka: Cluster, full: None) -> None:
    assert read_by(kafka, "dashboard") == {REPORTING}
    assert written_by(kafka, "dashboard") == set()


async def test_a_county_system_reads_what_was_agreed_and_writes_nothing(
    kafka: Cluster, full: None
) -> None:
    assert read_by(kafka, "county-send") == {"referral"}
    assert written_by(kafka, "county-send") == set()


async def test_whoever_is_in_no_grant_can_do_nothing(kafka: Cluster, full: None) -> None:
    assert read_by(kafka, "newcomer") == set()
    assert written_by(kafka, "newcomer") == set()


async def test_no_topic_comes_into_being_by_use(kafka: Cluster) -> None:
    bus = kafka.as_("admin")
    try:
        for _ in range(2):
            assert await bus.partitions("of-nobody") == []
    finally:
        await bus.stop()


async def test_grants_are_set_once_and_what_is_beyond_them_is_taken_away(
    kafka: Cluster, county: dict[str, str]
) -> None:
    assert "granted" not in kafka.topics(**county).stdout
    surplus = [
        Acl("User:survey", TOPIC, "referral", WRITE),
        Acl("User:survey", TOPIC, "*", READ),
        Acl("User:newcomer", TOPIC, "referral", READ),
    ]
    async with kafka.as_("admin").administering() as admin:
        for acl in surplus:
            await BrokerAcls(admin).add(acl)
    done = kafka.topics(**county)
    assert done.returncode == 0
    assert set(done.stdout.splitlines()) >= {f"taken away: {acl}" for acl in surplus}
    async with kafka.as_("admin").administering() as admin:
        assert not set(surplus) & await BrokerAcls(admin).all()
    assert "taken away" not in kafka.topics(**county).stdout


async def test_who_is_struck_off_the_file_is_let_in_no_more(
    kafka: Cluster, county: dict[str, str]
) -> None:
    done = kafka.topics()
    assert "taken away: User:county-send READ topic referral" in done.stdout.splitlines()
    again = kafka.topics(**county)
    assert "granted: User:county-send READ topic referral" in again.stdout.splitlines()


@pytest.fixture
async def foreign(kafka: Cluster) -> AsyncIterator[Acl]:
    acl = Acl("User:monitor", TOPIC, "ref", READ, PREFIXED)
    async with kafka.as_("admin").administering() as admin:
        await BrokerAcls(admin).add(acl)
        yield acl
        await BrokerAcls(admin).remove(acl)


async def test_anothers_grant_that_reaches_our_topics_is_named_and_left(
    kafka: Cluster, county: dict[str, str], foreign: Acl, tmp_path: Path
) -> None:
    done = kafka.topics(**county)
    assert done.returncode == 1
    assert f"not ours, but it reaches our topics: {foreign}" in done.stderr
    file = tmp_path / "principals.json"
    file.write_text(json.dumps({**COUNTY, "administrators": ["monitor"]}))
    assert kafka.topics(TOPIC_PRINCIPALS_FILE=str(file)).returncode == 0


def test_who_may_not_administer_is_told(kafka: Cluster) -> None:
    survey = kafka.environment("survey")
    done = kafka.topics(**survey)
    assert (done.returncode, done.stderr) == (1, "The brokers refused us: not-authorised.\n")
