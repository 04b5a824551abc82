"""Where callers reach what is served here, and so the addresses of the schemas of its events."""

import re
from typing import Final

HERE: Final = "http://127.0.0.1:8000"
"""Where `make run` serves."""
EXAMPLE: Final = "https://sen.county.example"
"""Where a county that is made up serves: for documents that belong to none."""
EVERYWHERE: Final = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - not to bind

HOST_FORM: Final = r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,252}|\[[0-9A-Fa-f:.]{2,45}\]"
"""How a host is written: a name, or an address; as a regular expression."""

_FORM: Final = re.compile(rf"https?://({HOST_FORM})(:[0-9]{{1,5}})?")


def server(text: str) -> str:
    """Return the address of a server, without path, as it was written; raises ValueError."""
    if _FORM.fullmatch(text) is None:
        raise ValueError("not the address of a server, without a path")
    return text


def reached_at(host: str, port: int | str) -> str:
    """Return where this machine reaches what is served at a host, which may be every one it has."""
    reached = EVERYWHERE.get(host, host)
    return f"http://[{reached}]:{port}" if ":" in reached else f"http://{reached}:{port}"


def schema_url(base: str, type_: str) -> str:
    """Return where the publisher of a CloudEvents type serves the JSON Schema of its data."""
    publisher = type_.split(".")[2]
    return f"{base}/{publisher}/schemas/{type_}.json"
