-- +goose Up
-- The log of printed forms, and what stood on them. The content may hold names
-- of staff, so it stands outside the journal, which holds a salted commitment to
-- it; it may be erased after the retention date and the log stays valid.

CREATE TABLE printout (
    id      text PRIMARY KEY,
    seq     bigint NOT NULL,
    doc     jsonb  NOT NULL,
    form    text   GENERATED ALWAYS AS (doc->>'form') STORED,
    running bigint GENERATED ALWAYS AS ((doc->>'running')::bigint) STORED,
    subject text   GENERATED ALWAYS AS (doc->>'subject') STORED,
    place   text   GENERATED ALWAYS AS (doc->>'place') STORED
);
CREATE INDEX printout_by_form ON printout (form, running);
CREATE INDEX printout_by_subject ON printout (subject, seq);
CREATE INDEX printout_by_seq ON printout (seq);

CREATE TABLE printout_content (
    printout   text PRIMARY KEY,
    salt       bytea NOT NULL CHECK (length(salt) = 16),
    printed_by text  NOT NULL,
    content    bytea NOT NULL
);

-- +goose Down
DROP TABLE printout_content;
DROP TABLE printout;
