package prints_test

import (
	"sync"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/store"
	"github.com/brevstemme/brevstemme/models/store/prints"
	"github.com/brevstemme/brevstemme/models/store/storetest"
)

// What was printed is held to the journal: another content in its place is not
// shown, and one that was erased is said to be.
func TestPrintedIsWhatTheJournalSays(t *testing.T) {
	t.Parallel()
	w := storetest.Empty(t, models.NewDate(2025, 11, 12).At(9, 0))
	ctx := t.Context()
	got, err := w.Print(ctx, w.Act("", ""), prints.PrintOrder{Form: "DR", Subject: "/x", Content: []byte("a"), By: "Anna"})
	w.Must(err)
	owner, err := pgx.Connect(ctx, w.OwnerDSN)
	w.Must(err)
	defer owner.Close(ctx)
	_, err = owner.Exec(ctx, `UPDATE printout_content SET content = 'b'`)
	w.Must(err)
	if c, err := w.Printed(ctx, got[0]); models.CodeOf(err) != models.CodeInternal {
		t.Errorf("other bytes are shown: %q %v", c.Bytes, err)
	}
	_, err = owner.Exec(ctx, `DELETE FROM printout_content`)
	w.Must(err)
	if _, err := w.Printed(ctx, got[0]); models.CodeOf(err) != models.CodeNotFound {
		t.Errorf("erased: %v", err)
	}
	if _, err := w.Printout(ctx, "NOSUCH"); models.CodeOf(err) != models.CodeNotFound {
		t.Errorf("a number of nothing: %v", err)
	}
}

// A blank form that was filled in by hand is taken once, also by two at once; its
// second click is told the same, and what is no blank form is refused.
func TestABlankFormIsKeyedOnce(t *testing.T) {
	t.Parallel()
	s := storetest.Open(t, store.Config{})
	ctx := t.Context()
	act := func(key string) models.Act { return models.Act{Key: key, Person: "P1"} }
	got, err := s.Print(ctx, act("blank"), prints.PrintOrder{Form: "EP", Subject: models.BlankForms + "EP", Content: []byte("a")}, prints.PrintOrder{Form: "DR", Subject: "/x", Content: []byte("b")})
	if err != nil {
		t.Fatal(err)
	}
	for what, c := range map[string]struct {
		number, about string
		code          models.Code
	}{
		"no blank form": {got[1].ID, "H1", models.CodeInvalid}, "unknown": {"EP999999", "H1", models.CodeInvalid}, "about nothing": {got[0].ID, " ", models.CodeInvalid},
	} {
		if _, err := s.KeyBlank(ctx, act("no-"+what), c.number, c.about); models.CodeOf(err) != c.code {
			t.Errorf("%s: %v", what, err)
		}
	}
	keys, errs := []string{"k1", "k2"}, make([]error, 2)
	var both sync.WaitGroup
	for i, key := range keys {
		both.Go(func() { _, errs[i] = s.KeyBlank(ctx, act(key), got[0].ID, "H"+key) })
	}
	both.Wait()
	won := 0
	if errs[0] != nil {
		won = 1
	}
	if errs[won] != nil || models.CodeOf(errs[1-won]) != models.CodeState {
		t.Fatalf("%v", errs)
	}
	again, err := s.KeyBlank(ctx, act(keys[won]), got[0].ID, "H"+keys[won])
	if err != nil || again.Keyed == nil || again.Keyed.About != models.CleanSerial("H"+keys[won]) {
		t.Errorf("the same click: %+v %v", again.Keyed, err)
	}
}
