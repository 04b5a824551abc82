"""What tests of tokens ask for."""

import json
from pathlib import Path

import pytest

from libs.common.security import AuthSettings, TokenChecker
from tests.unit.common.signing import ISSUER, KEY


@pytest.fixture
def checker(tmp_path: Path) -> TokenChecker:
    path = tmp_path / "keys.json"
    path.write_text(json.dumps({"keys": [KEY.as_dict(private=False)]}))
    return TokenChecker(AuthSettings(auth_issuer=ISSUER, auth_key_set=str(path)))
