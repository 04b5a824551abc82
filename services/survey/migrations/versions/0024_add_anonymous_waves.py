"""Add anonymous waves with the pool of their answers, and returns that are made anonymous."""

import sqlalchemy as sa
from alembic import op

revision = '0024'
down_revision = '0022'
branch_labels = None
depends_on = None

OF_NOBODY = sa.text('recipient_id IS NULL')
# Who answers an anonymous wave relies on it: nobody makes it another, not in the database either.
# A later revision that makes the table wave anew on SQLite makes the trigger anew.
ON_SQLITE = """
    CREATE TRIGGER wave_stays_anonymous BEFORE UPDATE OF anonymous ON wave
    WHEN NEW.anonymous IS NOT OLD.anonymous
    BEGIN SELECT RAISE(ABORT, 'a wave stays anonymous, or not'); END
"""
FUNCTION = """
    CREATE FUNCTION wave_stays_anonymous() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN RAISE EXCEPTION 'a wave stays anonymous, or not' USING ERRCODE = 'check_violation'; END $$
"""
ON_POSTGRESQL = """
    CREATE TRIGGER wave_stays_anonymous BEFORE UPDATE ON wave FOR EACH ROW
    WHEN (NEW.anonymous IS DISTINCT FROM OLD.anonymous) EXECUTE FUNCTION wave_stays_anonymous()
"""


def upgrade() -> None:
    """Bring the schema on."""
    op.create_table('pool',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('wave_id', sa.Uuid(), nullable=False),
    sa.Column('filled_in', sa.JSON(), nullable=False),
    sa.Column('ticket', sa.String(length=64), nullable=False),
    sa.ForeignKeyConstraint(['wave_id'], ['wave.id'], name=op.f('fk_pool_wave_id_wave'), initially='DEFERRED', deferrable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_pool'))
    )
    op.create_index(op.f('ix_pool_wave_id'), 'pool', ['wave_id'], unique=False)
    op.create_table('anonymisation',
    sa.Column('academic_year', sa.String(length=7), nullable=False),
    sa.Column('done_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('done_by', sa.String(length=200), nullable=False),
    sa.Column('waves', sa.JSON(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('row_version', sa.Integer(), nullable=False),
    sa.Column('event_version', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_anonymisation'))
    )
    anonymous = sa.Column('anonymous', sa.Boolean(), server_default=sa.false(), nullable=False)
    op.add_column('wave', anonymous)
    op.add_column('wave', sa.Column('mixed_on', sa.Date(), nullable=True))
    op.add_column('wave', sa.Column('anonymised_on', sa.Date(), nullable=True))
    answered = sa.Column('answered', sa.Boolean(), server_default=sa.false(), nullable=False)
    op.add_column('recipient', answered)
    _let_responses_be_of_nobody(nullable=True)
    op.create_index('uq_response_of_nobody', 'response', ['wave_id', 'reference'], unique=True,
    sqlite_where=OF_NOBODY, postgresql_where=OF_NOBODY)
    if op.get_bind().dialect.name == 'sqlite':
        op.execute(ON_SQLITE)
    else:
        op.execute(FUNCTION)
        op.execute(ON_POSTGRESQL)


def downgrade() -> None:
    """Take the schema back; it fails where there are responses of nobody."""
    if op.get_bind().dialect.name == 'sqlite':
        op.execute('DROP TRIGGER wave_stays_anonymous')
    else:
        op.execute('DROP TRIGGER wave_stays_anonymous ON wave')
        op.execute('DROP FUNCTION wave_stays_anonymous()')
    op.drop_index('uq_response_of_nobody', table_name='response')
    _let_responses_be_of_nobody(nullable=False)
    op.drop_column('recipient', 'answered')
    for name in ('anonymised_on', 'mixed_on', 'anonymous'):
        op.drop_column('wave', name)
    op.drop_table('anonymisation')
    op.drop_table('pool')


def _let_responses_be_of_nobody(*, nullable: bool) -> None:
    """Change the column; on SQLite the table is made anew, empty, while others refer to its rows.

    They are looked for at commit, when all are back.
    """
    is_sqlite = op.get_bind().dialect.name == 'sqlite'
    if is_sqlite:
        op.execute('CREATE TABLE kept_response AS SELECT * FROM response')
        op.execute('DELETE FROM response')
    with op.batch_alter_table('response', schema=None) as batch_op:
        batch_op.alter_column('recipient_id', existing_type=sa.Uuid(), nullable=nullable)
    if is_sqlite:
        op.execute('INSERT INTO response SELECT * FROM kept_response')
        op.execute('DROP TABLE kept_response')
