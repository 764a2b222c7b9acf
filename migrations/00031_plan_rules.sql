-- +goose Up
-- The rules that a plan is made from, and the hours that other lists publish.

CREATE TABLE plan_pattern (
    id  text PRIMARY KEY,
    seq bigint NOT NULL,
    doc jsonb  NOT NULL
);

CREATE TABLE plan_elsewhere (
    id  text PRIMARY KEY,
    seq bigint NOT NULL,
    doc jsonb  NOT NULL
);

-- +goose Down
DROP TABLE plan_elsewhere, plan_pattern;
