package pdf

import (
	"fmt"
	"strings"
	"testing"

	"github.com/brevstemme/brevstemme/models"
)

// posterOf is a poster of places that are open n days each, at irregular hours.
func posterOf(a3, en bool, places, days int) Poster {
	p := samplePoster(a3, en, false)
	place := p.Places[0]
	p.Places = nil
	for i := range places {
		q := place
		q.Name, q.Hours = fmt.Sprintf("Nørre Vosborg-Vemb Bibliotek %d", i+1), nil
		for k := range days {
			d := models.NewDate(2025, 10, 6).Add(k + k/6)
			q.Hours = append(q.Hours, PosterHours{From: d.At(9+k%3, 0), To: d.At(15+k%4, 30)})
		}
		p.Places = append(p.Places, q)
	}
	return p
}

// A place's poster is one sheet with one day or with six weeks of irregular hours,
// every day stands on one line with its hours, and a week is read from a distance.
func TestPostersStandOnOneSheetInLargeType(t *testing.T) {
	for _, en := range []bool{false, true} {
		for _, a3 := range []bool{false, true} {
			for days, least := range map[int]float64{1: 24, 6: 24, 12: 18, 36: 15} {
				if a3 {
					least *= 1.3
				}
				pages, s, err := layout(posterOf(a3, en, 1, days))
				if err != nil {
					t.Fatal(err)
				}
				if len(pages) != 1 || s.cramped || len(s.chopped) > 0 {
					t.Errorf("%d days, A3 %v: %d sheets, cramped %v, cut %q", days, a3, len(pages), s.cramped, s.chopped)
				}
				lines := 0
				pages[0].each(func(it item) {
					if it.face != bold || !strings.Contains(it.text, "–") {
						return
					}
					if lines++; it.size < least {
						t.Errorf("%d days, A3 %v: %q has %g pt", days, a3, it.text, it.size)
					}
				})
				if lines != days {
					t.Errorf("%d days, A3 %v: %d lines of hours", days, a3, lines)
				}
			}
		}
	}
}

// All places of a municipality go on as few sheets as they can, in columns, and
// no place is parted from its hours.
func TestPosterOfManyPlaces(t *testing.T) {
	for places, want := range map[int]int{4: 1, 18: 2} {
		pages, s, err := layout(posterOf(true, false, places, 3))
		if err != nil {
			t.Fatal(err)
		}
		if len(pages) > want || s.cramped {
			t.Errorf("%d places: %d sheets, cramped %v", places, len(pages), s.cramped)
		}
	}
}

// Days in a row with the same hours are one line; a second opening does not name
// the day again.
func TestPosterDays(t *testing.T) {
	da, en := newSheet(sampleForm(TypePoster, 1), "pdf.title.poster"), newSheet(english(sampleForm(TypePoster, 1)), "pdf.title.poster")
	from := models.NewDate(2025, 10, 27)
	for _, c := range []struct {
		s     *sheet
		until models.Date
		short bool
		want  string
	}{
		{da, models.Date{}, false, "Mandag 27. oktober"}, {da, from, true, "Man. 27. okt."}, {en, from, false, "Monday 27 October"}, {en, from, true, "Mon 27 Oct"},
		{da, from.Add(4), false, "Mandag 27. – fredag 31. oktober"}, {da, from.Add(5), false, "Mandag 27. oktober – lørdag 1. november"},
		{da, from.Add(5), true, "Man. 27. okt. – lør. 1. nov."}, {en, from.Add(4), true, "Mon 27 – Fri 31 Oct"},
	} {
		if got := c.s.posterDays(PosterHours{From: from.At(10, 0), To: from.At(14, 0), Until: c.until}, c.short); got != c.want {
			t.Errorf("%q, want %q", got, c.want)
		}
	}
	p := posterOf(false, false, 1, 1)
	h := p.Places[0].Hours[0]
	p.Places[0].Hours = append(p.Places[0].Hours, PosterHours{From: h.From.Add(9 * 3600e9), To: h.To.Add(4 * 3600e9)})
	pages, _, err := layout(p)
	if err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(treeText(pages), "6. oktober"); n != 1 {
		t.Errorf("a day with two openings is named %d times", n)
	}
}
