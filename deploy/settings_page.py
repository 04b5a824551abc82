"""Writes the page of settings from the settings themselves."""

from collections.abc import Iterator
from typing import Final

from libs.common.runtime.settings import CommonSettings

_SERVICE: Final = "referral"
_HEAD: Final = """\
# Settings

Made from the code by `make docs`. A service reads its settings from environment variables, once,
at its start. If any are wrong, missing or misspelt, it names them all on standard error, without
their values, and ends with exit code 78. `REFERRAL_` stands for each service's own
prefix (`ASSESSMENT_`, `SURVEY_`, `REPORTING_`); the other variables are the same for all.

With `PROFILE=production` the variables marked **required** have no default, and unsafe values are
refused: see [secure connections](connections.md). [Limits](limits.md) says what each
limit does; [identity](identity.md) says how to set up the county's identity provider.

| variable | what it says | default | in production |
| --- | --- | --- | --- |
"""


def settings_page() -> str:
    """Return the page: a row for each variable that a service reads."""
    return _HEAD + "".join(_rows())


def _rows() -> Iterator[str]:
    usual = CommonSettings.defaults(_SERVICE, {"var_dir": "VAR_DIR"})
    strict = CommonSettings.defaults(_SERVICE, {"var_dir": "VAR_DIR", "profile": "production"})
    for variable, name in sorted(CommonSettings.variables(_SERVICE).items()):
        field = CommonSettings.model_fields[name]
        default = usual.get(name, None if field.is_required() else field.default)
        shown = "" if default is None else f"`{_written(default)}`"
        required = "**required**" if field.is_required() and name not in strict else ""
        what = (field.description or "").replace("|", "\\|")
        yield f"| `{variable}` | {what} | {shown} | {required} |\n"


def _written(value: object) -> str:
    """Write a default as its variable would be given."""
    if isinstance(value, bool):
        return str(value).lower()
    return ",".join(value) if isinstance(value, tuple) else str(value)
