-- +goose Up
-- What every envelope pays for at the desk, and nobody reads, goes. The few
-- entries that are looked up by kind or by container keep an index of their own.

DROP INDEX journal_entry_by_kind;
CREATE INDEX journal_entry_rarer ON journal_entry (seq) WHERE kind <> 'envelope.received';

DROP INDEX posting_by_holder;
CREATE INDEX posting_of_container ON posting (holder) WHERE holder LIKE 'container:%';

-- Client ids are only ever compared for equality: bytes will do, whatever the
-- language of the database.
ALTER TABLE journal_entry ALTER COLUMN client_id TYPE text COLLATE "C";

-- "No holder but a source has less than nothing" is a plain constraint: the
-- appender updates the rows that are there and inserts those that are not, so
-- no half-way figure is ever looked at.
DROP TRIGGER balance_added ON balance;
DROP TRIGGER balance_changed ON balance;
DROP FUNCTION brev_not_negative;
ALTER TABLE balance ADD CONSTRAINT balance_not_negative
    CHECK (n >= 0 OR split_part(holder, ':', 1) IN ('voter', 'ministry', 'registry', 'origin', 'difference'));

-- Room beside the rows that change with every batch, so that a new version
-- needs no new index entries.
ALTER TABLE balance SET (fillfactor = 50);
ALTER TABLE journal_head SET (fillfactor = 10);

-- +goose Down
ALTER TABLE journal_entry ALTER COLUMN client_id TYPE text;
ALTER TABLE journal_head RESET (fillfactor);
ALTER TABLE balance RESET (fillfactor);
ALTER TABLE balance DROP CONSTRAINT balance_not_negative;
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
DROP INDEX posting_of_container, journal_entry_rarer;
CREATE INDEX posting_by_holder ON posting (holder, item);
CREATE INDEX journal_entry_by_kind ON journal_entry (kind, seq);
