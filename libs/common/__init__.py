"""The machinery the four services stand on: transactions, events, the bus, HTTP and identity."""

import gc
from typing import Final

COLLECTS_AT: Final = (50_000, 50, 100)
"""The garbage collector's thresholds, in objects and in rounds of the generation before."""

# What a process imports stays, and a chunk of rows is freed as a whole, by its counts: the
# collector need not come round for every 700 objects made. A start takes a fifth less for it.
gc.set_threshold(*COLLECTS_AT)
