-- +goose Up
-- PCs of a session's desk that were declared lost with events waiting on them.
CREATE TABLE lost_desk (
    id      text PRIMARY KEY,
    seq     bigint NOT NULL,
    doc     jsonb  NOT NULL,
    session text GENERATED ALWAYS AS (doc->>'session') STORED,
    device  text GENERATED ALWAYS AS (doc->>'device') STORED
);
CREATE INDEX lost_desk_by_session ON lost_desk (session);

-- +goose Down
DROP TABLE lost_desk;
