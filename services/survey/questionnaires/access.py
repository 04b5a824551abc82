"""Who may read the questionnaires: everybody with a role."""

from typing import Final

from libs.common.security import Grants, Reach, Role

GRANTS: Final[Grants] = {"questionnaire.read": dict.fromkeys(Role, Reach.COUNTY)}
