"""Prints a token for a role: ``python -m deploy.token ROLE [NAME]``.

It needs nothing of the services, and so does not wait until they are imported.
"""

import json
import sys
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Final

from deploy.choices import var_dir
from libs.common.core.private import keep_private
from libs.common.pages.people import COUNTY
from libs.common.security import DemoIssuer, Role

TOKEN_LIFETIME: Final = timedelta(hours=12)


def token(folder: Path, role: str, subject: str = "") -> str:
    """Return a token for a role; people of their own reach get an example's ids."""
    marker = folder / COUNTY
    people = json.loads(marker.read_text()) if marker.exists() else {}
    try:
        known = Role(role)
    except ValueError:
        raise SystemExit(f"ROLE is one of: {', '.join(Role)}") from None
    return DemoIssuer(folder).token(
        known,
        subject=subject or f"demo-{role}",
        **people.get(role, {}),
        lifetime=TOKEN_LIFETIME,
    )


def main(arguments: Sequence[str]) -> int:
    """Print one; return the exit code."""
    match arguments:
        case [role, *subject]:
            keep_private(var_dir())
            print(token(var_dir(), role, subject[0] if subject else ""))
            return 0
        case _:
            print("ROLE [NAME]", file=sys.stderr)
            return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
