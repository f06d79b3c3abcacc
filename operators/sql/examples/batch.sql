-- Candidates from files, gathered by query and ranked in batch mode, the three best to files.

SET 'execution.runtime-mode' = 'batch';

CREATE TABLE candidates (
  query STRING,
  id STRING,
  passage STRING
) WITH (
  'connector' = 'filesystem',
  'path' = '/data/candidates',
  'format' = 'json'
);

CREATE TABLE best (
  query STRING,
  place INT,
  id STRING,
  score DOUBLE,
  status STRING,
  error STRING
) WITH (
  'connector' = 'filesystem',
  'path' = '/data/best',
  'format' = 'json'
);

CREATE TEMPORARY FUNCTION RERANK_TABLE AS 'dev.flinkreranker.sql.RerankTable';

INSERT INTO best
SELECT q.query, r.`rank`, r.id, r.score, r.status, r.error
FROM (
  SELECT query, ARRAY_AGG(CAST(ROW(id, passage) AS ROW<id STRING, text STRING>)) AS documents
  FROM candidates
  GROUP BY query
) AS q,
LATERAL TABLE(RERANK_TABLE(q.query, q.documents, 'model=/models/small, top-n=3')) AS r;
