"""The routes that every service with pages has: the files of its pages, and the ways in and out."""

from typing import Annotated, Final

from fastapi import Path, Query, Request, Response
from starlette.responses import RedirectResponse

from libs.common.core.errors import NotFound, Rejected
from libs.common.http.requests import PUBLIC, router
from libs.common.pages.forms import posted
from libs.common.pages.people import EVERYBODY
from libs.common.pages.rendering import Templates, served_files
from libs.common.pages.secrets import Secret
from libs.common.pages.signing_in import BEGUN_SECONDS, LONGEST_WAY_BACK, SignIn, local_path

_TEMPLATES: Final = Templates()
_ANY_QUERY: Final = PUBLIC | {"x-any-query": True}
"""The provider may add parameters to its answer that we do not know."""


files_routes = router()


@files_routes.get("/pages/{name}", openapi_extra=PUBLIC, include_in_schema=False)
async def get_file(name: Annotated[str, Path(max_length=64)]) -> Response:
    """Give the style sheet or the icon, to be kept for as long as its address stays."""
    if name not in served_files():
        raise NotFound
    text, media_type = served_files()[name]
    kept = {"Cache-Control": "public, max-age=31536000, immutable"}
    return Response(text, media_type=media_type, headers=kept)


sign_in_routes = router()


@sign_in_routes.get("/sign-in", openapi_extra=PUBLIC, include_in_schema=False)
async def sign_in(
    request: Request, to: Annotated[str, Query(max_length=LONGEST_WAY_BACK)] = "/"
) -> Response:
    """Send a browser to the provider or, in development, ask who its person is today."""
    signing = _signing(request)
    if signing.settings.provider is not None:
        return await signing.leave_for_provider(request, local_path(to))
    return _who(request, signing, local_path(to))


@sign_in_routes.post("/sign-in/as", openapi_extra=PUBLIC, include_in_schema=False)
async def sign_in_as(request: Request) -> Response:
    """Sign in as one of the fictional county's people."""
    signing, form = _signing(request), await posted(request)
    people = signing.settings.people
    if people is None:
        raise NotFound
    signing.check_form(request, signing.read(request, "begun"), form)
    person = next((one for one in EVERYBODY if one.id == form.get("person")), None)
    if person is None:
        return _who(request, signing, local_path(form.get("to", "/")), chosen=False)
    tokens = people.tokens(person, signing.guard.clock.now())
    return await signing.begin(request, tokens, form.get("to", "/"))


@sign_in_routes.get("/sign-in/callback", openapi_extra=_ANY_QUERY, include_in_schema=False)
async def callback(request: Request) -> Response:
    """Take a browser back from the provider."""
    return await _signing(request).come_back(request)


@sign_in_routes.post("/sign-out", openapi_extra=PUBLIC, include_in_schema=False)
async def sign_out(request: Request) -> Response:
    """Sign a browser out."""
    signing, form = _signing(request), await posted(request)
    secret = signing.read(request, "session")
    if secret is None:
        return RedirectResponse(f"/{signing.service}/signed-out", 303)
    signing.check_form(request, secret, form)
    return await signing.end(request)


@sign_in_routes.get("/signed-out", openapi_extra=_ANY_QUERY, include_in_schema=False)
async def signed_out(request: Request) -> Response:
    """Say that a browser is signed out."""
    service = _signing(request).service
    return _TEMPLATES.page("signed_out.html", request.scope, sign_in=f"/{service}/sign-in")


def _signing(request: Request) -> SignIn:
    signing: SignIn = request.app.state.sign_in
    return signing


def _who(request: Request, signing: SignIn, to: str, *, chosen: bool = True) -> Response:
    """Ask who somebody is today."""
    if signing.settings.people is None:
        raise NotFound(
            code="sign-in-not-set-up",
            detail="Signing in to pages is not set up here. AUTH_CLIENT_ID and"
            " AUTH_CLIENT_SECRET_FILE set it up.",
        )
    secret = signing.read(request, "begun") or Secret.new()
    answer = _TEMPLATES.page(
        "who.html",
        request.scope,
        status=200 if chosen else Rejected.status,
        people=EVERYBODY,
        chosen=chosen,
        action=f"/{signing.service}/sign-in/as",
        form_token=secret.word("form"),
        to=to,
    )
    signing.give(answer, "begun", secret.text, BEGUN_SECONDS)
    return answer
