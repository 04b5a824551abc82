"""What a person chose for what they start: ``VAR_DIR``, and ``COUNTY=none``."""

import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import NoReturn

from libs.common.runtime.settings import EXIT_CONFIG


def var_dir() -> Path:
    """Return where this process keeps its files: VAR_DIR, or ``var``."""
    return Path(os.environ.get("VAR_DIR", "var"))


def county_wanted(environ: Mapping[str, str]) -> bool:
    """Say whether the fictional county is to be loaded; ends with exit code 78 at another word."""
    word = environ.get("COUNTY", "")
    if word not in {"", "none"}:
        leave("COUNTY is none, or left out for the fictional county.")
    return not word


def leave(sentence: str) -> NoReturn:
    """End with a sentence that says what may be chosen."""
    print(sentence, file=sys.stderr)
    raise SystemExit(EXIT_CONFIG)
