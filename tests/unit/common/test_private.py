"""Files of ours are for our own account, and nothing else is touched."""

import gc
import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from libs.common import COLLECTS_AT
from libs.common.core.private import keep_private
from libs.common.runtime.process import check_port


@pytest.fixture(autouse=True)
def umask() -> Iterator[None]:
    """Begin with the usual umask, and put back what there was."""
    before = os.umask(0o022)
    yield
    os.umask(before)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.lstat().st_mode)


def made(folder: Path, *names: str) -> None:
    folder.mkdir(exist_ok=True)
    for name in names:
        (folder / name).touch()


def test_what_a_version_before_made_is_tightened(tmp_path: Path) -> None:
    made(tmp_path / "var", "survey.db", "survey.db-wal", "survey.db-shm", "env", "kafka.log")
    (tmp_path / "var" / "kafka").mkdir()
    keep_private(tmp_path / "var")
    (tmp_path / "var" / "fresh").touch()
    assert mode(tmp_path / "var") == mode(tmp_path / "var" / "kafka") == 0o700
    assert {mode(path) for path in (tmp_path / "var").iterdir() if path.is_file()} == {0o600}


def test_a_folder_with_others_things_in_it_stays_as_it_is(tmp_path: Path) -> None:
    made(tmp_path / "var", "survey.db", "README.md")
    keep_private(tmp_path / "var")
    assert mode(tmp_path / "var") == 0o755
    assert mode(tmp_path / "var" / "README.md") == 0o644
    assert mode(tmp_path / "var" / "survey.db") == 0o600


def test_a_folder_that_cannot_be_one_is_told_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(SystemExit, match="VAR_DIR cannot be used as a folder"):
        keep_private(tmp_path / "file")


def test_what_postgresql_passes_through_stays_open_and_a_link_is_not_followed(
    tmp_path: Path,
) -> None:
    made(tmp_path / "else", "target")
    made(tmp_path / "var", "survey.db")
    (tmp_path / "var" / "real").mkdir()
    (tmp_path / "var" / "real").chmod(0o711)
    (tmp_path / "var" / "bus.db").symlink_to(tmp_path / "else" / "target")
    keep_private(tmp_path / "var")
    assert mode(tmp_path / "var" / "real") == 0o711
    assert mode(tmp_path / "else" / "target") == 0o644


def test_the_garbage_collector_looks_seldom() -> None:
    assert gc.get_threshold() == COLLECTS_AT == (50_000, 50, 100)


@pytest.mark.parametrize(
    ("host", "sentence"),
    [
        ("nothing.invalid", "HOST names no machine that can be found."),
        ("192.0.2.1", "HOST is no address of this machine."),
    ],
)
def test_a_host_that_cannot_be_served_at_is_one_sentence(host: str, sentence: str) -> None:
    with pytest.raises(SystemExit) as left:
        check_port(host, 8000)
    assert left.value.code == sentence
