package pdf

import (
	"strings"
	"testing"
)

// A page of a roster never leaves open which day or place its rows are of.
func TestRosterPagesSayWhichDay(t *testing.T) {
	r := RosterWeek{Form: sampleForm(TypeRosterWeek, 45), Place: "Gellerup Bibliotek", Monday: dateOf(sampleTime(3, 0, 0))}
	for range 20 {
		r.Shifts = append(r.Shifts, sampleShifts()...)
	}
	pages, _, err := layout(r)
	if err != nil {
		t.Fatal(err)
	}
	if len(pages) < 5 {
		t.Fatalf("%d pages", len(pages))
	}
	for n, p := range pages {
		for _, st := range p.strips {
			if st.name == "row" {
				t.Errorf("page %d begins with rows of no day", n+1)
			}
			if st.name == "group" || st.name == "row" {
				break
			}
		}
		if text := drawnWords([]*page{p}); !strings.Contains(text, "GellerupBibliotek") || !strings.Contains(text, "Uge45") {
			t.Errorf("page %d does not name place and week", n+1)
		}
	}
}
