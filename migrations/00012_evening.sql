-- +goose Up
-- What the municipality decided about the way home; one record.
CREATE TABLE evening (
    id  text PRIMARY KEY,
    seq bigint NOT NULL,
    doc jsonb  NOT NULL
);

-- +goose Down
DROP TABLE evening;
