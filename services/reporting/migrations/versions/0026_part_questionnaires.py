"""Part questionnaires by team, area and kind of school; waves are read again for it."""

import sqlalchemy as sa
from alembic import op

revision = '0026'
down_revision = '0025'
branch_labels = None
depends_on = None

ADDED = {
    'wave': (('issued_to', sa.JSON()),),
    'response': (
        ('team_id', sa.Uuid()),
        ('area', sa.Text()),
        ('school_kind', sa.String(length=40)),
    ),
}
AGAIN = ('WaveClosed', 'WaveCorrected', 'WaveIssued', 'WaveReopened', 'WaveVoided')
"""What tells of waves, and what writes the same rows; 0027 has responses read again."""


def upgrade() -> None:
    """Bring the schema on."""
    for fact, columns in ADDED.items():
        for table in (f'fact_{fact}', f'past_{fact}'):
            for name, type_ in columns:
                op.add_column(table, sa.Column(name, type_, nullable=True))
    for name in AGAIN:
        op.execute(sa.text(
            f"DELETE FROM subscribed_type WHERE type = 'uk.sssen.survey.{name}.v1'"
        ))


def downgrade() -> None:
    """Take the schema back."""
    for fact, columns in ADDED.items():
        for table in (f'fact_{fact}', f'past_{fact}'):
            for name, _ in columns:
                op.drop_column(table, name)
