"""Routes whose command may be sent with the county's own keys in place of our ids."""

import inspect
from collections.abc import Callable
from typing import Any, get_args

from pydantic import BaseModel

from libs.common.persistence.own_keys import resolved, sent
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
    models = {name: sent(kind) for name, kind in kinds.items() if _is_model(kind)}
    models = {name: model for name, model in models.items() if model is not kinds[name]}
    if work is None or not models:
        return endpoint

    async def take(**given: Any) -> Any:
        for name in models:
            given[name] = await resolved(given[work], given[name])
        return await endpoint(**given)

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


def _is_model(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, BaseModel)
