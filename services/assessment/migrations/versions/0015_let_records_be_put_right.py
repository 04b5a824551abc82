"""0015_let_records_be_put_right."""

import sqlalchemy as sa
from alembic import op

revision = '0015'
down_revision = '0014'
branch_labels = None
depends_on = None

VOIDABLE = ('criteria_set', 'quality_dialogue', 'teaching_judgement')
STAFF = ('StaffAppointed', 'StaffContractChanged', 'StaffReferenceRecorded')


def upgrade() -> None:
    """Bring the schema on. Staff are heard again: from when to when is kept only now."""
    for name in VOIDABLE:
        op.add_column(name,
        sa.Column('void', sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column('known_staff', sa.Column('appointed_on', sa.Date(), nullable=True))
    op.add_column('known_staff', sa.Column('left_on', sa.Date(), nullable=True))
    op.create_table('assessment_windows',
    sa.Column('academic_year', sa.String(length=7), nullable=False),
    sa.Column('autumn_to', sa.Date(), nullable=False),
    sa.Column('spring_to', sa.Date(), nullable=False),
    sa.Column('summer_to', sa.Date(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('row_version', sa.Integer(), nullable=False),
    sa.Column('event_version', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_assessment_windows')),
    sa.UniqueConstraint('academic_year', name=op.f('uq_assessment_windows_academic_year')),
    )
    for name in STAFF:
        op.execute(f"DELETE FROM subscribed_type WHERE type = 'uk.sssen.referral.{name}.v1'")


def downgrade() -> None:
    """Take the schema back."""
    op.drop_table('assessment_windows')
    op.drop_column('known_staff', 'left_on')
    op.drop_column('known_staff', 'appointed_on')
    for name in VOIDABLE:
        op.drop_column(name, 'void')
