"""What deploy/make-secrets.sh makes: each of its own, for one account, and kept when made."""

import subprocess
from pathlib import Path

import yaml

from tests.mutants.planted import ROOT

COMPOSE = yaml.safe_load((ROOT / "deploy/compose.yaml").read_text())


def test_every_secret_of_compose_is_made_for_one_account(secrets: Path) -> None:
    made = {path.name: path for path in secrets.iterdir()}
    assert set(COMPOSE["secrets"]) <= set(made)
    modes = {path.stat().st_mode & 0o777 for path in made.values()}
    assert (secrets.stat().st_mode & 0o777, modes) == (0o700, {0o600})
    words = [
        path.read_text().strip().rpartition(":")[2]
        for name, path in made.items()
        if name.endswith((".kafka", ".pgpass", ".password"))
    ]
    assert len(set(words)) == len(words) == 10
    assert min(map(len, words)) >= 32


def test_what_is_there_is_left_as_it_is(secrets: Path) -> None:
    before = {path.name: path.read_bytes() for path in secrets.iterdir()}
    command = [str(ROOT / "deploy/make-secrets.sh"), str(secrets), "other.example"]
    subprocess.run(command, check=True, timeout=60)
    assert {path.name: path.read_bytes() for path in secrets.iterdir()} == before
