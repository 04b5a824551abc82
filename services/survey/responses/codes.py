"""Why a response is to count nowhere, a closed list, for the reason is published; kinds of help."""

from collections.abc import Mapping
from typing import Final, Literal

from libs.common.contracts.survey import Help

VoidReason = Literal[
    "entered-twice",
    "typing-error",
    "wrong-recipient",
    "wrong-wave",
    "test-entry",
    "not-genuine",
    "withdrawn-by-respondent",
]

HELP_WORDS: Final[Mapping[Help, str]] = {
    "proxy": "They answered for me",
    "scribe": "They wrote down what I said",
    "reader": "They read the questions to me",
    "signer": "They signed for me",
    "interpreter": "They put it into my language",
    "other": "In another way",
}
"""What who is asked calls each kind of help, on paper and on a page."""
