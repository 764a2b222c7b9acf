package planning

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"github.com/brevstemme/brevstemme/models"
)

// weekdays are the Danish short names, from Sunday as time.Weekday counts.
var weekdays = []string{"søn", "man", "tir", "ons", "tor", "fre", "lør"}

// ParseWeek reads weekly hours: "man-fre 10-17; lør 10-15", one or several spans
// a day ("man 9-12, 13-17"). CodeInvalid on field when a part is none.
func ParseWeek(field, text string) ([]models.Hours, error) {
	var out []models.Hours
	for part := range strings.FieldsFuncSeq(strings.ToLower(text), func(r rune) bool { return r == ';' || r == '\n' || r == '\r' }) {
		if part = strings.TrimSpace(part); part == "" {
			continue
		}
		day, hours, ok := strings.Cut(part, " ")
		first, last, several := strings.Cut(day, "-")
		if !several {
			last = first
		}
		from, to := weekday(first), weekday(last)
		spans, err := ParseSpans(field, hours)
		if !ok || from < 0 || to < 0 || err != nil || len(spans) == 0 {
			return nil, models.Invalid(field, "place.week_unreadable", part)
		}
		for d := from; ; d = (d + 1) % 7 {
			for _, s := range spans {
				out = append(out, models.Hours{Weekday: d, Opens: s.From, Closes: s.To})
			}
			if d == to {
				break
			}
		}
	}
	return out, nil
}

// weekday finds "man", "mandag", "monday"; -1 for none.
func weekday(s string) int {
	english := []string{"sun", "mon", "tue", "wed", "thu", "fri", "sat"}
	r := []rune(strings.TrimSuffix(strings.TrimSpace(s), "."))
	if len(r) < 3 {
		return -1
	}
	if i := slices.Index(weekdays, string(r[:3])); i >= 0 {
		return i
	}
	return slices.Index(english, string(r[:3]))
}

// FormatWeek writes weekly hours so that ParseWeek reads them back; days in a
// row with the same hours are joined.
func FormatWeek(hours []models.Hours) string {
	var parts []string
	for _, d := range WeekRuns(hours) {
		name := weekdays[d.From]
		if d.Until != d.From {
			name += "-" + weekdays[d.Until]
		}
		parts = append(parts, name+" "+FormatSpans(d.Spans))
	}
	return strings.Join(parts, "; ")
}

// WeekRun is days of a week in a row with the same hours.
type WeekRun struct {
	From, Until time.Weekday
	Spans       []Span // by when they begin
}

// WeekRuns are the runs of a place's weekly hours from Monday to Sunday, closed days left out.
func WeekRuns(hours []models.Hours) []WeekRun {
	var out []WeekRun
	for i := range 7 {
		d := time.Weekday((i + 1) % 7)
		var spans []Span
		for _, h := range hours {
			if h.Weekday == int(d) {
				spans = append(spans, Span{h.Opens, h.Closes})
			}
		}
		if len(spans) == 0 {
			continue
		}
		slices.SortFunc(spans, func(a, b Span) int { return cmp.Compare(a.From, b.From) })
		if n := len(out) - 1; n >= 0 && (out[n].Until+1)%7 == d && slices.Equal(out[n].Spans, spans) {
			out[n].Until = d
			continue
		}
		out = append(out, WeekRun{d, d, spans})
	}
	return out
}

// CheckPlace finds what is wrong with a place's record, all fields at once.
func CheckPlace(p models.Place) error {
	var errs models.Errors
	add := func(field, key string, args ...any) { errs = append(errs, models.Invalid(field, key, args...)) }
	if strings.TrimSpace(p.Name) == "" {
		add("name", "place.name_missing")
	}
	if !slices.Contains(models.PlaceKinds, p.Kind) {
		add("kind", "place.kind_bad", string(p.Kind))
	}
	if p.Model != "" && !slices.Contains(models.ServiceModels, p.Model) {
		add("model", "place.model_bad")
	}
	if p.Lat < -90 || p.Lat > 90 || p.Lon < -180 || p.Lon > 180 {
		add("lat", "place.point_bad")
	}
	if p.Booths < 0 || p.Booths > 200 {
		add("booths", "place.booths_bad")
	}
	for _, a := range p.Aids {
		if !slices.Contains(models.AidsEverywhere, a) && !slices.Contains(models.AidsSomewhere, a) {
			add("aids", "place.aid_bad", string(a))
		}
	}
	if d := p.Decision; !d.Set() && (!d.Date.IsZero() || d.Body != "" || d.Reference != "") {
		add("decision_date", "place.decision_half")
	}
	texts := [][2]string{{"name", p.Name}, {"address", p.Address}, {"accessibility", p.Accessibility}, {"storage", p.Storage}}
	for _, x := range p.Stops {
		texts = append(texts, [2]string{"stops", x.Name}, [2]string{"stops", x.Address})
	}
	for _, text := range texts {
		if err := models.RefuseCPR(text[0], text[1]); err != nil {
			return err
		}
	}
	return errs.OrNil()
}

// Mark is a short digest of a record as somebody saw it: who saves a form shows
// the mark back, so that nobody overwrites what another changed meanwhile.
func Mark(r models.Record) string {
	doc, err := json.Marshal(r)
	if err != nil {
		return ""
	}
	sum := sha256.Sum256(doc)
	return hex.EncodeToString(sum[:8])
}
