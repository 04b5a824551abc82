"""Says what differs where a check fails."""

import pytest

pytest.register_assert_rewrite("tests.faults.checks", "tests.faults.caller", "tests.faults.trial")
