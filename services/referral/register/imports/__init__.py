"""The register's files: extracts of schools, and the links between them."""

from services.referral.register.imports.extracts import EXTRACTS
from services.referral.register.imports.extracts import routes as extracts
from services.referral.register.imports.links import LINKS
from services.referral.register.imports.links import routes as links

ROUTERS = (extracts, links)
KINDS = (EXTRACTS, LINKS)
"""Kinds that come by addresses of their own."""

__all__ = ["KINDS", "ROUTERS"]
