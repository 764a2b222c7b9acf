-- +goose Up
-- Ways in. The epoch changes with every secret and right of an account: a web
-- session that began under another one has ended. Wrong PINs are counted apart
-- from wrong passwords, and only a whole login begins that count anew.
--
-- Single sign-on: identity is SHA-256 over issuer and subject, so that no number
-- of another register stands here; sign_on is what the identity provider calls
-- the person, by which the account is found the first time.

ALTER TABLE account
    ADD COLUMN epoch       uuid NOT NULL DEFAULT gen_random_uuid(),
    ADD COLUMN pin_failed  integer NOT NULL DEFAULT 0,
    ADD COLUMN sign_on     text CONSTRAINT account_sign_on_key UNIQUE CHECK (sign_on = lower(sign_on) AND sign_on <> ''),
    ADD COLUMN identity    bytea CONSTRAINT account_identity_key UNIQUE CHECK (length(identity) = 32),
    ADD COLUMN identity_at timestamptz;

-- +goose Down
ALTER TABLE account DROP COLUMN identity_at, DROP COLUMN identity, DROP COLUMN sign_on, DROP COLUMN pin_failed, DROP COLUMN epoch;
