-- +goose Up
-- When the giver signed: the board asks for the last days, not for all.
ALTER TABLE handover ADD COLUMN given timestamptz GENERATED ALWAYS AS (brev_instant(doc->'giver'->>'at')) STORED;
CREATE INDEX handover_by_given ON handover (given);

-- +goose Down
ALTER TABLE handover DROP COLUMN given;
