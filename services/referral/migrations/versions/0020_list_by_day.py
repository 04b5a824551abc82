"""List what took place by its day, however many years there are."""

from alembic import op

revision = '0020'
down_revision = '0019'
branch_labels = None
depends_on = None

DAYS = (
    ('case_holder', 'from_on', 'case_id'),
    ('child', 'registered_on', 'id'),
    ('eligibility_check', 'checked_on', 'id'),
    ('exclusion', 'starts_on', 'id'),
    ('plan', 'starts_on', 'id'),
    ('referral', 'submitted_on', 'id'),
    ('review', 'held_on', 'id'),
    ('risk_level', 'assessed_on', 'case_id'),
    ('visit_week', 'week_beginning', 'case_id'),
)


def upgrade() -> None:
    """Bring the schema on."""
    if op.get_bind().dialect.name == 'postgresql':  # no index beside checks that still wait
        op.execute('SET CONSTRAINTS ALL IMMEDIATE')
    for table, day, key in DAYS:
        op.create_index(f'ix_{table}_{day}_{key}', table, [day, key], unique=False)


def downgrade() -> None:
    """Take the schema back."""
    for table, day, key in DAYS:
        op.drop_index(f'ix_{table}_{day}_{key}', table_name=table)
