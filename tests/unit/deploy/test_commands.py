"""What the commands refuse before they do anything, and where they look for what they started."""

import pytest

from deploy.migration import write
from libs.common.core.public_url import reached_at


@pytest.mark.parametrize("name", ["0002_add_x", "0099_add_x", "add_x", "0005-add-x"])
def test_a_revision_is_named_by_the_next_number(name: str) -> None:
    with pytest.raises(SystemExit) as left:
        write("referral", name)
    assert "_add_x" in str(left.value)


@pytest.mark.parametrize(
    ("host", "url"),
    [
        ("127.0.0.1", "http://127.0.0.1:8000"),
        ("0.0.0.0", "http://127.0.0.1:8000"),  # noqa: S104 - not to bind
        ("10.1.2.3", "http://10.1.2.3:8000"),
        ("::", "http://[::1]:8000"),
        ("localhost", "http://localhost:8000"),
    ],
)
def test_a_server_is_reached_where_it_was_told_to_be(host: str, url: str) -> None:
    assert reached_at(host, 8000) == url
