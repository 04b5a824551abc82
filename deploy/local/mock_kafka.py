"""librdkafka's mock cluster in a process of its own: ``python -m deploy.local.mock_kafka FILE``.

It stands in for Apache Kafka where there is no Java. It makes a topic on first use, with four
partitions, refuses to create one when asked to, and keeps everything in memory.
"""

import signal
import sys
from pathlib import Path

from confluent_kafka import Producer


def main(address_file: Path) -> None:
    """Write where the cluster listens to a file, and serve until a signal comes."""
    signals = {signal.SIGTERM, signal.SIGINT}
    # Blocked before librdkafka starts its threads, so that the signal is left for us to take.
    signal.pthread_sigmask(signal.SIG_BLOCK, signals)
    producer = Producer({"test.mock.num.brokers": 1})
    (broker,) = producer.list_topics(timeout=10).brokers.values()
    written = address_file.with_suffix(".part")
    written.write_text(f"{broker.host}:{broker.port}")
    written.replace(address_file)
    signal.sigwait(signals)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
