"""Whatever takes an id of ours takes the county's own key in its place, or says why not."""

from collections.abc import Iterator, Mapping
from typing import Any, Final, get_args
from uuid import UUID

from pydantic import BaseModel

from deploy.imports_page import KINDS
from deploy.services import SERVICES
from libs.common.http.requests import ServiceRoute
from libs.common.persistence.own_keys import command_of, named_ids

EXCEPTIONS: Final[Mapping[str, str]] = {
    "ChildReferenceRow.child_id": "it says which id a reference stands for",
    "ListRecipient.parent_id": "referral lists recipients with their ids; no event has a reference",
    "MergeDuplicate.kept_id": "it is one of the two ids that the pair was shown with",
}


def _is_id(annotation: Any) -> bool:
    return annotation is UUID or any(map(_is_id, get_args(annotation)))


def _models(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield command_of(annotation)
    for inner in get_args(annotation):
        yield from _models(inner)


def _commands() -> set[type[BaseModel]]:
    """Return the models of all bodies and rows."""
    found = {command_of(kind.row) for kinds in KINDS.values() for kind in kinds}
    for route in (
        one for service in SERVICES for router in service.routers for one in router.routes
    ):
        assert isinstance(route, ServiceRoute)
        for body in route.dependant.body_params:
            found |= {*_models(body.field_info.annotation)}
    return found


def test_every_id_in_a_body_or_row_may_be_a_key() -> None:
    commands = _commands()
    assert len(commands) > 60
    plain = set()
    for model in commands:
        for name, field in model.model_fields.items():
            if _is_id(field.annotation) and name not in named_ids(model):
                declared = next(
                    one
                    for one in model.__mro__[::-1]
                    if name in vars(one).get("__annotations__", ())
                )
                plain.add(f"{declared.__name__}.{name}")
    assert plain == {*EXCEPTIONS}
