"""Routes whose command may be sent with the county's own keys in place of our ids."""

import inspect
from collections.abc import Callable
from dataclasses import replace
from types import GenericAlias
from typing import Annotated, Any, get_args, get_origin

from pydantic import BaseModel

from libs.common.core.errors import DomainError
from libs.common.persistence.own_keys import preload, resolved, sent
from libs.common.persistence.uow import UnitOfWork

Endpoint = Callable[..., Any]


def by_own_keys(endpoint: Endpoint) -> Endpoint:
    """Return an endpoint that takes keys wherever the command of this one may be sent with them.

    The endpoint itself is given the command, with ids. One whose command has no such id, or that
    has no unit of work, is returned as it is.
    """
    signature = inspect.signature(endpoint)
    kinds = {name: one.annotation for name, one in signature.parameters.items()}
    work = next((name for name, kind in kinds.items() if _is_work(kind)), None)
    models = {name: _sent(kind) for name, kind in kinds.items()}
    models = {name: model for name, model in models.items() if model is not None}
    if work is None or not models:
        return endpoint

    async def take(**given: Any) -> Any:
        for name in models:
            given[name] = await _commands(given[work], given[name])
        return await endpoint(**given)

    vars(take).update(vars(endpoint))
    for name in ("__name__", "__qualname__", "__doc__", "__module__"):
        setattr(take, name, getattr(endpoint, name))
    parameters = [
        one.replace(annotation=models.get(name, one.annotation))
        for name, one in signature.parameters.items()
    ]
    vars(take)["__signature__"] = signature.replace(parameters=parameters)
    return take


def _is_work(kind: Any) -> bool:
    return UnitOfWork in (kind, *get_args(kind)[:1])


def _sent(kind: Any) -> Any:
    """Return what is sent in place of a command or a list of them; None where that is the same."""
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return None if (model := sent(kind)) is kind else model
    inner, *more = get_args(kind) or (None,)
    made = _sent(inner) if get_origin(kind) in {Annotated, list} else None
    if made is None:
        return None
    return Annotated[made, *more] if get_origin(kind) is Annotated else GenericAlias(list, (made,))


async def _commands(work: UnitOfWork, given: Any) -> Any:
    """Return the command that was sent, or each of a list; the place of a fault is in the list."""
    if not isinstance(given, list):
        return await resolved(work, given)
    await preload(work, given)
    return [await _in_list(work, one, place) for place, one in enumerate(given)]


async def _in_list(work: UnitOfWork, given: BaseModel, place: int) -> BaseModel:
    try:
        return await resolved(work, given)
    except DomainError as refusal:
        at = [replace(one, pointer=f"/{place}{one.pointer}") for one in refusal.errors]
        refusal.errors = tuple(at)
        raise
