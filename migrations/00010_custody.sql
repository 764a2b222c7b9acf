-- +goose Up
-- Days that were signed off, couriers' one-time links, and the way from a
-- container to the entries that moved it.

CREATE TABLE day_close (
    id  text PRIMARY KEY,
    seq bigint NOT NULL,
    doc jsonb  NOT NULL
);

-- Few rows: containers move rarely. The counting at the desk does not touch it.
CREATE INDEX posting_of_box ON posting (item) WHERE item LIKE 'box:%';

CREATE INDEX handover_by_from ON handover (from_place, seq);
CREATE INDEX handover_by_to ON handover (to_place, seq);

-- A link lets a courier sign for one leg without an account. Only hashes are
-- kept: who reads the table cannot use a link.
CREATE TABLE courier_link (
    token    bytea PRIMARY KEY CHECK (length(token) = 32), -- SHA-256 of the token
    handover text NOT NULL,
    courier  text NOT NULL,
    pin      text NOT NULL,                -- argon2id, PHC string
    device   bytea,                        -- SHA-256 of the cookie of the first device that opened it
    failed   integer NOT NULL DEFAULT 0,
    made_by  text NOT NULL,
    expires  timestamptz NOT NULL,
    used     timestamptz,
    blocked  timestamptz
);
CREATE INDEX courier_link_by_handover ON courier_link (handover);

-- +goose Down
DROP TABLE courier_link, day_close;
DROP INDEX posting_of_box, handover_by_from, handover_by_to;
