"""A change of the events is compared with the last release, and says whom it would break."""

import copy
import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from deploy.services import SERVICES
from libs.common.contracts import REGISTRY
from libs.common.contracts.base import RETIRED
from libs.common.contracts.catalogue import schemas
from libs.common.contracts.survey import WaveIssued
from libs.common.messaging.bus.base import Delivered, to_headers
from libs.common.messaging.stream_state import Read, read
from libs.common.persistence import tables
from services.reporting import facts
from services.reporting.service import SERVICE as REPORTING
from tests.applied import apply_batch
from tests.contracts.comparison import RELEASED, breaks, contracts, fields_of, schemas_in
from tests.contracts.observed import reads
from tests.contracts.test_codes import SAMPLES, database_of
from tests.proof.hostile.events.logs_of_events import envelope
from tests.worlds import embedded

ROOT = Path(__file__).parents[2]
ANSWERED = "uk.sssen.survey.ResponseReceived.v1"
ISSUED = WaveIssued.type()
RESULT = "uk.sssen.assessment.AssessmentRecorded.v1"

Change = Callable[[dict[str, Any]], object]


def test_nothing_that_is_published_breaks_anybody() -> None:
    released = schemas_in(RELEASED)
    assert len(released) > 40
    assert breaks(released, schemas(), RETIRED, contracts()) == []


@pytest.mark.parametrize(
    "service", [s for s in SERVICES if s.subscriptions], ids=lambda service: service.name
)
async def test_our_own_contracts_say_what_is_really_read(service: Any, tmp_path: Path) -> None:
    found = await reads(service, tmp_path)
    assert found
    assert all(found.values()), "each event that is handled is read"
    assert contracts()[service.name] == found, "make contracts DO=observe"


def of(schema: dict[str, Any], *path: str) -> Any:
    for name in path:
        schema = schema[name]
    return schema


BREAKING: list[tuple[str, Change, str, str]] = [
    (ISSUED, lambda s: of(s, "properties").pop("issued"), "issued", "was removed"),
    (
        ISSUED,
        lambda s: of(s, "properties").update(sent=of(s, "properties").pop("issued")),
        "issued",
        "was removed",
    ),
    (ISSUED, lambda s: of(s, "properties", "issued").update(type="string"), "issued", "retyped"),
    (
        ISSUED,
        lambda s: of(s, "properties", "issued").update(maximum=9),
        "issued",
        "retyped",
    ),
    (
        ISSUED,
        lambda s: of(s, "properties", "audience", "enum").remove("parents"),
        "audience",
        "no longer has the codes parents",
    ),
    (ISSUED, lambda s: of(s, "required").remove("issued"), "issued", "may be missing now"),
    (
        RESULT,
        lambda s: of(s, "properties", "value_tenths", "anyOf").pop(),
        "value_tenths",
        "retyped",
    ),
    (
        ANSWERED,
        lambda s: of(s, "$defs", "CodedAnswer", "properties").pop("value"),
        "answers.value",
        "was removed",
    ),
    (
        ANSWERED,
        lambda s: of(s, "$defs", "CodedAnswer", "properties", "state", "enum").remove("illegible"),
        "answers.state",
        "no longer has the codes illegible",
    ),
]


@pytest.mark.parametrize(("type_", "change", "field", "what"), BREAKING)
def test_a_change_that_breaks_names_the_consumer_and_the_field(
    type_: str, change: Change, field: str, what: str
) -> None:
    now = copy.deepcopy(dict(schemas()))
    change(now[type_])
    (found,) = breaks(schemas_in(RELEASED), now, RETIRED, contracts())
    assert (found.type, found.field, found.consumers) == (type_, field, ("reporting",))
    assert what in found.what
    assert "reporting" in str(found)


def test_what_is_new_and_required_breaks_whoever_reads_what_was_published() -> None:
    now = copy.deepcopy(dict(schemas()))
    of(now[ISSUED], "properties").update(town={"type": "string"})
    of(now[ISSUED], "required").append("town")
    (found,) = breaks(schemas_in(RELEASED), now, RETIRED, contracts())
    assert (found.field, found.what) == ("town", "is new and required")


def test_a_new_field_whose_default_says_something_is_refused() -> None:
    now = copy.deepcopy(dict(schemas()))
    of(now[ISSUED], "properties").update(reminders={"type": "integer", "default": 0})
    (found,) = breaks(schemas_in(RELEASED), now, RETIRED, contracts())
    assert found.field == "reminders"


def test_what_may_be_left_out_and_a_code_more_break_nobody() -> None:
    now = copy.deepcopy(dict(schemas()))
    null_or_text = {"anyOf": [{"type": "string"}, {"type": "null"}], "default": None}
    of(now[ISSUED], "properties").update(town=null_or_text)
    of(now[ISSUED], "properties", "audience", "enum").append("next-years")
    of(now[ANSWERED], "$defs", "CodedAnswer", "properties", "state", "enum").append("skipped")
    assert breaks(schemas_in(RELEASED), now, RETIRED, contracts()) == []


