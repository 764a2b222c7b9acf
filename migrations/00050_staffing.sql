-- +goose Up
-- The roster: who is appointed and taught, what people wish, and their shifts.

CREATE TABLE appointment (
    id       text PRIMARY KEY,
    seq      bigint NOT NULL,
    doc      jsonb  NOT NULL,
    person   text GENERATED ALWAYS AS (doc->>'person') STORED,
    election text GENERATED ALWAYS AS (doc->>'election') STORED
);
CREATE INDEX appointment_by_person ON appointment (person);

CREATE TABLE instruction (
    id     text PRIMARY KEY,
    seq    bigint NOT NULL,
    doc    jsonb  NOT NULL,
    person text GENERATED ALWAYS AS (doc->>'person') STORED
);
CREATE INDEX instruction_by_person ON instruction (person);

CREATE TABLE wish (
    id       text PRIMARY KEY,
    seq      bigint NOT NULL,
    doc      jsonb  NOT NULL,
    person   text GENERATED ALWAYS AS (doc->>'person') STORED,
    election text GENERATED ALWAYS AS (doc->>'election') STORED
);

CREATE TABLE shift (
    id       text PRIMARY KEY,
    seq      bigint NOT NULL,
    doc      jsonb  NOT NULL,
    session  text GENERATED ALWAYS AS (doc->>'session') STORED,
    place    text GENERATED ALWAYS AS (doc->>'place') STORED,
    person   text GENERATED ALWAYS AS (doc->>'person') STORED,
    state    text GENERATED ALWAYS AS (doc->>'state') STORED,
    stand_in boolean GENERATED ALWAYS AS ((doc->>'stand_in')::boolean) STORED,
    from_at  timestamptz GENERATED ALWAYS AS (brev_instant(doc->>'from')) STORED,
    until_at timestamptz GENERATED ALWAYS AS (brev_instant(doc->>'until')) STORED,
    -- Nobody is at two places at once. End to start is fine: the range is half
    -- open. Deferred, since a swap moves two people at the same moment.
    CONSTRAINT shift_no_double_booking EXCLUDE USING gist (
        person WITH =, tstzrange(brev_instant(doc->>'from'), brev_instant(doc->>'until')) WITH &&
    ) WHERE (doc->>'state' IN ('proposed', 'approved', 'confirmed', 'offered') AND NOT (doc->>'stand_in')::boolean)
      DEFERRABLE INITIALLY DEFERRED
);
CREATE INDEX shift_by_session ON shift (session);
CREATE INDEX shift_by_time ON shift (from_at, place);

-- Calendar feeds: the address is a secret, so only its hash is kept. No election
-- data: a new address replaces the old one, which then opens nothing.
CREATE TABLE calendar_feed (
    person text PRIMARY KEY,
    token  bytea NOT NULL UNIQUE CHECK (length(token) = 32),
    made   timestamptz NOT NULL
);

-- +goose Down
DROP TABLE calendar_feed, shift, wish, instruction, appointment;
