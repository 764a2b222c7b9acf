-- +goose Up
-- The base records. Each table holds the latest state of one kind of record;
-- the truth is the journal, and "brevstemme verify" compares them. Columns beside
-- doc are generated from it, so they cannot disagree with it.

CREATE TABLE election (
    id    text PRIMARY KEY,
    seq   bigint NOT NULL,
    doc   jsonb  NOT NULL,
    state text GENERATED ALWAYS AS (doc->>'state') STORED,
    day   text GENERATED ALWAYS AS (doc->>'date') STORED
);

CREATE TABLE place (
    id   text PRIMARY KEY,
    seq  bigint NOT NULL,
    doc  jsonb  NOT NULL,
    name text COLLATE "da-x-icu" GENERATED ALWAYS AS (doc->>'name') STORED,
    kind text GENERATED ALWAYS AS (doc->>'kind') STORED
);

CREATE TABLE session (
    id     text PRIMARY KEY,
    seq    bigint NOT NULL,
    doc    jsonb  NOT NULL,
    place  text        GENERATED ALWAYS AS (doc->>'place') STORED,
    state  text        GENERATED ALWAYS AS (doc->>'state') STORED,
    starts timestamptz GENERATED ALWAYS AS (brev_instant(doc->>'starts')) STORED,
    ends   timestamptz GENERATED ALWAYS AS (brev_instant(doc->>'ends')) STORED,
    elections jsonb    GENERATED ALWAYS AS (doc->'elections') STORED
);
CREATE INDEX session_by_time ON session (starts, place);
CREATE INDEX session_by_place ON session (place, starts);
CREATE INDEX session_by_election ON session USING gin (elections);

CREATE TABLE person (
    id   text PRIMARY KEY,
    seq  bigint NOT NULL,
    doc  jsonb  NOT NULL
);

CREATE TABLE container (
    id       text PRIMARY KEY,
    seq      bigint NOT NULL,
    doc      jsonb  NOT NULL,
    state    text GENERATED ALWAYS AS (doc->>'state') STORED,
    holder   text GENERATED ALWAYS AS (doc->>'holder') STORED,
    election text GENERATED ALWAYS AS (doc->>'election') STORED,
    session  text GENERATED ALWAYS AS (doc->>'session') STORED
);
CREATE INDEX container_by_holder ON container (holder);
CREATE INDEX container_by_session ON container (session);

-- A seal number is used once in the life of the database: it is the key.
CREATE TABLE seal (
    id        text PRIMARY KEY,
    seq       bigint NOT NULL,
    doc       jsonb  NOT NULL,
    state     text GENERATED ALWAYS AS (doc->>'state') STORED,
    holder    text GENERATED ALWAYS AS (doc->>'holder') STORED,
    container text GENERATED ALWAYS AS (doc->>'container') STORED
);
CREATE INDEX seal_by_holder ON seal (holder);

CREATE TABLE handover (
    id       text PRIMARY KEY,
    seq      bigint NOT NULL,
    doc      jsonb  NOT NULL,
    state    text GENERATED ALWAYS AS (doc->>'state') STORED,
    election text GENERATED ALWAYS AS (doc->>'election') STORED,
    from_place text GENERATED ALWAYS AS (doc->>'from') STORED,
    to_place   text GENERATED ALWAYS AS (doc->>'to') STORED,
    courier  text GENERATED ALWAYS AS (doc->>'courier') STORED
);
CREATE INDEX handover_open ON handover (state) WHERE state IN ('offered', 'in_transit', 'counted', 'recount');

CREATE TABLE deviation (
    id       text PRIMARY KEY,
    seq      bigint NOT NULL,
    doc      jsonb  NOT NULL,
    state    text GENERATED ALWAYS AS (doc->>'state') STORED,
    kind     text GENERATED ALWAYS AS (doc->>'type') STORED,
    election text GENERATED ALWAYS AS (doc->>'election') STORED,
    place    text GENERATED ALWAYS AS (doc->>'place') STORED,
    owner    text GENERATED ALWAYS AS (doc->>'owner') STORED
);

-- Personal data of staff: never in the journal, erased after the retention date.
CREATE TABLE person_private (
    person text PRIMARY KEY,
    name   text COLLATE "da-x-icu" NOT NULL,
    phone  text NOT NULL DEFAULT '',
    email  text NOT NULL DEFAULT '',
    salt   bytea NOT NULL CHECK (length(salt) = 16)
);

-- Log-ins. Credentials are no election data and stand outside the journal.
CREATE TABLE account (
    login    text PRIMARY KEY CHECK (login = lower(login)),
    person   text NOT NULL UNIQUE,
    password text NOT NULL,           -- argon2id, PHC string
    pin      text NOT NULL DEFAULT '',-- argon2id, for switching persons at a shared PC
    card     text UNIQUE,             -- staff card serial
    disabled boolean NOT NULL DEFAULT false,
    failed   integer NOT NULL DEFAULT 0,
    blocked_until timestamptz,
    lang     text NOT NULL DEFAULT 'da'
);

-- Web sessions; the name is what scs looks for.
CREATE TABLE sessions (
    token  text PRIMARY KEY,
    data   bytea NOT NULL,
    expiry timestamptz NOT NULL
);
CREATE INDEX sessions_expiry ON sessions (expiry);

-- +goose Down
DROP TABLE sessions, account, person_private, deviation, handover, seal, container, person, session, place, election;
