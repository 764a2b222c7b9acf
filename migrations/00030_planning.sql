-- +goose Up
-- The plan: what libraries and Borgerservice agree on, what was published when,
-- what changed after, warnings that were accepted, and the polling districts.

CREATE TABLE agreement (
    id     text PRIMARY KEY,
    seq    bigint NOT NULL,
    doc    jsonb  NOT NULL,
    place  text GENERATED ALWAYS AS (doc->>'place') STORED,
    state  text GENERATED ALWAYS AS (doc->>'state') STORED,
    series text GENERATED ALWAYS AS (doc->>'series') STORED
);
CREATE INDEX agreement_by_series ON agreement (series);
CREATE INDEX agreement_open ON agreement (place) WHERE state IN ('proposed', 'countered', 'declined');

CREATE TABLE plan_version (
    id       text PRIMARY KEY,
    seq      bigint NOT NULL,
    doc      jsonb  NOT NULL,
    election text    GENERATED ALWAYS AS (doc->>'election') STORED,
    number   integer GENERATED ALWAYS AS ((doc->>'number')::integer) STORED
);
CREATE UNIQUE INDEX plan_version_by_election ON plan_version (election, number);

CREATE TABLE plan_notice (
    id       text PRIMARY KEY,
    seq      bigint NOT NULL,
    doc      jsonb  NOT NULL,
    election text GENERATED ALWAYS AS (doc->>'election') STORED,
    session  text GENERATED ALWAYS AS (doc->>'session') STORED,
    place    text GENERATED ALWAYS AS (doc->>'place') STORED,
    at       timestamptz GENERATED ALWAYS AS (brev_instant(doc->>'at')) STORED
);
CREATE INDEX plan_notice_by_election ON plan_notice (election, at);

CREATE TABLE plan_ticks (
    id  text PRIMARY KEY,
    seq bigint NOT NULL,
    doc jsonb  NOT NULL
);

CREATE TABLE district (
    id     text PRIMARY KEY,
    seq    bigint NOT NULL,
    doc    jsonb  NOT NULL,
    municipality text GENERATED ALWAYS AS (doc->>'municipality') STORED,
    number integer GENERATED ALWAYS AS ((doc->>'number')::integer) STORED
);
CREATE INDEX district_by_municipality ON district (municipality, number);

-- +goose Down
DROP TABLE district, plan_ticks, plan_notice, plan_version, agreement;
