"""Makes topics and schemas for `make up`, in one process: to import takes longer than the work.

``python -m deploy.local.made_ready [topics]``, told what the services are told.
"""

import os
import sys
from collections.abc import Mapping, Sequence

from deploy import topics
from deploy.services import SERVICES
from libs.common.runtime.process import migrate, read_settings, run_until_done


def main(arguments: Sequence[str], environ: Mapping[str, str]) -> int:
    """Carry it out; return the exit code."""
    run_until_done(migrate(SERVICES, read_settings(SERVICES, environ)))
    return topics.main(environ) if "topics" in arguments else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], os.environ))
