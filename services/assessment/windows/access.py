"""Who may set a year's windows; whoever may read them sees all."""

from typing import Final

from sqlalchemy import true

from libs.common.persistence.visibility import Conditions
from libs.common.security import Grants, Reach, Role
from services.assessment.windows.domain import Windows

GRANTS: Final[Grants] = {
    "windows.set": {Role.HEAD_OF_SERVICE: Reach.COUNTY},
    "windows.read": {
        Role.HEAD_OF_SERVICE: Reach.COUNTY,
        Role.AREA_MANAGER: Reach.COUNTY,
        Role.SUPPORT_TEACHER: Reach.COUNTY,
        Role.LINK_ADVISER: Reach.COUNTY,
    },
}

VISIBLE: Final[Conditions] = {Windows: lambda _: true()}
