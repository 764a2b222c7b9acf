-- +goose Up
-- What elections before this program received, place by place and day by day:
-- the past that the forecast stands on the first time.

CREATE TABLE earlier_votes (
    id  text PRIMARY KEY,
    seq bigint NOT NULL,
    doc jsonb  NOT NULL
);

-- +goose Down
DROP TABLE earlier_votes;
