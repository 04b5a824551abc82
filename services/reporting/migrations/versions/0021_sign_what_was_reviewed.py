"""Keep what was reviewed, one open draft a year, and which editions a method served."""

import json

import sqlalchemy as sa
from alembic import op

revision = '0021'
down_revision = '0020'
branch_labels = None
depends_on = None

OPEN = "state <> 'published' AND NOT void"


def upgrade() -> None:
    """Bring the schema on.

    Of open drafts of a year that in review stays ("review" is after "draft"), else the one that was
    worked on most; the others are withdrawn.
    """
    with op.batch_alter_table('edition', schema=None) as batch_op:
        batch_op.add_column(sa.Column('reviewed', sa.String(length=64), nullable=True))
    op.execute(
        "UPDATE edition SET void = true WHERE state <> 'published' AND NOT void AND EXISTS "
        "(SELECT 1 FROM edition AS other WHERE other.academic_year = edition.academic_year "
        "AND other.state <> 'published' AND NOT other.void AND (other.state, other.parts_version, "
        "other.id) > (edition.state, edition.parts_version, edition.id))"
    )
    op.create_index(
        'uq_edition_open', 'edition', ['academic_year'], unique=True,
        sqlite_where=sa.text(OPEN), postgresql_where=sa.text(OPEN),
    )
    served = op.create_table('method_served',
    sa.Column('edition_id', sa.Uuid(), nullable=False),
    sa.Column('figure', sa.String(length=100), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['edition_id'], ['edition.id'], name=op.f('fk_method_served_edition_id_edition'), initially='DEFERRED', deferrable=True),
    sa.PrimaryKeyConstraint('edition_id', 'figure', name=op.f('pk_method_served'))
    )
    kept = sa.table('edition_content', sa.column('edition_id', sa.Uuid()), sa.column('body', sa.Text()))
    rows = [
        {'edition_id': row.edition_id, 'figure': one['figure'], 'version': one['version']}
        for row in op.get_bind().execute(sa.select(kept)).all()
        for one in json.loads(row.body)['methods']
    ]
    if rows:
        op.bulk_insert(served, rows)


def downgrade() -> None:
    """Take the schema back."""
    op.drop_table('method_served')
    op.drop_index('uq_edition_open', table_name='edition')
    op.drop_column('edition', 'reviewed')
