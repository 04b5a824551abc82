"""Says what differs where a check fails."""

import pytest

pytest.register_assert_rewrite(
    "tests.proof.faults.answering",
    "tests.proof.faults.checks",
    "tests.proof.faults.caller",
    "tests.proof.faults.trial",
)
