"""Waves and whom they go to."""

from services.survey.waves.commands.recipients import (
    ListRecipient,
    RecipientRow,
    list_recipient,
    list_recipients,
    preload_recipients,
)
from services.survey.waves.commands.waves import (
    ADDRESSES_KEPT,
    DraftWave,
    GraceDays,
    ReopenWave,
    WaveRow,
    close_in_file,
    close_wave,
    draft_wave,
    forget_addresses,
    issue_in_file,
    issue_wave,
    reopen_wave,
)

__all__ = [
    "ADDRESSES_KEPT",
    "DraftWave",
    "GraceDays",
    "ListRecipient",
    "RecipientRow",
    "ReopenWave",
    "WaveRow",
    "close_in_file",
    "close_wave",
    "draft_wave",
    "forget_addresses",
    "issue_in_file",
    "issue_wave",
    "list_recipient",
    "list_recipients",
    "preload_recipients",
    "reopen_wave",
]
