"""0006_rename_dead_letter."""

from alembic import op

revision = '0006'
down_revision = '0005'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the schema on."""
    _rename('parked', 'dead_letter', index=True)
    _rename('heard_type', 'subscribed_type')


def downgrade() -> None:
    """Take the schema back."""
    _rename('dead_letter', 'parked', index=True)
    _rename('subscribed_type', 'heard_type')


def _rename(old: str, new: str, *, index: bool = False) -> None:
    """Rename a table with its index; what is in it stays. SQLite keeps the name of the key."""
    op.rename_table(old, new)
    if op.get_bind().dialect.name != 'sqlite':
        op.execute(f'ALTER INDEX pk_{old} RENAME TO pk_{new}')
    if index:
        op.drop_index(f'ix_{old}_source_subject', table_name=new)
        op.create_index(f'ix_{new}_source_subject', new, ['source', 'subject', 'sequence'])
