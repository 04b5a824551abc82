"""The sheet that leads to a form, as a PDF to be printed."""

from pathlib import Path
from typing import Final

from libs.common.documents.printing import pdf
from services.survey.open_links.api.visits import Visit, in_words
from services.survey.open_links.pictures import qr_code

_TEMPLATE: Final = Path(__file__).parents[1] / "templates" / "sheet.typ"


def sheet_of(visit: Visit) -> bytes:
    """Return a sheet with what is asked about, the QR code and the address of its form.

    Raises ExtraNotInstalled.
    """
    delivery, until = visit.one.delivery, visit.one.last_day
    data = {
        "title": visit.title,
        "when": in_words(delivery.delivered_on) if delivery else "",
        "address": visit.address,
        "picture": qr_code(visit.address, "svg").decode(),
        "until": in_words(until) if until else "",
    }
    return pdf(_TEMPLATE.read_text(), data, visit.guard.clock.now())
