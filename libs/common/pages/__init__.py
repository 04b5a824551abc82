"""Pages for people: one layout, one style sheet, one way to sign in.

A service with pages gives its routes the class of `page_router`, draws them with `Templates` over
a folder of its own, and names in its manifest what the index links to (`front`); the sign-in
routes, sessions and pages of refusals come with that.
"""

from libs.common.pages.code_flow import CodeFlow
from libs.common.pages.index import Front
from libs.common.pages.people import COUNTY, DemoPeople
from libs.common.pages.refusals import ForPeople
from libs.common.pages.rendering import Templates, Viewer, as_read, style_sheet, wants_page
from libs.common.pages.route import page_router
from libs.common.pages.routes import files_router, sign_in_router
from libs.common.pages.sessions import Sessions, session
from libs.common.pages.signing_in import SignIn, SignInSettings

__all__ = [
    "COUNTY",
    "CodeFlow",
    "DemoPeople",
    "ForPeople",
    "Front",
    "Sessions",
    "SignIn",
    "SignInSettings",
    "Templates",
    "Viewer",
    "as_read",
    "files_router",
    "page_router",
    "session",
    "sign_in_router",
    "style_sheet",
    "wants_page",
]
