"""Open links over HTTP, and the pages to which they lead."""

from services.survey.open_links.api import links, pages

routers = (links.routes, pages.routes)
