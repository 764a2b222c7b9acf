package audits

import (
	"context"
	"errors"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/journal"
)

// After an older state is restored, the chain is whole, but the receipts
// printed since are not in it: that is what the paper is for.
func TestReceiptsOutliveARestore(t *testing.T) {
	t.Parallel()
	db, s, key := filled(t)
	old, err := s.Entry(t.Context(), 4)
	if err != nil {
		t.Fatal(err)
	}
	late, err := s.Entry(t.Context(), 5)
	if err != nil {
		t.Fatal(err)
	}
	super, err := pgx.Connect(t.Context(), db.SuperDSN)
	if err != nil {
		t.Fatal(err)
	}
	defer super.Close(context.Background())
	_, err = super.Exec(t.Context(), `SET session_replication_role = replica; DELETE FROM journal_entry WHERE seq > 4; DELETE FROM posting WHERE seq > 4;
		DELETE FROM container; DELETE FROM checkpoint WHERE seq > 4; DELETE FROM balance WHERE holder LIKE 'container%';
		UPDATE balance SET n = sign(n) * 4; UPDATE journal_head SET seq = 4, hash = (SELECT hash FROM journal_entry WHERE seq = 4)`)
	if err != nil {
		t.Fatal(err)
	}
	if rep := verifyNow(t, db, key); !rep.OK || rep.Entries != 4 {
		t.Fatalf("%+v", rep)
	}
	if _, ok, err := New(s).CheckReceipt(t.Context(), journal.Code(old.Seq, old.Hash)); err != nil || !ok {
		t.Errorf("the old receipt: %v %v", ok, err)
	}
	if _, ok, err := New(s).CheckReceipt(t.Context(), journal.Code(late.Seq, late.Hash)); err != nil || ok {
		t.Errorf("a receipt from after the backup still matches: %v", err)
	}
	if _, _, err := receive(s, "other"); err != nil {
		t.Fatal(err)
	}
	if e, ok, err := New(s).CheckReceipt(t.Context(), journal.Code(late.Seq, late.Hash)); err != nil || ok || e.Seq != late.Seq {
		t.Errorf("a new entry 5 passes for the old one: %v", err)
	}
	var none *models.Error
	if _, _, err := New(s).CheckReceipt(t.Context(), "X"); !errors.As(err, &none) {
		t.Errorf("%v", err)
	}
}
