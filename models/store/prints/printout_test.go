package prints_test

import (
	"testing"
	"time"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/store"
	"github.com/brevstemme/brevstemme/models/store/prints"
	"github.com/brevstemme/brevstemme/models/store/storetest"
)

func TestPrintLog(t *testing.T) {
	s := storetest.Open(t, store.Config{})
	ctx := t.Context()
	do := func(key string, o ...prints.PrintOrder) []models.Printout {
		t.Helper()
		got, err := s.Print(ctx, models.Act{Key: key, Person: "P1"}, o...)
		if err != nil {
			t.Fatal(err)
		}
		return got
	}
	o := prints.PrintOrder{Form: "DR", Subject: "/skranke/S1/dagsrapport", Content: []byte("a"), Version: "1", By: "Anna"}
	first := do("print-0001", o)[0]
	if first.ID != models.FormNumber("DR", 1) || first.Copies() != 1 || first.Entry == 0 || first.Replaces != "" {
		t.Fatalf("original: %+v", first)
	}
	if e, err := s.Entry(ctx, first.Entry); err != nil || e.Kind != "form.printed" || e.Value("form1_number") != first.ID {
		t.Fatalf("entry of the original: %+v %v", e, err)
	}
	if again := do("print-0001", o)[0]; again.Copies() != 1 {
		t.Errorf("a repeated click printed again: %+v", again)
	}
	second, third := do("print-0002", o)[0], do("print-0003", o)[0]
	if second.ID != first.ID || second.Copies() != 2 || third.Copies() != 3 || third.Entry != first.Entry || !third.PrintedAt.Equal(first.PrintedAt) {
		t.Errorf("reprints: %+v %+v", second, third)
	}
	changed := o
	changed.Content = []byte("b")
	next := do("print-0004", changed)[0]
	if next.ID != models.FormNumber("DR", 2) || next.Replaces != first.ID || next.Copies() != 1 {
		t.Errorf("another content: %+v", next)
	}
	if back := do("print-0005", o)[0]; back.ID != first.ID || back.Copies() != 4 {
		t.Errorf("the first content again: %+v", back)
	}
	c, err := s.Printed(ctx, first)
	if err != nil || string(c.Bytes) != "a" || c.PrintedBy != "Anna" {
		t.Errorf("content: %q %v", c, err)
	}
	if all, err := s.Printouts(ctx, 10); err != nil || len(all) != 2 {
		t.Errorf("log: %v %v", all, err)
	}
}

// Many forms of one act get numbers of their own in order, and a form that
// carries the number of what it is about keeps it.
func TestPrintManyAtOnce(t *testing.T) {
	s := storetest.Open(t, store.Config{})
	var orders []prints.PrintOrder
	for _, c := range []string{"a", "b", "c"} {
		orders = append(orders, prints.PrintOrder{Form: "SD", Subject: "/x/" + c, Content: []byte(c)})
	}
	own := models.FormNumber("HO", 4711)
	orders = append(orders, prints.PrintOrder{Form: "HO", Number: own, Subject: "/h", Content: []byte("h")})
	got, err := s.Print(t.Context(), models.Act{Key: "print-many", Person: "P1", At: time.Time{}}, orders...)
	if err != nil {
		t.Fatal(err)
	}
	for i := range 3 {
		if got[i].ID != models.FormNumber("SD", uint64(i)+1) || got[i].Subject != orders[i].Subject {
			t.Errorf("%d: %+v", i, got[i])
		}
	}
	if got[3].ID != own {
		t.Errorf("%+v", got[3])
	}
	if e, err := s.Entry(t.Context(), got[0].Entry); err != nil || len(e.Changes) != 4 {
		t.Errorf("not one entry: %+v %v", e, err)
	}
}

func TestPrintIsRefused(t *testing.T) {
	s := storetest.Open(t, store.Config{})
	act := models.Act{Key: "print-no", Person: "P1", Places: []string{"LYS"}}
	if _, err := s.Print(t.Context(), act); models.CodeOf(err) != models.CodeInvalid {
		t.Errorf("nothing: %v", err)
	}
	if _, err := s.Print(t.Context(), act, prints.PrintOrder{Form: "DR", Subject: "/x", Place: "DOKK"}); models.CodeOf(err) != models.CodeForbidden {
		t.Errorf("another place: %v", err)
	}
	if all, err := s.Printouts(t.Context(), 10); err != nil || len(all) != 0 {
		t.Errorf("a refused print is in the log: %v %v", all, err)
	}
}
