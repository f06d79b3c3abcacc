#!/usr/bin/env bash
# Sends a request and prints the results and dead letters so far, with Kafka's own console tools (4.2 or later).
#
#   console.sh localhost:9092 rerank.requests rerank.results rerank.dead-letters
set -euo pipefail

servers=$1 requests=$2 results=$3 dead_letters=$4

# The key, a bar, the request in one line.
kafka-console-producer.sh --bootstrap-server "$servers" --topic "$requests" \
  --reader-property parse.key=true --reader-property key.separator='|' <<'END'
console-1|{"request_id": "console-1", "query": "what makes vitamin D?", "documents": [{"id": "a", "text": "a red car"}, {"id": "b", "text": "the sun lets the skin make vitamin D"}]}
END

# Every request ends in one of the two topics; a dead letter says why in its headers. Results that are not
# committed may be computed once more, so only committed ones are read. It ends when nothing new came for
# thirty seconds (PATIENCE_MS says otherwise): an answer takes as long as a checkpoint.
kafka-console-consumer.sh --bootstrap-server "$servers" --include "\\Q$results\\E|\\Q$dead_letters\\E" --from-beginning \
  --isolation-level read_committed --timeout-ms "${PATIENCE_MS:-30000}" --formatter-property print.key=true \
  --formatter-property print.headers=true
