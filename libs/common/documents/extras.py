"""What the product does only where an extra of it is installed, and what it says where not."""

from http import HTTPStatus
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType

from libs.common.core.errors import DomainError


class ExtraNotInstalled(DomainError):
    """501: this installation was set up without what makes such a file."""

    status = HTTPStatus.NOT_IMPLEMENTED
    detail = "This file needs an extra that is not installed here."


def is_installed(module: str) -> bool:
    """Say whether an extra's module is here."""
    return find_spec(module) is not None


def extra(module: str, name: str) -> ModuleType:
    """Return an extra's module; raises ExtraNotInstalled, which says how it is installed."""
    if not is_installed(module):
        detail = (
            f"This file needs the extra {name}, which is not installed here: make setup-extras."
        )
        raise ExtraNotInstalled(detail=detail)
    return import_module(module)
