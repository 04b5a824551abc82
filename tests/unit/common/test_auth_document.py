"""What the page on identity says is what the code does."""

import re
from pathlib import Path

from libs.common.security import Role
from libs.common.security.settings import AuthSettings

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "docs/identity.md").read_text()
SOURCE = "".join(path.read_text() for path in (ROOT / "libs/common/security").glob("*.py"))


def section(title: str) -> str:
    """Return the text under a heading."""
    return PAGE.split(f"\n## {title}\n")[1].split("\n## ")[0]


def firsts(title: str) -> set[str]:
    """Return what stands as code in the first column of a section's table."""
    rows = re.findall(r"^\| (.*?) \|", section(title), re.MULTILINE)
    return {name for row in rows for name in re.findall(r"`([^`]+)`", row)}


def test_every_setting_is_on_the_page() -> None:
    settings = {name.upper() for name in AuthSettings.model_fields} - {"PROFILE"}
    assert settings == set(re.findall(r"AUTH_[A-Z_]+[A-Z]", PAGE))


def test_every_role_is_on_the_page() -> None:
    assert firsts("Roles") == {str(role) for role in Role}


def test_every_reason_is_on_the_page() -> None:
    reasons = set(re.findall(r'TokenRefused\("([a-z-]+)"\)', SOURCE))
    reasons |= {"unknown-key", "unknown-demo-key"}  # one or the other, after the key's id
    named_by_the_library = {"iss", "aud", "exp", "iat", "nbf"}
    assert firsts("What is refused, and why") == reasons | named_by_the_library


def test_every_claim_is_on_the_page() -> None:
    claims = {
        field.default[0]
        for name, field in AuthSettings.model_fields.items()
        if name.endswith("_claim") and name != "auth_roles_claim"
    }
    assert firsts("What somebody stands for") == claims | {"sub"}
