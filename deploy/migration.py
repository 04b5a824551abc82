"""Writes a service's next revision from what its tables have become: ``make migration``."""

import re
import sys
import tempfile
from pathlib import Path

from alembic import command
from sqlalchemy import create_engine

from libs.common.persistence.migrations import configuration

TEMPLATE = '''"""${message}."""

import sqlalchemy as sa
from alembic import op

revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the schema on."""
    ${upgrades if upgrades else "pass"}


def downgrade() -> None:
    """Take the schema back."""
    ${downgrades if downgrades else "pass"}
'''


def write(service: str, name: str) -> None:
    """Write ``services/<service>/migrations/versions/<name>.py``; its number is the revision."""
    folder = Path("services") / service / "migrations"
    (folder / "versions").mkdir(exist_ok=True)
    last = max((one.name[:4] for one in (folder / "versions").glob("[0-9]*.py")), default="0000")
    number = f"{int(last) + 1:04}"
    if not re.fullmatch(f"{number}_[a-z0-9_]+", name):
        raise SystemExit(f"NAME is {number}_ and what it does, as {number}_add_x")
    template = folder / "script.py.mako"
    template.write_text(TEMPLATE)
    try:
        with tempfile.TemporaryDirectory() as scratch:
            engine = create_engine(f"sqlite:///{scratch}/database.db")
            with engine.begin() as connection:
                config = configuration(folder)
                config.attributes["connection"] = connection
                command.upgrade(config, "head")
                command.revision(config, name, autogenerate=True, rev_id=name[:4])
            _tidy(folder / "versions" / f"{name}.py")
    finally:
        template.unlink()


def _tidy(revision: Path) -> None:
    """Take out what the generator says of itself, and let the docstring be words."""
    lines = revision.read_text().splitlines()
    said = f'"""{revision.stem[5:].replace("_", " ").capitalize()}."""'
    kept = [line for line in lines[1:] if not line.lstrip().startswith("# ### ")]
    revision.write_text("\n".join([said, *kept]) + "\n")


if __name__ == "__main__":
    write(*sys.argv[1:])
