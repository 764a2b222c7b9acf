-- +goose Up
-- The journal: append-only, hash-chained, double-entry. docs/journal-format.md.

-- +goose StatementBegin
CREATE FUNCTION brev_instant(text) RETURNS timestamptz LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN $1::timestamptz; -- immutable because the text always carries its offset
-- +goose StatementEnd

-- +goose StatementBegin
CREATE FUNCTION brev_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the journal is append-only: % on % is refused', TG_OP, TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
END $$;
-- +goose StatementEnd

CREATE TABLE journal_entry (
    seq       bigint PRIMARY KEY CHECK (seq > 0),
    kind      text NOT NULL,
    election  text NOT NULL,
    place     text NOT NULL,
    client_id text NOT NULL UNIQUE,
    at        timestamptz NOT NULL,
    recorded  timestamptz NOT NULL,
    body      bytea NOT NULL,          -- the canonical bytes: the truth; the columns beside are read from it
    prev      bytea NOT NULL UNIQUE CHECK (length(prev) = 32), -- unique: the chain cannot fork
    hash      bytea NOT NULL CHECK (length(hash) = 32)
);
-- Few indexes: every one is paid for at the desk, with each envelope.
CREATE INDEX journal_entry_by_kind ON journal_entry (kind, seq);

CREATE TABLE posting (
    seq    bigint NOT NULL, -- of the entry; "verify" holds both tables together, a foreign key would cost more than the count itself
    holder text NOT NULL,
    item   text NOT NULL,
    delta  bigint NOT NULL CHECK (delta <> 0)
);
CREATE INDEX posting_by_holder ON posting (holder, item);

CREATE TABLE checkpoint (
    seq  bigint PRIMARY KEY,
    note text NOT NULL,
    made timestamptz NOT NULL
);

-- +goose StatementBegin
CREATE FUNCTION brev_sums_to_zero() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM added GROUP BY seq, item HAVING sum(delta) <> 0) THEN
        RAISE EXCEPTION 'postings do not sum to zero' USING ERRCODE = 'check_violation', CONSTRAINT = 'posting_sums_to_zero', TABLE = 'posting';
    END IF;
    RETURN NULL;
END $$;
-- +goose StatementEnd
CREATE TRIGGER posting_sums AFTER INSERT ON posting REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION brev_sums_to_zero();

CREATE TRIGGER journal_entry_fixed BEFORE UPDATE OR DELETE OR TRUNCATE ON journal_entry FOR EACH STATEMENT EXECUTE FUNCTION brev_append_only();
CREATE TRIGGER posting_fixed BEFORE UPDATE OR DELETE OR TRUNCATE ON posting FOR EACH STATEMENT EXECUTE FUNCTION brev_append_only();
CREATE TRIGGER checkpoint_fixed BEFORE UPDATE OR DELETE OR TRUNCATE ON checkpoint FOR EACH STATEMENT EXECUTE FUNCTION brev_append_only();

-- The head: one row, locked by whoever appends.
CREATE TABLE journal_head (
    one  boolean PRIMARY KEY DEFAULT true CHECK (one),
    seq  bigint NOT NULL,
    hash bytea NOT NULL
);
INSERT INTO journal_head (seq, hash) VALUES (0, decode(repeat('00', 32), 'hex'));

-- Who has what now: a projection of posting.
CREATE TABLE balance (
    holder text NOT NULL,
    item   text NOT NULL,
    n      bigint NOT NULL,
    PRIMARY KEY (holder, item)
);

-- +goose StatementBegin
CREATE FUNCTION brev_not_negative() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM changed WHERE n < 0 AND split_part(holder, ':', 1) NOT IN ('voter', 'ministry', 'registry', 'origin', 'difference')) THEN
        RAISE EXCEPTION 'a holder would have less than nothing' USING ERRCODE = 'check_violation', CONSTRAINT = 'balance_not_negative', TABLE = 'balance';
    END IF;
    RETURN NULL;
END $$;
-- +goose StatementEnd
CREATE TRIGGER balance_added AFTER INSERT ON balance REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION brev_not_negative();
CREATE TRIGGER balance_changed AFTER UPDATE ON balance REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION brev_not_negative();

REVOKE ALL ON journal_entry, posting, checkpoint, journal_head, balance FROM brevstemme_app;
GRANT SELECT, INSERT ON journal_entry, posting, checkpoint TO brevstemme_app;
GRANT SELECT, UPDATE ON journal_head TO brevstemme_app;
GRANT SELECT, INSERT, UPDATE ON balance TO brevstemme_app;

-- +goose Down
DROP TABLE balance, journal_head, checkpoint, posting, journal_entry;
DROP FUNCTION brev_not_negative, brev_sums_to_zero, brev_append_only, brev_instant;
