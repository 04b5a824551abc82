"""The secrets that deploy/make-secrets.sh makes, for the servers of deploy/compose.yaml."""

import subprocess
from pathlib import Path

import pytest

from tests.mutants.planted import ROOT


@pytest.fixture(scope="module")
def secrets(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder of secrets, made as a person makes it."""
    folder = tmp_path_factory.mktemp("made") / "secrets"
    command = [str(ROOT / "deploy/make-secrets.sh"), str(folder), "kafka.county.example"]
    subprocess.run(command, check=True, timeout=60, umask=0o022)
    return folder
