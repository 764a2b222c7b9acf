-- +goose Up
-- A batch is written only on the head it was decided on. Who decided on another
-- one (a second process was quicker) loads again and decides anew.

-- +goose StatementBegin
CREATE FUNCTION brev_same_head(moved bigint) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
    IF moved <> 1 THEN
        RAISE EXCEPTION 'the head of the journal has moved' USING ERRCODE = 'serialization_failure';
    END IF;
    RETURN true;
END $$;
-- +goose StatementEnd

-- +goose Down
DROP FUNCTION brev_same_head;
