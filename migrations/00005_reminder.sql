-- +goose Up
-- What the program told whom, and when: alarms, missing answers, missing receipts.

CREATE TABLE reminder (
    id     text PRIMARY KEY,
    seq    bigint NOT NULL,
    doc    jsonb  NOT NULL,
    person text        GENERATED ALWAYS AS (doc->>'person') STORED,
    told   timestamptz GENERATED ALWAYS AS (brev_instant(doc->>'told')) STORED,
    unseen boolean     GENERATED ALWAYS AS (NOT doc ? 'seen') STORED
);
CREATE INDEX reminder_by_person ON reminder (person, told DESC);
CREATE INDEX reminder_by_time ON reminder (told DESC);

-- +goose Down
DROP TABLE reminder;
