"""Who has returns made anonymous, and who reads that it was done."""

from typing import Final

from libs.common.security import Grants, Reach, Role

GRANTS: Final[Grants] = {
    "return.anonymise": {Role.HEAD_OF_SERVICE: Reach.COUNTY},
    "anonymisation.read": {
        Role.HEAD_OF_SERVICE: Reach.COUNTY,
        Role.ADMINISTRATOR: Reach.COUNTY,
    },
}
