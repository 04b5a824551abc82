"""The QR code of an address, to be shown, printed and scanned."""

from io import BytesIO
from typing import Any, Final

import segno

MEDIA: Final = {"svg": "image/svg+xml", "png": "image/png"}
_HOW: Final[dict[str, dict[str, Any]]] = {
    "svg": {"scale": 8, "xmldecl": False, "title": "QR code", "light": "#fff"},
    "png": {"scale": 12, "light": "#fff"},
}
"""On white whatever the page is, and with the four modules of margin that scanners want."""


def qr_code(address: str, form: str) -> bytes:
    """Return the QR code of an address; a quarter of it may be spoilt (level Q)."""
    into = BytesIO()
    segno.make_qr(address, error="q").save(into, kind=form, border=4, **_HOW[form])
    return into.getvalue()
