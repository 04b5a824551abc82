"""Why a record is put right: corrected, or withdrawn so that it no longer counts."""

from typing import Literal

from libs.common.core.fields import LongText, Strict

CorrectionReason = Literal["typing-error", "entry-error", "learned-later"]
"""Typed otherwise than meant, entered on a misunderstanding, or known only afterwards."""

VoidReason = Literal["entry-error", "entered-twice", "wrong-child", "did-not-happen"]


class Correction(Strict):
    """What every correction says beside the new content: a coded reason, and a note.

    The reason is published with the change; the note stays in the service's change log.
    """

    reason: CorrectionReason
    note: LongText | None = None


class Withdrawal(Strict):
    """Take a record out of every count, for a coded reason, with a note as in a correction."""

    reason: VoidReason
    note: LongText | None = None
