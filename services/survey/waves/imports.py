"""What waves and recipients take in bulk: the single calls' functions, a row a call."""

from collections.abc import Sequence
from typing import Any, Final

from libs.common.imports import CommandOutcome, ImportKind, named_by
from libs.common.persistence.uow import UnitOfWork
from services.survey.waves.commands import (
    DraftWave,
    RecipientRow,
    WaveRow,
    close_in_file,
    draft_wave,
    issue_in_file,
    list_recipient,
    preload_recipients,
)
from services.survey.waves.domain import Wave


async def _wave(uow: UnitOfWork, row: DraftWave) -> CommandOutcome:
    return (await draft_wave(uow, row, in_file=True))[1]


async def _load_waves(uow: UnitOfWork, rows: Sequence[DraftWave]) -> None:
    await uow.preload(Wave, "reference", [row.reference for row in rows])


async def _load_runs(uow: UnitOfWork, rows: Sequence[WaveRow]) -> None:
    await uow.preload(Wave, "id", [row.wave_id for row in rows])


async def _load_recipients(uow: UnitOfWork, rows: Sequence[RecipientRow]) -> None:
    await uow.preload(Wave, "id", [row.wave_id for row in rows])
    await preload_recipients(uow, [(row.wave_id, row) for row in rows])


# A wave lists nobody twice, and nobody under two references.
RECIPIENT: Final = ("reference", "parent_id", "child_id", "school_id")

KINDS: Final[tuple[ImportKind[Any], ...]] = (
    ImportKind(
        "waves",
        DraftWave,
        "wave.write",
        _wave,
        named_by("reference"),
        _load_waves,
    ),
    ImportKind(
        "recipients",
        RecipientRow,
        "recipient.write",
        list_recipient,
        named_by(*(("wave_id", name) for name in RECIPIENT)),
        _load_recipients,
    ),
    ImportKind(
        "wave-issues", WaveRow, "wave.write", issue_in_file, named_by("wave_id"), _load_runs
    ),
)

CLOSURES: Final[tuple[ImportKind[Any], ...]] = (
    ImportKind(
        "wave-closures", WaveRow, "wave.write", close_in_file, named_by("wave_id"), _load_runs
    ),
)
