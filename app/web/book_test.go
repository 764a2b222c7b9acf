package web_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/brevstemme/brevstemme/app/web/webtest"
)

// The journal speaks in words, with the stable names beside them, and shows one
// kind of act alone when asked.
func TestTheJournalSpeaksInWords(t *testing.T) {
	l := webtest.NewLibrary(t)
	k := l.As("karen")
	code, body := k.Get("/journal")
	for _, want := range []string{"Valg oprettet", "Plan offentliggjort", "Lystrup Bibliotek"} {
		if !strings.Contains(body, "<td data-label=\"Handling\">"+want) && !strings.Contains(body, want+"</td>") {
			t.Errorf("%d: the journal does not say %q", code, want)
		}
	}
	if strings.Contains(body, ">plan.published<") {
		t.Error("an act is shown by its stable name")
	}
	_, body = k.Get("/journal?kind=plan.published")
	if !strings.Contains(body, "Plan offentliggjort</td>") || strings.Contains(body, "Valg oprettet</td>") || !strings.Contains(body, `value="plan.published" selected`) {
		t.Error("one kind of act is not shown alone")
	}
	if _, body = k.Get("/journal?kind=seals.broken"); !strings.Contains(body, "Ingen poster af den slags") {
		t.Error("nothing of a kind is not said")
	}
	entries, _, err := l.Store.Entries(t.Context(), 0, "plan.published", 1)
	l.Must(err)
	if _, body = k.Get(fmt.Sprintf("/journal/%d", entries[0].Seq)); !strings.Contains(body, "Plan offentliggjort (plan.published)") {
		t.Error("an entry does not give its stable name")
	}
}
