#!/usr/bin/env python3
"""Sends a request and waits for its answer.

    pip install confluent-kafka        # or: apt-get install python3-confluent-kafka
    python3 rerank_example.py localhost:9092 rerank.requests rerank.results rerank.dead-letters
"""

import json
import sys
import time

from confluent_kafka import Consumer, Producer, TopicPartition

REQUEST = {
    "request_id": "python-1",
    "query": "what makes vitamin D?",
    "documents": [
        {"id": "a", "text": "a red car", "score": 2.5},
        {"id": "b", "text": "the sun lets the skin make vitamin D", "score": 1.5},
    ],
}


def answers(servers, topics):
    """A reader of what is committed from now on, of results and dead letters."""
    consumer = Consumer(
        {
            "bootstrap.servers": servers,
            "group.id": "rerank-example",
            "enable.auto.commit": False,
            # A result that is not committed may be computed once more. It is the default here.
            "isolation.level": "read_committed",
        }
    )
    partitions = []
    for topic in topics:
        for partition in consumer.list_topics(topic, timeout=30).topics[topic].partitions:
            _, end = consumer.get_watermark_offsets(TopicPartition(topic, partition), timeout=30)
            partitions.append(TopicPartition(topic, partition, end))
    consumer.assign(partitions)
    return consumer


def wait_for(consumer, key, seconds):
    """The first record of a key."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        record = consumer.poll(1.0)
        if record is not None and not record.error() and record.key() == key.encode():
            return record
    raise TimeoutError(f"no answer to {key} within {seconds} s")


def main(servers, requests, results, dead_letters):
    consumer = answers(servers, [results, dead_letters])
    producer = Producer({"bootstrap.servers": servers})
    # The key goes to the result, and requests of one key keep to one partition.
    producer.produce(requests, key=REQUEST["request_id"], value=json.dumps(REQUEST))
    producer.flush(30)

    record = wait_for(consumer, REQUEST["request_id"], seconds=60)
    headers = dict(record.headers() or [])
    if "rerank.error.code" in headers:
        print("no result:", headers["rerank.error.code"].decode())
        print(headers["rerank.error.message"].decode())
    else:
        result = json.loads(record.value())
        print(result["request_id"], result["status"])
        for document in result["results"]:
            print(document["id"], document["relevance_score"])
    consumer.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
