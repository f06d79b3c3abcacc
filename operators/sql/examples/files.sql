-- Pairs from files, their scores to files, as a stream, which ends by itself. Before Flink 2.3
-- ML_PREDICT is not planned in batch mode.

SET 'execution.runtime-mode' = 'streaming';
SET 'execution.checkpointing.interval' = '1 s';
SET 'table.exec.async-ml-predict.max-concurrent-operations' = '512';

CREATE TABLE candidates (
  query STRING,
  id STRING,
  passage STRING
) WITH (
  'connector' = 'filesystem',
  'path' = '/data/candidates',
  'format' = 'json'
);

CREATE TABLE scores (
  query STRING,
  id STRING,
  score DOUBLE,
  status STRING
) WITH (
  'connector' = 'filesystem',
  'path' = '/data/scores',
  'format' = 'json'
);

CREATE MODEL reranker
INPUT (query STRING, passage STRING)
OUTPUT (score DOUBLE, status STRING)
WITH (
  'provider' = 'reranker',
  'model' = '/models/small'
);

INSERT INTO scores
SELECT query, id, score, status
FROM ML_PREDICT(TABLE candidates, MODEL reranker, DESCRIPTOR(query, passage));
