"""Find what is open, and list the rest by its day, however many years there are."""

from alembic import op

revision = '0021'
down_revision = '0020'
branch_labels = None
depends_on = None

COLUMNS = (
    ('case_', 'ended_on'),
    ('case_colleague', 'from_on', 'case_id', 'staff_id'),
    ('case_pause', 'paused_on', 'case_id'),
    ('child', 'year_group', 'id'),
    ('duplicate', 'found_on', 'id'),
    ('relationship', 'from_on', 'id'),
    ('school', 'status', 'closed_on'),
)


def upgrade() -> None:
    """Bring the schema on."""
    if op.get_bind().dialect.name == 'postgresql':  # no index beside checks that still wait
        op.execute('SET CONSTRAINTS ALL IMMEDIATE')
    for table, *columns in COLUMNS:
        op.create_index(_named(table, columns), table, columns, unique=False)


def downgrade() -> None:
    """Take the schema back."""
    for table, *columns in COLUMNS:
        op.drop_index(_named(table, columns), table_name=table)


def _named(table: str, columns: list[str]) -> str:
    return '_'.join(('ix', table, *columns))
