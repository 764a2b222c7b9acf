-- +goose Up
-- Mails on their way. No election data: a mail is written when its act is on disk,
-- tried until the mail server takes it, and emptied then. The id stays a while, so
-- that the same mail is not written again.

CREATE TABLE mail_outbox (
    id        text PRIMARY KEY,
    person    text NOT NULL, -- who it is to; '' for nobody known here
    recipient text NOT NULL,
    subject   text NOT NULL,
    body      text NOT NULL,
    calendar  bytea,
    made      timestamptz NOT NULL,
    due       timestamptz NOT NULL, -- of the next try; while one is on, when its time is up
    tries     integer NOT NULL DEFAULT 0,
    ended     timestamptz -- sent or given up
);
CREATE INDEX mail_outbox_due ON mail_outbox (due) WHERE ended IS NULL;
CREATE INDEX mail_outbox_by_person ON mail_outbox (person);

-- +goose Down
DROP TABLE mail_outbox;
