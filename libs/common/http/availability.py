"""A database that is away is told as such, whatever the driver says of it."""

from libs.common.core.errors import Unavailable
from libs.common.core.transient import is_transient


class available:  # noqa: N801 - read as a word of the `async with` that it stands in
    """Turns a database that is away into 503 with Retry-After."""

    async def __aenter__(self) -> None:
        """Begin."""

    async def __aexit__(self, _: object, error: BaseException | None, __: object) -> None:
        """Translate what ended the block."""
        if isinstance(error, Exception) and is_transient(error):
            raise Unavailable from error
