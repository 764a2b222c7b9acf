package planning

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/brevstemme/brevstemme/models"
)

// Span is hours of one day, in minutes after midnight; To may be 24:00.
type Span struct {
	From int `json:"from"`
	To   int `json:"to"`
}

// ParseSpans reads the hours of one day as people type them: "9-17", "9.30-12, 13-17",
// "0900-1700"; "" is closed. CodeInvalid on field when it is none, when a span
// ends before it begins, or when two overlap.
func ParseSpans(field, text string) ([]Span, error) {
	text = strings.NewReplacer("–", "-", "—", "-", " til ", "-", "kl.", "", ";", ",", "+", ",").Replace(strings.ToLower(text))
	var out []Span
	for part := range strings.SplitSeq(text, ",") {
		if part = strings.ReplaceAll(part, " ", ""); part == "" {
			continue
		}
		a, b, ok := strings.Cut(part, "-")
		from, ok1 := parseMinute(a)
		to, ok2 := parseMinute(b)
		if ok && ok1 && ok2 && from > to {
			return nil, models.Invalid(field, "planning.hours.midnight", strings.TrimSpace(part))
		}
		if !ok || !ok1 || !ok2 || from == to {
			return nil, models.Invalid(field, "planning.hours.unreadable", strings.TrimSpace(part))
		}
		out = append(out, Span{from, to})
	}
	slices.SortFunc(out, func(a, b Span) int { return cmp.Compare(a.From, b.From) })
	for i := 1; i < len(out); i++ {
		if out[i].From < out[i-1].To {
			return nil, models.Invalid(field, "planning.hours.overlap", FormatSpans(out))
		}
	}
	return out, nil
}

// parseMinute reads "9", "9.30", "09:30" or "0930".
func parseMinute(s string) (int, bool) {
	h, m, ok := strings.Cut(strings.ReplaceAll(s, ":", "."), ".")
	if !ok && len(s) == 4 {
		h, m = s[:2], s[2:]
	} else if !ok {
		m = "00"
	}
	hh, err1 := strconv.Atoi(h)
	mm, err2 := strconv.Atoi(m)
	if err1 != nil || err2 != nil || len(h) > 2 || len(m) != 2 || hh < 0 || mm < 0 || mm > 59 || hh*60+mm > 24*60 {
		return 0, false
	}
	return hh*60 + mm, true
}

// FormatSpans writes hours as short as people type them: "9-17", "9.30-12, 13-17".
func FormatSpans(spans []Span) string {
	parts := make([]string, len(spans))
	for i, s := range spans {
		parts[i] = shortClock(s.From) + "-" + shortClock(s.To)
	}
	return strings.Join(parts, ", ")
}

func shortClock(m int) string {
	if m%60 == 0 {
		return strconv.Itoa(m / 60)
	}
	return strconv.Itoa(m/60) + "." + string(rune('0'+m%60/10)) + string(rune('0'+m%10))
}

// On is the span as instants of a day. A time that the spring skips or the
// autumn has twice is refused (CodeInvalid): nobody can say which one was meant.
// Hours across the change are as many hours as the night has.
func (s Span) On(d models.Date) (from, to time.Time, err error) {
	if from, err = d.AtStrict(s.From/60, s.From%60); err != nil {
		return from, to, err
	}
	if s.To == 24*60 {
		return from, d.Add(1).At(0, 0), nil
	}
	to, err = d.AtStrict(s.To/60, s.To%60)
	return from, to, err
}

// SpanOf is the hours of a session on the day on which it starts.
func SpanOf(s models.Session) Span {
	to := minuteOf(s.Ends)
	if to == 0 {
		to = 24 * 60
	}
	return Span{minuteOf(s.Starts), to}
}
