"""The audit's files: the key that only its owner reads, and the heads that are only appended."""

import json
import threading
from collections.abc import Mapping
from pathlib import Path

import pytest
from sqlalchemy import create_engine, insert, select

from libs.common.audit.anchor import Anchors, AnchorUnreadable
from libs.common.audit.chain import AuditKeyRefused, Chain, Head, canonical, make_key, read_key
from libs.common.persistence import tables
from libs.common.runtime.process import audit_files
from libs.common.runtime.settings import CommonSettings
from tests.audits import line

HEAD = Head(7, bytes(range(32)))
PRODUCTION = {
    "PROFILE": "production",
    "REFERRAL_DATABASE_URL": "sqlite:/srv/referral.db",
    "SURVEY_DATABASE_URL": "sqlite:/srv/survey.db",
    "BUS_URL": "local:/srv/bus.db",
    "ALLOWED_HOSTS": "sssen.county.example",
    "AUTH_ISSUER": "https://identity.county.example",
    "AUTH_KEY_SET": "https://identity.county.example/keys",
}


def settings(var: Path, given: Mapping[str, str]) -> dict[str, CommonSettings]:
    environ = {"VAR_DIR": str(var), **given}
    return {name: CommonSettings.load(name, environ) for name in ("referral", "survey")}


def test_a_key_is_made_once_for_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "new" / "audit.key"
    make_key(path)
    key = read_key(path)
    make_key(path)
    assert read_key(path) == key
    assert len(key) == 32
    assert path.stat().st_mode & 0o777 == 0o600
    assert [one.name for one in path.parent.iterdir()] == ["audit.key"]


def test_of_several_makers_at_once_one_key_wins(tmp_path: Path) -> None:
    path = tmp_path / "audit.key"
    found = []

    def make() -> None:
        make_key(path)
        found.append(read_key(path))

    makers = [threading.Thread(target=make) for _ in range(8)]
    for maker in makers:
        maker.start()
    for maker in makers:
        maker.join()
    assert len(found) == 8
    assert len(set(found)) == 1


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o622])
def test_a_key_that_others_can_reach_is_refused(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "audit.key"
    make_key(path)
    path.chmod(mode)
    with pytest.raises(AuditKeyRefused, match="0600"):
        read_key(path)


@pytest.mark.parametrize("held", ["", "zz" * 32, "ab" * 31, "ab" * 33, "é" * 64])
def test_a_file_without_a_key_is_refused_and_not_repeated(tmp_path: Path, held: str) -> None:
    path = tmp_path / "audit.key"
    path.write_text(held)
    path.chmod(0o600)
    with pytest.raises(AuditKeyRefused) as refused:
        read_key(path)
    assert str(refused.value) == "holds no key of 64 hexadecimal digits"


def test_a_missing_key_is_made_in_development(tmp_path: Path) -> None:
    found = audit_files(settings(tmp_path, {}))
    assert {one.name for one in tmp_path.iterdir()} == {"audit-referral.key", "audit-survey.key"}
    assert found["referral"].key != found["survey"].key
    assert found["survey"].heads == tmp_path / "audit-survey.heads"
    assert audit_files(settings(tmp_path, {})) == found
    assert found["survey"].key.hex() not in repr(found)
    assert str(found["survey"].key) not in repr(found)


def test_missing_keys_stop_the_start_in_production_and_are_all_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as left:
        audit_files(settings(tmp_path, PRODUCTION))
    assert left.value.code == 78
    assert capsys.readouterr().err == (
        "The settings cannot be used:\n"
        "  REFERRAL_AUDIT_KEY_FILE names a file that is missing or cannot be read\n"
        "  SURVEY_AUDIT_KEY_FILE names a file that is missing or cannot be read\n"
    )
    assert list(tmp_path.iterdir()) == []


def test_production_uses_the_keys_it_is_given(tmp_path: Path) -> None:
    given = {
        "REFERRAL_AUDIT_KEY_FILE": str(tmp_path / "one"),
        "SURVEY_AUDIT_KEY_FILE": str(tmp_path / "two"),
        "SURVEY_AUDIT_HEADS_FILE": str(tmp_path / "heads"),
    }
    make_key(tmp_path / "one")
    make_key(tmp_path / "two")
    found = audit_files(settings(tmp_path, {**PRODUCTION, **given}))
    assert found["referral"].key == read_key(tmp_path / "one")
    assert (found["survey"].key, found["survey"].heads) == (
        read_key(tmp_path / "two"),
        tmp_path / "heads",
    )


def test_heads_are_appended_and_read_back(tmp_path: Path) -> None:
    anchors = Anchors("survey", tmp_path / "new" / "heads")
    assert anchors.read() == []
    anchors.write(HEAD)
    anchors.write(Head(9, b"\0" * 32))
    assert [one.head for one in anchors.read()] == [HEAD, Head(9, b"\0" * 32)]
    first = json.loads(anchors.path.read_text().splitlines()[0])
    assert first == {"service": "survey", "seal": 7, "mac": HEAD.mac.hex(), "at": first["at"]}
    assert anchors.path.stat().st_mode & 0o777 == 0o600


def test_a_line_that_a_crash_left_unfinished_spoils_no_other(tmp_path: Path) -> None:
    anchors = Anchors("survey", tmp_path / "heads")
    anchors.path.write_text('{"service": "sur')
    anchors.write(HEAD)
    assert len(anchors.path.read_text().splitlines()) == 2
    with pytest.raises(AnchorUnreadable, match="line 1 "):
        anchors.read()


@pytest.mark.parametrize(
    "line_",
    [
        "",
        "[]",
        "null",
        '{"service": "survey", "seal": 1, "mac": "zz", "at": "2018"}',
        '{"service": "survey", "seal": null, "mac": "00", "at": "2018"}',
        '{"service": "referral", "seal": 1, "mac": "00", "at": "2018"}',
        '{"service": "survey", "seal": 1, "at": "2018"}',
    ],
)
def test_a_line_that_is_no_head_of_the_service_is_named(tmp_path: Path, line_: str) -> None:
    anchors = Anchors("survey", tmp_path / "heads")
    anchors.write(HEAD)
    with anchors.path.open("a") as file:
        file.write(f"{line_}\n")
    with pytest.raises(AnchorUnreadable, match="line 2 of the heads' file"):
        anchors.read()


def test_a_row_is_encoded_by_all_its_columns_and_alike_everywhere() -> None:
    engine = create_engine("sqlite://")
    tables.metadata.create_all(engine, tables=[tables.audit])
    with engine.begin() as connection:
        connection.execute(insert(tables.audit), line(5))
        row = connection.execute(select(tables.audit)).one()
    engine.dispose()
    assert canonical(row) == (
        b'{"action":"compliment.record","at":"2018-09-03T08:30:05.000005+00:00","number":5,'
        b'"object":"ComplimentReceived:5","outcome":"done","request_id":"r-5",'
        b'"roles":"head-of-service","subject":"caller-5"}'
    )
    chain = Chain("survey", bytes(32))
    assert chain.start.seal == 0
    assert chain.start != Chain("referral", bytes(32)).start
    mac = chain.follow(chain.start.mac, 1, row)
    assert mac.hex() == "5d5f994bd6a61e14a59aa3167a18a490189af25f00eb0f6dc7c30498dfa19f78"
    assert chain.follow(chain.start.mac, 2, row) != mac
    assert chain.follow(mac, 1, row) != mac
