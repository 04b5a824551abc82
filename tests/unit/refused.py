"""What a test of an object expects of a refusal: which it is, and where it points."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from libs.common.core.errors import DomainError


@contextmanager
def refused(error: type[DomainError], *pointers: str, code: str | None = None) -> Iterator[None]:
    """Expect this very refusal, with its code, and with errors at these places and no others."""
    with pytest.raises(error) as raised:
        yield
    assert (type(raised.value), raised.value.code) == (error, code or error.code)
    assert [one.pointer for one in raised.value.errors] == list(pointers)
