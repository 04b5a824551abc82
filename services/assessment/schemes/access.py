"""Who may read the banding schemes: everybody with a role."""

from typing import Final

from libs.common.security import Grants, Reach, Role

GRANTS: Final[Grants] = {"scheme.read": dict.fromkeys(Role, Reach.COUNTY)}
