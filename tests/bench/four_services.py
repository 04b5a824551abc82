"""All four services in one process, empty, as the settings in the environment say."""

import sys

from deploy.services import SERVICES
from libs.common.runtime.process import run

if __name__ == "__main__":
    sys.exit(run(SERVICES, sys.argv[1:]))
