-- +goose Up
-- Files that belong to handovers and deviations: signatures, scans of paper,
-- photos of seals, evidence. The journal holds each file's SHA-256; the bytes
-- stand here, once for each hash, and are never changed by the program.

CREATE TABLE attachment (
    id        text PRIMARY KEY,
    seq       bigint NOT NULL,
    doc       jsonb  NOT NULL,
    sha256    text   GENERATED ALWAYS AS (doc->>'sha256') STORED,
    handover  text   GENERATED ALWAYS AS (doc->>'handover') STORED,
    deviation text   GENERATED ALWAYS AS (doc->>'deviation') STORED
);
CREATE INDEX attachment_by_handover ON attachment (handover, seq) WHERE handover <> '';
CREATE INDEX attachment_by_deviation ON attachment (deviation, seq) WHERE deviation <> '';

CREATE TABLE attachment_content (
    sha256  text  PRIMARY KEY CHECK (sha256 = encode(sha256(content), 'hex')),
    content bytea NOT NULL CHECK (length(content) BETWEEN 1 AND 8388608)
);
REVOKE UPDATE, DELETE ON attachment_content FROM brevstemme_app;

-- +goose Down
DROP TABLE attachment_content, attachment;
