"""The fictional county's people, as one of whom a developer looks at pages."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final, NamedTuple

from libs.common.pages.sessions import Tokens
from libs.common.security import DemoIssuer, Role

COUNTY: Final = "county-loaded.json"
"""The file beside the demo issuer's key with the ids of an example person, by role."""
_LIFETIME: Final = timedelta(hours=12)


class Person(NamedTuple):
    """Somebody of the fictional county, as whom one can look at pages in development."""

    id: Role
    name: str
    post: str


EVERYBODY: Final = (
    Person(Role.HEAD_OF_SERVICE, "Testhead Alderfield", "Head of Service"),
    Person(Role.AREA_MANAGER, "Testmanager Brambleton", "Area manager"),
    Person(Role.SUPPORT_TEACHER, "Testteacher Cloverdale", "Support teacher"),
    Person(Role.LINK_ADVISER, "Testadviser Dunmere", "Link adviser"),
    Person(Role.SCHOOL_SENCO, "Testsenco Elmsway", "SENCO of a school"),
    Person(Role.PARENT, "Testparent Fernleigh", "Parent"),
    Person(Role.COUNTY_SEND_OFFICER, "Testofficer Gorsehill", "County SEND officer"),
    Person(Role.REPORTING_CONSUMER, "Testreader Alderfield", "Reads what is published"),
    Person(Role.ADMINISTRATOR, "Testadmin Brambleton", "Administrator"),
)


@dataclass(frozen=True)
class DemoPeople:
    """A person for each role, with the demo issuer's tokens: never in production."""

    folder: Path

    def tokens(self, person: Person, now: datetime) -> Tokens:
        """Return somebody's tokens, which reach as far as the example that was loaded."""
        file, role = self.folder / COUNTY, person.id
        example = json.loads(file.read_text()).get(role, {}) if file.exists() else {}
        token = DemoIssuer(self.folder).token(role, **example, lifetime=_LIFETIME, now=now)
        return Tokens(access=token, expires_at=now + _LIFETIME, name=person.name)
