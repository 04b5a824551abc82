"""Closed lists of editions that no event carries."""

from typing import Literal

SettlementOutcome = Literal["accepted", "followed-up"]
"""What was done about a finding: it is so and stays, or somebody saw to it."""

EditionState = Literal["draft", "review", "published"]
