"""Add the days on which drafts were cut."""

import sqlalchemy as sa
from alembic import op

revision = '0025'
down_revision = '0024'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the schema on. Of earlier cuts of an edition the last alone is known."""
    op.create_table('edition_cut',
    sa.Column('edition_id', sa.Uuid(), nullable=False),
    sa.Column('known_at', sa.Date(), nullable=False),
    sa.ForeignKeyConstraint(['edition_id'], ['edition.id'], name=op.f('fk_edition_cut_edition_id_edition'), initially='DEFERRED', deferrable=True),
    sa.PrimaryKeyConstraint('edition_id', 'known_at', name=op.f('pk_edition_cut'))
    )
    op.execute("INSERT INTO edition_cut (edition_id, known_at) SELECT id, known_at FROM edition")


def downgrade() -> None:
    """Take the schema back."""
    op.drop_table('edition_cut')
