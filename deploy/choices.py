"""What to start and load, as a person chose it: ``COUNTY=none``, ``SERVICES=referral,survey``."""

import os
import sys
from collections.abc import Mapping
from pathlib import Path

from deploy.services import SERVICES
from libs.common.runtime.service import Service
from libs.common.runtime.settings import EXIT_CONFIG


def var_dir() -> Path:
    """Return where this process keeps its files: VAR_DIR, or ``var``."""
    return Path(os.environ.get("VAR_DIR", "var"))


def county_wanted(environ: Mapping[str, str]) -> bool:
    """Say whether the fictional county is to be loaded; ends with exit code 78 at another word."""
    word = environ.get("COUNTY", "")
    if word not in {"", "none"}:
        _leave("COUNTY is none, or left out for the fictional county.")
    return not word


def chosen_services(environ: Mapping[str, str]) -> list[Service]:
    """Return the services named in SERVICES, or all; ends with exit code 78 at an unknown name."""
    known = {service.name: service for service in SERVICES}
    names = {name.strip() for name in environ.get("SERVICES", "").split(",")} - {""}
    if not names <= known.keys():
        _leave(f"SERVICES names some of {', '.join(known)}, separated by commas.")
    return [service for name, service in known.items() if name in names or not names]


def _leave(sentence: str) -> None:
    print(sentence, file=sys.stderr)
    raise SystemExit(EXIT_CONFIG)
