"""Bounds how much an archive that a stranger made unpacks to, before any of it is read."""

import zipfile
from collections.abc import Sequence
from typing import Final

from libs.common.core.errors import TooLarge

MOST_RATIO: Final = 50
"""How often its size an archive may unpack to: spreadsheets save five to twenty times theirs."""
ENCRYPTED: Final = 1
"""The flag of a file in an archive that needs a password."""


def check_unpacked(members: Sequence[zipfile.ZipInfo], size: int, most: int) -> None:
    """Refuse files of an archive of this size that unpack to more than so many bytes in all."""
    if sum(one.file_size for one in members) > min(most, MOST_RATIO * max(1, size)):
        raise TooLarge(
            detail=f"An archive unpacks to {MOST_RATIO} times its size and {most:,} bytes at most."
        )
