"""What a browser keeps of a personal link: its token, and an anonymous receipt's code.

No address has any of them.
"""

from uuid import UUID

from fastapi import Request, Response

from libs.common.pages.secrets import Secret
from services.survey.asking.browsers import cookie_name, give_cookie


def give_secret(request: Request, response: Response, link_id: UUID, secret: Secret) -> None:
    """Have a browser keep a link's token."""
    give_cookie(request, response, f"link-{link_id.hex}", secret.text)


def kept_secret(request: Request, link_id: UUID) -> Secret | None:
    """Return the token that a browser keeps."""
    return Secret.read(request.cookies.get(cookie_name(request, f"link-{link_id.hex}")))


def give_code(request: Request, response: Response, link_id: UUID, code: str) -> None:
    """Have a browser keep the code of a receipt that we keep nowhere."""
    give_cookie(request, response, f"code-{link_id.hex}", code)


def kept_code(request: Request, link_id: UUID) -> str | None:
    """Return the code of a receipt that a browser keeps."""
    return request.cookies.get(cookie_name(request, f"code-{link_id.hex}"))