def test_a_type_is_removed_only_once_it_is_retired_and_nobody_reads_it() -> None:
    read, unread = ISSUED, "uk.sssen.referral.PlanCeased.v1"
    reading = {
        name: {type_: fields for type_, fields in types.items() if type_ != unread}
        for name, types in contracts().items()
    }
    now = {type_: s for type_, s in schemas().items() if type_ not in {read, unread}}
    both = frozenset({read, unread})
    assert [
        (one.type, one.what, one.consumers)
        for one in breaks(schemas_in(RELEASED), now, frozenset(), reading)
    ] == [(unread, "was removed", ()), (read, "was removed", ("reporting",))]
    (left,) = breaks(schemas_in(RELEASED), now, both, reading)
    assert (left.type, left.what, left.consumers) == (read, "is retired", ("reporting",))


def test_a_contract_that_names_what_is_not_there_is_out_of_date() -> None:
    outside = {"county-warehouse": {ISSUED: ["issued", "town"], "uk.sssen.survey.Gone.v1": ["x"]}}
    found = breaks(schemas_in(RELEASED), schemas(), RETIRED, outside)
    assert {(one.type, one.field) for one in found} == {
        (ISSUED, "town"),
        ("uk.sssen.survey.Gone.v1", ""),
    }
    assert "answers.state" in set(fields_of(schemas()[ANSWERED]))


def test_no_type_is_both_declared_and_retired() -> None:
    assert RETIRED.isdisjoint(REGISTRY)


@pytest.mark.parametrize("is_retired", [True, False])
def test_a_log_that_holds_a_retired_type_is_passed_by(is_retired: bool) -> None:
    gone = "uk.sssen.survey.LongGone.v1"
    sent = envelope(WaveIssued.read((SAMPLES / "WaveIssued.v1.json").read_bytes()), 1)
    headers = to_headers(sent) | {"ce_type": gone}
    record = Delivered("survey", 0, 0, str(sent.subject).encode(), headers, sent.data)
    if is_retired:
        RETIRED.add(gone)
    try:
        found = read(record, frozenset())
    finally:
        RETIRED.discard(gone)
    assert isinstance(found, Read)
    assert found.fault == ("" if is_retired else "unknown-type")


@pytest.fixture
def changed(tmp_path: Path) -> Callable[[str, str], Path]:
    """Return a function that copies the tree with one change of survey's events in it."""

    def change(old: str, new: str) -> Path:
        tree = tmp_path / "tree"
        for part in ("libs", "services", "deploy", "tests", "docs"):
            shutil.copytree(ROOT / part, tree / part)  # with its bytecode: what is the same is read
        events = tree / "libs/common/contracts/survey.py"
        text = events.read_text()
        assert old in text
        events.write_text(text.replace(old, new))
        return tree

    return change


def run(tree: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *arguments], cwd=tree, capture_output=True, text=True, check=False
    )


NEXT_YEARS = """
import json, sys
from libs.common.contracts.survey import WaveIssued
data = json.loads(open(sys.argv[1]).read()) | {"audience": "next-years", "town": "T-1"}
sys.stdout.write(WaveIssued(**data).model_dump_json())
"""


@embedded
async def test_a_new_field_and_a_new_code_pass_an_older_reader(
    changed: Callable[[str, str], Path], kind: str, tmp_path: Path
) -> None:
    """A later version, in a copy of the tree, writes what this one reads."""
    tree = changed("Audience = Literal[", 'Audience = Literal["next-years", ')
    events = tree / "libs/common/contracts/survey.py"
    events.write_text(
        events.read_text().replace(
            "    grace_days: int", "    grace_days: int\n    town: str | None = None"
        )
    )
    assert run(tree, "-m", "tests.contracts").stdout == ""
    sample = ROOT / "tests/contracts/samples/WaveIssued.v1.json"
    written = run(tree, "-c", NEXT_YEARS, str(sample))
    assert written.returncode == 0, written.stderr
    sent = envelope(WaveIssued.read(written.stdout.encode()), 1)
    key, data = str(sent.subject).encode(), written.stdout.encode()
    assert json.loads(data)["town"] == "T-1"
    record = Delivered("survey", 0, 0, key, to_headers(sent), data)
    assert REPORTING.subscriptions
    async with database_of(REPORTING, kind, tmp_path) as database:
        async with database.writing() as connection:
            assert await apply_batch(connection, REPORTING.subscriptions, [record]) == 1
        async with database.reading() as connection:
            assert (await connection.execute(select(tables.dead_letter))).all() == []
            audiences = await connection.execute(select(facts.wave.c.audience))
            assert audiences.scalars().all() == ["next-years"]


def test_a_removed_field_stops_the_check_by_consumer_and_field(
    changed: Callable[[str, str], Path],
) -> None:
    tree = changed("    issued: int\n", "")
    stopped = run(tree, "-m", "tests.contracts")
    assert stopped.returncode == 1
    assert f"{ISSUED}: issued was removed; it is read by reporting\n" in stopped.stdout
