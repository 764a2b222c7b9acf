-- +goose Up
-- The end of the road: polling districts, sorting, carriers and consignments,
-- receiving from others, deliveries, outcomes, holds and destruction.

ALTER TABLE district
    ADD COLUMN name text COLLATE "da-x-icu" GENERATED ALWAYS AS (doc->>'name') STORED,
    ADD COLUMN retired boolean GENERATED ALWAYS AS (coalesce((doc->>'retired')::boolean, false)) STORED;

CREATE TABLE sorting (
    id       text PRIMARY KEY,
    seq      bigint NOT NULL,
    doc      jsonb  NOT NULL,
    state    text GENERATED ALWAYS AS (doc->>'state') STORED,
    election text GENERATED ALWAYS AS (doc->>'election') STORED,
    place    text GENERATED ALWAYS AS (doc->>'place') STORED,
    source   text GENERATED ALWAYS AS (doc->>'source') STORED
);
CREATE INDEX sorting_open ON sorting (source) WHERE state IN ('first', 'differs');

CREATE TABLE carrier (
    id      text PRIMARY KEY,
    seq     bigint NOT NULL,
    doc     jsonb  NOT NULL,
    name    text COLLATE "da-x-icu" GENERATED ALWAYS AS (doc->>'name') STORED,
    retired boolean GENERATED ALWAYS AS ((doc->>'retired')::boolean) STORED
);

CREATE TABLE consignment (
    id       text PRIMARY KEY,
    seq      bigint NOT NULL,
    doc      jsonb  NOT NULL,
    state    text GENERATED ALWAYS AS (doc->>'state') STORED,
    election text GENERATED ALWAYS AS (doc->>'election') STORED,
    to_code  text GENERATED ALWAYS AS (doc->>'to') STORED
);
CREATE INDEX consignment_by_election ON consignment (election, state);

-- The one-time codes of acknowledgements. A secret, so outside the journal; the
-- journal holds its hash in the consignment.
CREATE TABLE acknowledgement (
    token       text PRIMARY KEY,
    consignment text NOT NULL UNIQUE
);

-- Other installations whose manifests are believed: kommunekode and public key.
CREATE TABLE peer (
    id  text PRIMARY KEY,
    seq bigint NOT NULL,
    doc jsonb  NOT NULL
);

CREATE TABLE arrival (
    id       text PRIMARY KEY,
    seq      bigint NOT NULL,
    doc      jsonb  NOT NULL,
    state    text GENERATED ALWAYS AS (doc->>'state') STORED,
    election text GENERATED ALWAYS AS (doc->>'election') STORED,
    origin   text GENERATED ALWAYS AS (doc->>'from') STORED
);

CREATE TABLE district_merge (
    id       text PRIMARY KEY,
    seq      bigint NOT NULL,
    doc      jsonb  NOT NULL,
    election text GENERATED ALWAYS AS (doc->>'election') STORED
);

CREATE TABLE delivery (
    id       text PRIMARY KEY,
    seq      bigint NOT NULL,
    doc      jsonb  NOT NULL,
    state    text GENERATED ALWAYS AS (doc->>'state') STORED,
    election text GENERATED ALWAYS AS (doc->>'election') STORED,
    district text GENERATED ALWAYS AS (doc->>'district') STORED
);
CREATE INDEX delivery_by_election ON delivery (election, district);

CREATE TABLE examination (
    id       text PRIMARY KEY,
    seq      bigint NOT NULL,
    doc      jsonb  NOT NULL,
    election text GENERATED ALWAYS AS (doc->>'election') STORED,
    district text GENERATED ALWAYS AS (doc->>'district') STORED
);

CREATE TABLE late_lot (
    id       text PRIMARY KEY,
    seq      bigint NOT NULL,
    doc      jsonb  NOT NULL,
    election text GENERATED ALWAYS AS (doc->>'election') STORED
);

CREATE TABLE legal_hold (
    id       text PRIMARY KEY,
    seq      bigint NOT NULL,
    doc      jsonb  NOT NULL,
    election text GENERATED ALWAYS AS (doc->>'election') STORED
);

CREATE TABLE destruction (
    id       text PRIMARY KEY,
    seq      bigint NOT NULL,
    doc      jsonb  NOT NULL,
    election text GENERATED ALWAYS AS (doc->>'election') STORED
);

-- What moved to or from outside, for the protocol and the statistics.
CREATE INDEX posting_outside ON posting (seq)
    WHERE split_part(holder, ':', 1) IN ('voter', 'origin', 'municipality');

-- +goose Down
DROP INDEX posting_outside;
DROP TABLE destruction, legal_hold, late_lot, examination, delivery, district_merge, arrival, peer, acknowledgement, consignment, carrier, sorting;
ALTER TABLE district DROP COLUMN name, DROP COLUMN retired;
