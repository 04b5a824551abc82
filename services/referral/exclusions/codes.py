"""What the national codes of exclusions stand for."""

from typing import Final

WORDS: Final = {
    "PERM": "Permanent exclusion",
    "SUSP": "Suspension",
    "LNCH": "Lunchtime suspension",
}
