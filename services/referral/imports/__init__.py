"""What the referral service takes in bulk: the single calls' functions, a row a call."""

from libs.common.imports import imports_router
from services.referral.imports import casework, people

routes = imports_router((*people.KINDS, *casework.KINDS))
