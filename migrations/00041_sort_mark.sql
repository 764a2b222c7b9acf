-- +goose Up
-- The sorting screen: every envelope or packet that was put on a pile.
CREATE TABLE sort_mark (
    id      text PRIMARY KEY,
    seq     bigint NOT NULL,
    doc     jsonb  NOT NULL,
    sorting text    GENERATED ALWAYS AS (doc->>'sorting') STORED,
    pass    integer GENERATED ALWAYS AS ((doc->>'pass')::integer) STORED,
    bin     text    GENERATED ALWAYS AS (doc->>'bin') STORED,
    n       integer GENERATED ALWAYS AS ((doc->>'n')::integer) STORED,
    undone  boolean GENERATED ALWAYS AS (doc->>'undone_by' <> '') STORED
);
CREATE INDEX sort_mark_by_sorting ON sort_mark (sorting, pass, seq);

-- +goose Down
DROP TABLE sort_mark;
