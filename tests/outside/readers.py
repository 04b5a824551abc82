"""Runs the readers that others wrote, which Node brings, over what is given to them."""

import json
import os
import subprocess
from typing import Any

from deploy.local.outside import FOLDER

QUIET = {"REDOCLY_TELEMETRY": "off", "REDOCLY_SUPPRESS_UPDATE_NOTICE": "true"}
"""Nobody is told of a run, and nobody asked for newer versions: the network is closed."""


def said(*command: str, given: str = "") -> Any:
    """Run one of our scripts, or a program of a package, and return the JSON it prints."""
    done = subprocess.run(
        command,
        cwd=FOLDER,
        env={**os.environ, **QUIET},
        input=given,
        capture_output=True,
        text=True,
        check=False,
        timeout=100,
    )
    assert done.stdout, done.stderr
    return json.loads(done.stdout)


def program(name: str) -> str:
    """Return where a package's program is."""
    return f"node_modules/.bin/{name}"
