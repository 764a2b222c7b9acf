-- +goose Up
-- What an import said of its list, so that its page can be read again.

CREATE TABLE plan_import (
    id  text PRIMARY KEY,
    seq bigint NOT NULL,
    doc jsonb  NOT NULL
);

-- +goose Down
DROP TABLE plan_import;
