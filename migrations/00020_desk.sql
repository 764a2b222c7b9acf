-- +goose Up
-- The counter: every event at a desk, the versions of lists and notices and
-- where they hang, emergency forms, and the desks' signs of life.

CREATE TABLE desk_event (
    id          text PRIMARY KEY,
    seq         bigint NOT NULL,
    doc         jsonb  NOT NULL,
    session     text    GENERATED ALWAYS AS (doc->>'session') STORED,
    place       text    GENERATED ALWAYS AS (doc->>'place') STORED,
    election    text    GENERATED ALWAYS AS (doc->>'election') STORED,
    act         text    GENERATED ALWAYS AS (doc->>'act') STORED,
    destination text    GENERATED ALWAYS AS (doc->>'destination') STORED,
    what        text    GENERATED ALWAYS AS (doc->>'what') STORED,
    person      text    GENERATED ALWAYS AS (doc->>'person') STORED,
    n           integer GENERATED ALWAYS AS ((doc->>'n')::integer) STORED,
    undone      boolean GENERATED ALWAYS AS (doc->>'undone_by' <> '') STORED,
    late        boolean GENERATED ALWAYS AS ((doc->>'late')::boolean) STORED,
    at          timestamptz GENERATED ALWAYS AS (brev_instant(doc->>'at')) STORED
);
CREATE INDEX desk_event_by_session ON desk_event (session, seq);
CREATE INDEX desk_event_by_place ON desk_event (place, election, at) WHERE act = 'receive' AND NOT undone;

CREATE TABLE list_version (
    id       text PRIMARY KEY,
    seq      bigint NOT NULL,
    doc      jsonb  NOT NULL,
    election text GENERATED ALWAYS AS (doc->>'election') STORED,
    kind     text GENERATED ALWAYS AS (doc->>'kind') STORED
);

CREATE TABLE notice (
    id       text PRIMARY KEY,
    seq      bigint NOT NULL,
    doc      jsonb  NOT NULL,
    version  text GENERATED ALWAYS AS (doc->>'version') STORED,
    election text GENERATED ALWAYS AS (doc->>'election') STORED,
    place    text GENERATED ALWAYS AS (doc->>'place') STORED,
    up_at    timestamptz GENERATED ALWAYS AS (brev_instant(doc->>'up_at')) STORED,
    down_at  timestamptz GENERATED ALWAYS AS (brev_instant(doc->>'down_at')) STORED
);
CREATE INDEX notice_by_version ON notice (version);
CREATE INDEX notice_by_place ON notice (place) WHERE down_at IS NULL;

CREATE TABLE pad (
    id    text PRIMARY KEY,
    seq   bigint NOT NULL,
    doc   jsonb  NOT NULL,
    place text GENERATED ALWAYS AS (doc->>'place') STORED
);

CREATE TABLE pad_form (
    id      text PRIMARY KEY,
    seq     bigint NOT NULL,
    doc     jsonb  NOT NULL,
    pad     text GENERATED ALWAYS AS (doc->>'pad') STORED,
    place   text GENERATED ALWAYS AS (doc->>'place') STORED,
    session text GENERATED ALWAYS AS (doc->>'session') STORED,
    state   text GENERATED ALWAYS AS (doc->>'state') STORED
);
CREATE INDEX pad_form_by_pad ON pad_form (pad);
CREATE INDEX pad_form_by_place ON pad_form (place, state);

-- A desk that is alive says so every few seconds. No election data: it is
-- overwritten, and nothing depends on it but the coordinator's board.
CREATE TABLE desk_sign (
    session text NOT NULL,
    device  text NOT NULL,
    seen    timestamptz NOT NULL,
    waiting integer NOT NULL DEFAULT 0,
    PRIMARY KEY (session, device)
);

-- +goose Down
DROP TABLE desk_sign, pad_form, pad, notice, list_version, desk_event;
