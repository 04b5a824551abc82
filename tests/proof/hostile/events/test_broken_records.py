"""What cannot be applied keeps its own aggregate back, for the right reason, and nothing else."""

import gzip
import io
import json
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from uuid import UUID

import pytest
from msgspec.structs import replace

from libs.common.core.clock import micros
from libs.common.messaging.applying import redrive
from libs.common.messaging.bus.base import Delivered
from libs.common.persistence import tables
from services.reporting import facts
from services.reporting.facts import subscriptions
from tests.proof.hostile.events.logs_of_events import (
    RECORDED,
    ReadModel,
    changed,
    log_of,
    of,
    staff_life,
    with_data,
)

CANARY = "zzcanaryzz"
ANN, BEN, CAT = (UUID(int=number) for number in (1, 2, 3))
Break = Callable[[Delivered], Delivered]


def value(data: bytes | None) -> Break:
    return lambda record: replace(record, value=data)


def header(name: str, text: str | None) -> Break:
    return lambda record: changed(record, **{name: text})


def key(data: bytes | None) -> Break:
    return lambda record: replace(record, key=data)


def data(**fields: object) -> Break:
    return lambda record: with_data(record, **fields)


def raw(extra: bytes) -> Break:
    """Put a member into the JSON as it stands."""
    return lambda record: replace(record, value=(record.value or b"")[:-1] + b"," + extra + b"}")


# No version is known of these: what comes after them waits as behind any other gap.
NO_EVENT: dict[str, Break] = {
    "a tombstone": value(None),
    "an empty value": value(b""),
    "no attributes": lambda record: replace(record, sent={}),
    "another version of CloudEvents": header("ce_specversion", "0.3"),
    "no id": header("ce_id", None),
    "an id that is none": header("ce_id", CANARY),
    "an id with a NUL": header("ce_id", "\x00" + CANARY),
    "a subject that is none": header("ce_subject", CANARY),
    "no version": header("ce_sequence", None),
    "version 0": header("ce_sequence", "0"),
    "version -1": header("ce_sequence", "-1"),
    "version 2^63": header("ce_sequence", str(2**63)),
    "a version in other digits": header("ce_sequence", "\u0662"),
    "no key": key(None),
    "a key that is no aggregate's": key(CANARY.encode()),
    "another aggregate's key": key(str(BEN).encode()),
    "a key that is no text": key(b"\xff\xfe"),
    "no time": header("ce_time", None),
    "a time that is none": header("ce_time", CANARY),
    "a time without zone": header("ce_time", "2018-09-03T00:00:00"),
    "a time before all times": header("ce_time", "0001-01-01T00:00:00+23:59"),
}
FOREIGN: dict[str, Break] = {
    "another publisher's source": header("ce_source", "survey"),
    "another publisher's type": header("ce_type", "uk.sssen.survey.WaveClosed.v1"),
    "no source": header("ce_source", None),
}
UNREADABLE: dict[str, Break] = {
    "not JSON": value(CANARY.encode()),
    "not UTF-8": value(b"\xff\xfe{}"),
    "compressed": value(gzip.compress(b"{}", mtime=0)),
    "truncated": lambda record: replace(record, value=(record.value or b"")[:-9]),
    "two documents": lambda record: replace(record, value=(record.value or b"") * 2),
    "a list": value(b"[]"),
    "null": value(b"null"),
    "a field missing": value(b'{"note":"' + CANARY.encode() + b'"}'),
    "a field of another type": data(fte_hundredths=CANARY),
    "a name doubled": raw(b'"fte_hundredths":1'),
    "a name doubled deep inside": raw(b'"extra":[{"a":1,"a":2}]'),
    "not a number": raw(b'"extra":NaN'),
    "infinity": raw(b'"extra":-Infinity'),
    "a NUL": raw(b'"extra":"\\u0000"'),
    "a NUL behind a backslash": raw(b'"extra":"\\\\\\u0000"'),
    "another control character": raw(b'"extra":"\\u0001"'),
    "a name doubled in another form": raw('"é":1,"e\u0301":2'.encode()),
    "a negative zero": raw(b'"extra":-0'),
    "33 levels": raw(b'"extra":' + b"[" * 33 + b"]" * 33),
    "half a surrogate pair": raw(b'"extra":"\\ud800"'),
    "a number of 41 bits": data(fte_hundredths=2**40),
    "a number of 71 bits": data(fte_hundredths=2**70),
    "a number of 5,000 digits": raw(b'"extra":' + b"9" * 5_000),
    "100,000 levels": raw(b'"extra":' + b"[" * 100_000 + b"]" * 100_000),
    "10 MB of nothing": value(b'{"note":"' + b"x" * 10_000_000 + b'"}'),
}
CASES = [
    *((name, broken, "not-an-event") for name, broken in NO_EVENT.items()),
    *((name, broken, "foreign-source") for name, broken in FOREIGN.items()),
    *((name, broken, "unreadable") for name, broken in UNREADABLE.items()),
    ("an unknown type", header("ce_type", "uk.sssen.referral.NeverHeardOf.v1"), "unknown-type"),
    (
        "a later major version",
        header("ce_type", "uk.sssen.referral.StaffContractChanged.v2"),
        "unknown-type",
    ),
    ("another aggregate inside", data(staff_id=str(BEN)), "wrong-subject"),
]


CLEAN: dict[str, str] = {}


async def clean(model: ReadModel, records: Sequence[Delivered]) -> str:
    """Return the digest a clean log leads to, which one log does every time: it is tried once."""
    log = repr(records)
    if log not in CLEAN:
        CLEAN[log] = await model.clean(records)
    return CLEAN[log]


