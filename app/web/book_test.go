package web

import (
	"fmt"
	"strings"
	"testing"
)

// The journal speaks in words, with the stable names beside them, and shows one
// kind of act alone when asked.
func TestTheJournalSpeaksInWords(t *testing.T) {
	l := newLibrary(t)
	k := l.as("karen")
	code, body := k.get("/journal")
	for _, want := range []string{"Valg oprettet", "Plan offentliggjort", "Lystrup Bibliotek"} {
		if !strings.Contains(body, "<td data-label=\"Handling\">"+want) && !strings.Contains(body, want+"</td>") {
			t.Errorf("%d: the journal does not say %q", code, want)
		}
	}
	if strings.Contains(body, ">plan.published<") {
		t.Error("an act is shown by its stable name")
	}
	_, body = k.get("/journal?kind=plan.published")
	if !strings.Contains(body, "Plan offentliggjort</td>") || strings.Contains(body, "Valg oprettet</td>") || !strings.Contains(body, `value="plan.published" selected`) {
		t.Error("one kind of act is not shown alone")
	}
	if _, body = k.get("/journal?kind=seals.broken"); !strings.Contains(body, "Ingen poster af den slags") {
		t.Error("nothing of a kind is not said")
	}
	entries, _, err := l.store.Entries(t.Context(), 0, "plan.published", 1)
	l.must(err)
	if _, body = k.get(fmt.Sprintf("/journal/%d", entries[0].Seq)); !strings.Contains(body, "Plan offentliggjort (plan.published)") {
		t.Error("an entry does not give its stable name")
	}
}
