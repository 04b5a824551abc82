"""Our own pictures, drawn for this product: see LICENCE beside them."""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

PICTURES: Final[Mapping[str, str]] = {
    path.stem: path.read_text(encoding="utf-8").strip()
    for path in sorted(Path(__file__).parent.glob("*.svg"))
}
"""Each as SVG, by its name. What it shows is said by the text that stands with it."""
