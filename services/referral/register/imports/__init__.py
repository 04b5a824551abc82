"""The register's files: extracts of schools, and the links between them."""

from services.referral.register.imports.extracts import routes as extracts
from services.referral.register.imports.links import routes as links

ROUTERS = (extracts, links)

__all__ = ["ROUTERS"]
