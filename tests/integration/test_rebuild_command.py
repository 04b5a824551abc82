"""What `make rebuild` says where it cannot go on."""

import os
import runpy
import sys
from pathlib import Path
from typing import Any

import pytest

from libs.common.messaging.bus.base import PositionLost
from services.reporting import rebuild


async def lost(*_: Any, **__: Any) -> None:
    raise PositionLost("survey: position outside what the broker holds")


def test_a_topic_cut_meanwhile_is_said_in_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("VAR_DIR", str(tmp_path))
    monkeypatch.setattr(sys, "argv", ["reporting", "rebuild"])
    monkeypatch.setattr(rebuild, "rebuild", lost)
    with pytest.raises(SystemExit) as left:
        runpy.run_module("services.reporting", run_name="__main__")
    assert left.value.code == os.EX_TEMPFAIL
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert "make republish SERVICE=" in said
