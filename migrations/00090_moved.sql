-- +goose Up
-- What left its desk: the postings that the three-way balance follows. An envelope
-- that is received is in none of them, so that its own entry costs nothing more.
CREATE INDEX posting_moved ON posting (item) WHERE holder <> 'voter' AND (delta < 0 OR NOT starts_with(holder, 'desk:'));

-- +goose Down
DROP INDEX posting_moved;
