"""Give an audience the room that any code may take."""

import sqlalchemy as sa
from alembic import op

revision = '0009'
down_revision = '0008'
branch_labels = None
depends_on = None


AUDIENCES = (('wave', 'audience'), ('compliment', 'source'))


def upgrade() -> None:
    """Bring the schema on."""
    _alter(10, 40)


def downgrade() -> None:
    """Take the schema back."""
    _alter(40, 10)


def _alter(old: int, new: int) -> None:
    for table, column in AUDIENCES:
        _set_aside(table)
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.alter_column(column,
                   existing_type=sa.String(length=old),
                   type_=sa.String(length=new),
                   existing_nullable=False)
        _put_back(table)


def _set_aside(table: str) -> None:
    """Empty the table on SQLite, which makes it anew while others refer to its rows.

    They are looked for at commit, when all are back.
    """
    if op.get_bind().dialect.name == 'sqlite':
        op.execute(f'CREATE TABLE kept_{table} AS SELECT * FROM {table}')
        op.execute(f'DELETE FROM {table}')


def _put_back(table: str) -> None:
    if op.get_bind().dialect.name == 'sqlite':
        op.execute(f'INSERT INTO {table} SELECT * FROM kept_{table}')
        op.execute(f'DROP TABLE kept_{table}')
