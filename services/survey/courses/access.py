"""Who may read the list of codes: everybody with a role."""

from typing import Final

from libs.common.security import Grants, Reach, Role

GRANTS: Final[Grants] = {"course.read": dict.fromkeys(Role, Reach.COUNTY)}
