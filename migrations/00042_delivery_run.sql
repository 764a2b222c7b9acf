-- +goose Up
-- Drives from Borgerservice to several polling stations.
CREATE TABLE delivery_run (
    id       text PRIMARY KEY,
    seq      bigint NOT NULL,
    doc      jsonb  NOT NULL,
    election text GENERATED ALWAYS AS (doc->>'election') STORED,
    driver   text GENERATED ALWAYS AS (doc->>'driver') STORED
);
CREATE INDEX delivery_run_by_election ON delivery_run (election);

-- +goose Down
DROP TABLE delivery_run;
