-- Requests from one Kafka topic, ranked results to another, each exactly once.

SET 'execution.checkpointing.interval' = '1 s';
-- How many rows each parallel instance hands to the engine at once. Flink's own 10 is too few.
SET 'table.exec.async-ml-predict.max-concurrent-operations' = '128';

CREATE TABLE requests (
  request_id STRING,
  query STRING,
  documents ARRAY<ROW<id STRING, text STRING>>
) WITH (
  'connector' = 'kafka',
  'topic' = 'requests',
  'properties.bootstrap.servers' = 'localhost:9092',
  'properties.group.id' = 'rerank-sql',
  'properties.isolation.level' = 'read_committed',
  'scan.startup.mode' = 'earliest-offset',
  'format' = 'json'
);

CREATE TABLE results (
  request_id STRING,
  ranked ARRAY<ROW<id STRING, score DOUBLE>>,
  status STRING,
  error STRING
) WITH (
  'connector' = 'kafka',
  'topic' = 'results',
  'properties.bootstrap.servers' = 'localhost:9092',
  'properties.transaction.timeout.ms' = '600000',
  'sink.delivery-guarantee' = 'exactly-once',
  'sink.transactional-id-prefix' = 'rerank-sql',
  'format' = 'json'
);

CREATE MODEL reranker
INPUT (query STRING, documents ARRAY<ROW<id STRING, text STRING>>)
OUTPUT (ranked ARRAY<ROW<id STRING, score DOUBLE>>, status STRING, error STRING)
WITH (
  'provider' = 'reranker',
  'model' = '/models/small',
  'top-n' = '10'
);

INSERT INTO results
SELECT request_id, ranked, status, error
FROM ML_PREDICT(TABLE requests, MODEL reranker, DESCRIPTOR(query, documents));
