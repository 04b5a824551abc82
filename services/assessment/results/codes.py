"""Why a result is changed: closed lists, for the reason is published."""

from typing import Literal

CorrectionReason = Literal["entry-error", "typing-error", "moderated", "re-baselined"]
VoidReason = Literal["entry-error", "entered-twice", "wrong-child", "disapplied"]
