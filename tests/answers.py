"""What holds of every answer that a test's client gets, whatever the test is of."""

import httpx


async def check_answer(answer: httpx.Response) -> None:
    """Check that what was made says where it is read, and that a refusal says where and what."""
    await answer.aread()
    what = f"{answer.request.method} {answer.request.url.path} {answer.status_code}: {answer.text}"
    if answer.status_code == 201:
        assert answer.headers.get("location", "").startswith("/"), what
    if answer.status_code == 409:
        problem = answer.json()
        assert problem["errors"], what
        assert all({"pointer", "parameter"} & fault.keys() for fault in problem["errors"]), what
