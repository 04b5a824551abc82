"""A revision that tells of rows what was not kept before, on rows that are there."""

from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest
from alembic import command
from sqlalchemy import Connection, create_engine, text

from libs.common.persistence.migrations import configuration
from services.survey.service import SERVICE

WAVE, FIRST, SECOND = (UUID(int=number).hex for number in range(1, 4))


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[Connection]:
    """Return a connection to an empty database."""
    engine = create_engine(f"sqlite:///{tmp_path}/survey.db")
    with engine.begin() as opened:
        yield opened
    engine.dispose()


def _insert(connection: Connection, table: str, **row: object) -> None:
    names, values = ", ".join(row), ", ".join(f":{name}" for name in row)
    connection.execute(text(f"INSERT INTO {table} ({names}) VALUES ({values})"), row)  # noqa: S608


def test_responses_keep_the_order_in_which_they_were_recorded(connection: Connection) -> None:
    """And who was cancelled by the day of issue was sent nothing."""
    config = configuration(SERVICE.migrations)
    config.attributes["connection"] = connection
    command.upgrade(config, "0010")
    wave: dict[str, object] = {
        "audience": "children",
        "academic_year": "2018-19",
        "questionnaire": "children",
    }
    wave |= {"questionnaire_version": 1, "issued_on": "2019-05-14", "closes_on": "2019-06-28"}
    wave |= {"grace_days": 0, "drafted_by": "somebody", "state": "issued", "listed": 2}
    _insert(connection, "wave", id=WAVE, reference="W", row_version=1, event_version=1, **wave)
    for id_, cancelled_on in ((FIRST, None), (SECOND, "2019-05-14")):
        known: dict[str, object] = {"id": id_, "reference": id_[-1], "cancelled_on": cancelled_on}
        _insert(connection, "recipient", wave_id=WAVE, **known)
    # Recorded against the order of their ids.
    for position, id_ in enumerate((SECOND, FIRST), 1):
        response: dict[str, object] = {
            "id": id_,
            "reference": id_[-1],
            "received_at": "2019-06-03",
            "answers": "[]",
        }
        response |= {"channel": "paper", "assisted_by": "none", "standing": "late"}
        response |= {"recorded_by": "somebody", "row_version": 1, "event_version": 1}
        _insert(connection, "response", wave_id=WAVE, recipient_id=FIRST, **response)
        event: dict[str, object] = {
            "xid": 1,
            "id": UUID(int=position + 9).hex,
            "type": "ResponseReceived",
        }
        event |= {"subject": id_, "sequence": 1, "time": "2019-06-03", "traceparent": ""}
        _insert(connection, "event", position=position, data="{}", **event)
    command.upgrade(config, "0013")
    places = connection.execute(text("SELECT id, place FROM response ORDER BY place")).all()
    assert [tuple(row) for row in places] == [(SECOND, 1), (FIRST, 2)]
    sent = connection.execute(text("SELECT sent FROM recipient ORDER BY id")).scalars().all()
    assert [bool(one) for one in sent] == [True, False]
    command.downgrade(config, "0010")


def test_what_says_whose_somebody_is_is_read_again_and_nobody_asked_before_is_anybodys(
    connection: Connection,
) -> None:
    """A type that fills more than before is read from the beginning; the others go on."""
    config = configuration(SERVICE.migrations)
    config.attributes["connection"] = connection
    command.upgrade(config, "0022")
    names = ("ChildRegistered", "SchoolRecorded", "StaffAppointed", "TeamFormed", "SupportEnded")
    types = {f"uk.sssen.referral.{name}.v1" for name in names}
    for one in types:
        _insert(connection, "subscribed_type", topic="referral", partition=0, type=one)
    _insert(connection, "wave", **WAVE_OF_OLD)
    _insert(connection, "recipient", id=FIRST, wave_id=WAVE, reference="C0", sent=True)
    command.upgrade(config, "0028")
    left = connection.execute(text("SELECT type FROM subscribed_type")).scalars().all()
    assert left == ["uk.sssen.referral.SupportEnded.v1"]
    query = "SELECT team_id, area, school_kind, issued_to FROM recipient, wave"
    assert tuple(connection.execute(text(query)).one()) == (None,) * 4
    command.downgrade(config, "0022")


WAVE_OF_OLD: dict[str, object] = {
    "id": WAVE,
    "reference": "W",
    "audience": "children",
    "academic_year": "2018-19",
    "questionnaire": "children",
    "questionnaire_version": 1,
    "issued_on": "2019-05-14",
    "closes_on": "2019-06-28",
    "grace_days": 0,
    "drafted_by": "somebody",
    "state": "issued",
    "listed": 1,
    "issued": 1,
    "row_version": 1,
    "event_version": 1,
    "void": False,
}
