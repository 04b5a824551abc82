"""In which size paper is printed, how far a form is keyed, and which keying of two is taken."""

from collections.abc import Mapping
from typing import Final, Literal

Size = Literal["standard", "large", "giant"]
POINTS: Final[Mapping[Size, int]] = {"standard": 12, "large": 18, "giant": 24}
"""How large letters are, in points: large print begins at 16."""

State = Literal["keyed-once", "differs", "recorded"]
Keying = Literal["first", "second"]
