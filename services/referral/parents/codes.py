"""The closed lists of what is recorded of parents and carers."""

from typing import Literal

WithdrawalReason = Literal["asked", "deceased", "court-order", "safeguarding", "other"]
"""Why a person must no longer be contacted."""
