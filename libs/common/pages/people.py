"""The fictional county's people, as one of whom a developer looks at pages."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from libs.common.pages.sessions import Tokens
from libs.common.pages.signing_in import Person
from libs.common.security import DemoIssuer, Role

COUNTY: Final = "county-loaded.json"
"""The file beside the demo issuer's key with the ids of an example person, by role."""
_LIFETIME: Final = timedelta(hours=12)
_NAMES: Final = {
    Role.HEAD_OF_SERVICE: ("Testhead Alderfield", "Head of Service"),
    Role.AREA_MANAGER: ("Testmanager Brambleton", "Area manager"),
    Role.SUPPORT_TEACHER: ("Testteacher Cloverdale", "Support teacher"),
    Role.LINK_ADVISER: ("Testadviser Dunmere", "Link adviser"),
    Role.SCHOOL_SENCO: ("Testsenco Elmsway", "SENCO of a school"),
    Role.PARENT: ("Testparent Fernleigh", "Parent"),
    Role.COUNTY_SEND_OFFICER: ("Testofficer Gorsehill", "County SEND officer"),
    Role.REPORTING_CONSUMER: ("Testreader Alderfield", "Reads what is published"),
    Role.ADMINISTRATOR: ("Testadmin Brambleton", "Administrator"),
}


@dataclass(frozen=True)
class DemoPeople:
    """A person for each role, with the demo issuer's tokens: never in production."""

    folder: Path

    @property
    def all(self) -> Sequence[Person]:
        """Everybody there is."""
        return [Person(id=role, name=name, post=post) for role, (name, post) in _NAMES.items()]

    def tokens(self, id_: str, now: datetime) -> Tokens:
        """Return somebody's tokens; raises KeyError where there is no such person."""
        names = {str(role): (role, name) for role, (name, _) in _NAMES.items()}
        role, name = names[id_]
        file = self.folder / COUNTY
        example = json.loads(file.read_text()).get(role, {}) if file.exists() else {}
        token = DemoIssuer(self.folder).token(role, **example, lifetime=_LIFETIME, now=now)
        return Tokens(access=token, expires_at=now + _LIFETIME, name=name)
