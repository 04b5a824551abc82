"""What a route can answer is read from functions of ours alone."""

from libs.common.core.errors import NotFound
from libs.common.http.gives import reached_from


def refuses() -> None:
    raise NotFound(code="not-found", detail="There is no such thing.")


def test_a_function_that_a_library_made_and_that_has_no_module_is_passed_over() -> None:
    """SQLAlchemy makes some of a mapped class's functions when it first needs them."""

    def made() -> None:
        refuses()

    made.__module__ = None  # type: ignore[assignment]
    assert reached_from(made, {"not-found"}).functions == set()
