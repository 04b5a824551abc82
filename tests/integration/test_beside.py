"""The commands beside the services: what they are asked, what they refuse, and in which words."""

import fcntl
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pytest

from deploy import reconcile, republish, reread
from deploy.backup import restore
from deploy.backup.__main__ import main as backup

Main = Callable[[Sequence[str], Mapping[str, str]], int]


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    return {"VAR_DIR": str(tmp_path)}


@pytest.mark.parametrize(
    ("main", "arguments", "words"),
    [
        (republish.main, [], "SERVICE=… is one of: referral, assessment, survey"),
        (reread.main, ["referral"], "reporting listens to assessment, referral, survey"),
        (reread.main, ["survey", "assessment"], "survey listens to referral"),
        (restore.main, [], "FROM=DIR"),
        (backup, ["a", "b"], "TO=DIR"),
    ],
)
def test_what_is_missing_is_named(
    main: Main,
    arguments: list[str],
    words: str,
    environ: dict[str, str],
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(arguments, environ) == 2
    assert words in capsys.readouterr().err


@pytest.mark.parametrize("main", [republish.main, reconcile.main])
def test_only_a_publisher_has_a_topic(
    main: Main, environ: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as left:
        main(["billing"], environ)
    assert left.value.code == 2
    expected = "SERVICE is one of: referral, assessment, survey, reporting"
    assert expected in capsys.readouterr().err


@pytest.mark.parametrize("main", [republish.main, reconcile.main, reread.main])
def test_an_embedded_system_is_stopped_first(
    main: Main, environ: dict[str, str], tmp_path: Path
) -> None:
    with (tmp_path / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with pytest.raises(SystemExit, match="Another process is using"):
            main(["survey"], environ)


@pytest.mark.parametrize("main", [republish.main, reconcile.main, reread.main])
def test_a_database_that_is_not_there_is_not_made(
    main: Main, environ: dict[str, str], tmp_path: Path
) -> None:
    with pytest.raises(SystemExit, match="no database file"):
        main(["survey"], environ)
    assert not (tmp_path / "survey.db").exists()
