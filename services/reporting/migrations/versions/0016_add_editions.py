"""Add editions."""

import sqlalchemy as sa
from alembic import op

revision = '0016'
down_revision = '0015'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the schema on."""
    op.create_table('edition',
    sa.Column('academic_year', sa.String(length=7), nullable=False),
    sa.Column('known_at', sa.Date(), nullable=False),
    sa.Column('drafted_by', sa.String(length=200), nullable=False),
    sa.Column('state', sa.String(length=9), nullable=False),
    sa.Column('major', sa.Integer(), nullable=True),
    sa.Column('minor', sa.Integer(), nullable=True),
    sa.Column('patch', sa.Integer(), nullable=True),
    sa.Column('signed_on', sa.Date(), nullable=True),
    sa.Column('signed_by', sa.String(length=200), nullable=True),
    sa.Column('supersedes', sa.Uuid(), nullable=True),
    sa.Column('void', sa.Boolean(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('row_version', sa.Integer(), nullable=False),
    sa.Column('event_version', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_edition')),
    sa.UniqueConstraint('academic_year', 'major', 'minor', 'patch', name=op.f('uq_edition_academic_year_major_minor_patch'))
    )
    op.create_table('method',
    sa.Column('figure', sa.String(length=100), nullable=False),
    sa.Column('version', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('definition', sa.JSON(), nullable=False),
    sa.Column('adopted_on', sa.Date(), nullable=False),
    sa.PrimaryKeyConstraint('figure', 'version', name=op.f('pk_method'))
    )
    op.create_table('edition_content',
    sa.Column('edition_id', sa.Uuid(), nullable=False),
    sa.Column('body', sa.Text(), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.ForeignKeyConstraint(['edition_id'], ['edition.id'], name=op.f('fk_edition_content_edition_id_edition'), initially='DEFERRED', deferrable=True),
    sa.PrimaryKeyConstraint('edition_id', name=op.f('pk_edition_content'))
    )


def downgrade() -> None:
    """Take the schema back."""
    op.drop_table('edition_content')
    op.drop_table('method')
    op.drop_table('edition')
