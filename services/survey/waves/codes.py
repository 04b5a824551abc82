"""Why a closed wave is opened again: a closed list, for the reason is published."""

from typing import Literal

ReopeningReason = Literal["closed-by-mistake", "answers-came-after-all"]
State = Literal["draft", "issued", "closed"]
