"""Who may do what with editions: published ones anybody reads, drafts the Head of Service."""

from collections.abc import Mapping
from typing import Final

from libs.common.persistence.visibility import Conditions
from libs.common.security import Grants, Reach, Role

GRANTS: Final[Grants] = {
    "edition.draft": {Role.HEAD_OF_SERVICE: Reach.COUNTY},
    "edition.sign": {Role.HEAD_OF_SERVICE: Reach.COUNTY},
    "edition.read-draft": {Role.HEAD_OF_SERVICE: Reach.COUNTY},
}

VISIBLE: Final[Conditions] = {}

STEPS: Final[Mapping[str, str]] = {
    "recut": "edition.draft",
    "void": "edition.draft",
    "sign": "edition.sign",
}
"""The permission that each step of an edition needs."""