@pytest.mark.parametrize(
    ("broken", "reason"), [case[1:] for case in CASES], ids=[c[0] for c in CASES]
)
async def test_a_broken_record_holds_up_its_own_aggregate_and_is_mended_by_a_good_one(
    model: ReadModel, lines: io.StringIO, broken: Break, reason: str
) -> None:
    log = log_of(staff_life(ANN), staff_life(BEN), staff_life(CAT))
    whole = await clean(model, log)
    good = of(log, ANN)[1]
    without = await clean(model, [record for record in log if record not in of(log, ANN)[1:]])
    assert whole != without

    applied = await model.apply([broken(good) if record is good else record for record in log])

    assert applied == 7
    assert await model.digest() == without
    has_version = reason not in {"not-an-event", "foreign-source"}
    behind = ("behind-another", 3) if has_version else ("gap", 3)
    assert await model.dead_letters() == sorted([(reason, 2 if has_version else None), behind])
    assert CANARY not in lines.getvalue()
    logged = [json.loads(line) for line in lines.getvalue().splitlines()]
    assert {line["reason"] for line in logged} == {reason, behind[0]}
    alarms = [line for line in logged if line["level"] == "error"]
    assert bool(alarms) == (reason == "foreign-source")

    # The publisher sends it again, whole. A gap then fills; poison is redriven.
    await model.apply([replace(good, offset=100)])
    if has_version:
        assert await model.digest() == without
        async with model.database.writing() as connection:
            await redrive(connection, subscriptions, "referral", ANN)
    assert await model.digest() == whole


@pytest.mark.parametrize(
    "harmless",
    [
        raw(b'"extra":{"added":["later"]}'),
        raw(b'"extra":"\\\\u0000"'),
        raw(b'"extra":"\\ud83d\\ude00"'),
        header("ce_added", "later"),
        lambda record: replace(record, partition=7),
    ],
    ids=["field", "backslash", "emoji", "attribute", "partition"],
)
async def test_what_is_only_unusual_is_applied(model: ReadModel, harmless: Break) -> None:
    log = log_of(staff_life(ANN), staff_life(BEN))
    whole = await clean(model, log)
    assert await model.apply([harmless(record) for record in log]) == 6
    assert await model.digest() == whole
    assert await model.dead_letters() == []


@pytest.mark.parametrize(
    ("time", "known"),
    [
        ("1970-01-01T00:00:00Z", datetime(1970, 1, 1, tzinfo=UTC)),
        ("9999-12-31T23:59:59+00:00", datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)),
        ("2018-09-03T05:45:00+05:45", RECORDED),
    ],
    ids=["1970", "9999", "zone"],
)
async def test_an_unusual_time_says_only_from_when_it_is_known(
    model: ReadModel, time: str, known: datetime
) -> None:
    log = log_of(staff_life(ANN), staff_life(BEN))
    assert await model.apply([header("ce_time", time)(record) for record in log]) == 6
    assert await model.dead_letters() == []
    found = await model.rows(facts.contract)
    assert len(found) == 6
    assert {row.known_from for row in found} == {micros(known)}


async def test_the_same_again_is_dropped_and_a_fork_is_a_dead_letter_with_an_alarm(
    model: ReadModel, lines: io.StringIO
) -> None:
    log = log_of(staff_life(ANN), staff_life(BEN))
    whole = await clean(model, log)
    first, second, third = of(log, ANN)
    forked = with_data(replace(third, offset=50), fte_hundredths=99)
    assert await model.apply(log) == 6
    assert await model.apply([second, first, third]) == 0
    assert lines.getvalue() == ""
    assert await model.apply([forked]) == 0
    assert await model.dead_letters() == [("fork", 3)]
    assert await model.digest() == whole
    (line,) = map(json.loads, lines.getvalue().splitlines())
    assert (line["level"], line["reason"], line["count"]) == ("error", "fork", 1)


@pytest.mark.parametrize("split", [False, True], ids=["in one batch", "batch by batch"])
async def test_a_fork_among_what_waits_is_found_and_the_first_stands(
    model: ReadModel, *, split: bool
) -> None:
    log = log_of(staff_life(ANN))
    whole = await clean(model, log)
    first, second, third = log
    forked = with_data(replace(third, offset=50), fte_hundredths=99)
    late = [first, third, replace(third, offset=40), forked, second]
    for batch in [[one] for one in late] if split else [late]:
        await model.apply(batch)
    assert await model.dead_letters() == [("fork", 3)]
    assert await model.digest() == whole


async def test_versions_that_go_back_are_never_applied(model: ReadModel) -> None:
    log = log_of(staff_life(ANN, 6))
    whole = await clean(model, log)
    for record in [*log, log[4], log[1], log[3], log[0]]:
        await model.apply([record])
    assert await model.digest() == whole
    assert await model.dead_letters() == []


async def test_poison_delivered_again_keeps_its_reason(model: ReadModel) -> None:
    log = log_of(staff_life(ANN))
    log[1] = replace(log[1], value=b"{}")
    for _ in range(2):
        await model.apply(log)
        assert await model.dead_letters() == [("behind-another", 3), ("unreadable", 2)]


async def test_what_has_no_key_is_kept_for_its_topic(model: ReadModel) -> None:
    log = log_of(staff_life(ANN))
    await model.apply([replace(log[0], key=None), replace(log[1], value=None)])
    rows = {row.offset: row for row in await model.rows(tables.dead_letter)}
    assert (rows[0].source, rows[0].subject) == (None, None)
    assert (rows[1].source, rows[1].subject) == ("referral", ANN)


async def test_events_of_unknown_parents_and_after_the_end_are_facts_all_the_same(
    model: ReadModel,
) -> None:
    log = log_of(staff_life(ANN))
    assert await model.apply(log) == 3
    assert len(await model.rows(facts.team)) == 0
    assert len(await model.rows(facts.contract)) == 3
