#!/usr/bin/env bash
# Sends a request and prints the results so far, with Kafka's own console tools.
#
#   console.sh localhost:9092 rerank.requests rerank.results
set -euo pipefail

servers=$1 requests=$2 results=$3

# The key, a bar, the request in one line.
kafka-console-producer.sh --bootstrap-server "$servers" --topic "$requests" \
  --reader-property parse.key=true --reader-property key.separator='|' <<'END'
console-1|{"request_id": "console-1", "query": "what makes vitamin D?", "documents": [{"id": "a", "text": "a red car"}, {"id": "b", "text": "the sun lets the skin make vitamin D"}]}
END

# Results that are not committed may be computed once more, so only committed ones are read.
# It ends when nothing new came for ten seconds.
kafka-console-consumer.sh --bootstrap-server "$servers" --topic "$results" --from-beginning \
  --isolation-level read_committed --timeout-ms 10000 --formatter-property print.key=true
