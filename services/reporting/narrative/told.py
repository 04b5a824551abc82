"""What a report's source says of the service before its first section, as TOML."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from libs.common.core.fields import Code, LongText, Strict, Text

Url = Annotated[str, StringConstraints(pattern=r"^https://[A-Za-z0-9./_~%#?=&-]{3,300}$")]


class DepartmentPlan(Strict):
    """The plan of the department that the service's vision serves, and where it is read."""

    title: Text
    url: Url


class Development(Strict):
    """A development: what it is, how far it is, and what shows that."""

    title: Text
    status: Literal["achieved", "partly-achieved", "under-way", "planned"]
    evidence: LongText


class Told(Strict):
    """What a report says of the service before its first section."""

    name: Text
    aliases: tuple[Text, ...] = Field(max_length=10)
    aim: LongText
    department_plan: DepartmentPlan
    contact: LongText
    summary: tuple[Code, ...] = Field(min_length=1, max_length=50)
    developments: tuple[Development, ...] = Field(min_length=1, max_length=50)
    future: tuple[Development, ...] = Field(min_length=1, max_length=50)
