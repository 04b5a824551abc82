"""What every published document says of itself: whom to ask, and who may use it. Made up."""

from typing import Any, Final

from libs.common.core.public_url import EXAMPLE

ABOUT: Final[dict[str, Any]] = {
    "contact": {"name": "SEN support service", "url": EXAMPLE, "email": "sssen@county.example"},
    "license": {"name": "For the county and those it agrees with", "url": f"{EXAMPLE}/terms"},
}
