package public_test

import (
	"bytes"
	"strings"
	"testing"
	"time"

	ics "github.com/arran4/golang-ical"
	"github.com/emersion/go-ical"

	"github.com/brevstemme/brevstemme/app/web/site"
	"github.com/brevstemme/brevstemme/app/web/webtest"
	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/store/plans"
)

// The nights of the clock change read back as the same instants by another
// library: within the doubled hour, across it, and across the hour that is not.
func TestCalendarOverTheClockChange(t *testing.T) {
	utc := func(s string) time.Time {
		at, err := time.Parse(time.RFC3339, s)
		if err != nil {
			t.Fatal(err)
		}
		return at
	}
	for name, test := range map[string]struct{ from, to, start string }{
		"first half past two":  {"2025-10-26T00:30:00Z", "2025-10-26T00:45:00Z", "DTSTART:20251026T003000Z"},
		"second half past two": {"2025-10-26T01:30:00Z", "2025-10-26T03:00:00Z", "DTSTART:20251026T013000Z"},
		"across the 25 hours":  {"2025-10-25T23:00:00Z", "2025-10-26T03:00:00Z", "DTSTART;TZID=Europe/Copenhagen:20251026T010000"},
		"at three":             {"2025-10-26T02:00:00Z", "2025-10-26T03:00:00Z", "DTSTART;TZID=Europe/Copenhagen:20251026T030000"},
		"across the 23 hours":  {"2026-03-29T00:30:00Z", "2026-03-29T01:30:00Z", "DTSTART;TZID=Europe/Copenhagen:20260329T013000"},
	} {
		t.Run(name, func(t *testing.T) {
			cal := site.NewCalendar("Nat")
			e := ical.NewEvent()
			e.Props.SetText(ical.PropUID, "S1@0751.brevstemme")
			e.Props.SetDateTime(ical.PropDateTimeStamp, utc("2025-10-01T00:00:00Z"))
			site.ICalTime(e, ical.PropDateTimeStart, utc(test.from))
			site.ICalTime(e, ical.PropDateTimeEnd, utc(test.to))
			cal.Children = append(cal.Children, e.Component)
			var b bytes.Buffer
			if err := ical.NewEncoder(&b).Encode(cal); err != nil {
				t.Fatal(err)
			}
			if !strings.Contains(b.String(), test.start+"\r\n") {
				t.Errorf("no %s in\n%s", test.start, b.String())
			}
			read, err := ics.ParseCalendar(&b)
			if err != nil || len(read.Events()) != 1 {
				t.Fatalf("%v", err)
			}
			start, err := read.Events()[0].GetStartAt()
			end, err2 := read.Events()[0].GetEndAt()
			if err != nil || err2 != nil || !start.Equal(utc(test.from)) || !end.Equal(utc(test.to)) {
				t.Errorf("read back as %v to %v (%v %v)", start.UTC(), end.UTC(), err, err2)
			}
		})
	}
}

// A changed and then cancelled session keeps its UID, and SEQUENCE grows, so that
// calendars take each change over.
func TestCalendarFollowsChanges(t *testing.T) {
	t.Parallel()
	l := webtest.NewLibrary(t)
	l.WithLead()
	event := func() *ics.VEvent {
		_, body := l.Nobody().Get(site.PublicPath + ".ics")
		cal, err := ics.ParseCalendar(strings.NewReader(body))
		l.Must(err)
		if len(cal.Events()) != 1 {
			t.Fatalf("%d events", len(cal.Events()))
		}
		return cal.Events()[0]
	}
	value := func(e *ics.VEvent, p ics.ComponentProperty) string { return e.GetProperty(p).Value }
	first := event()
	day := models.NewDate(2025, 11, 12)
	_, err := l.Store.ChangeSession(t.Context(), l.Act(), l.Local, l.Session, plans.SessionChange{Starts: day.At(10, 0), Ends: day.At(19, 0)}, "Lang kø")
	l.Must(err)
	second := event()
	end, err := second.GetEndAt()
	l.Must(err)
	_, err = l.Store.ChangeSession(t.Context(), l.Act(), l.Local, l.Session, plans.SessionChange{Cancel: true}, "Vandskade")
	l.Must(err)
	third := event()
	if first.Id() != second.Id() || second.Id() != third.Id() || !end.Equal(day.At(19, 0)) {
		t.Errorf("%s %s %s, until %v", first.Id(), second.Id(), third.Id(), end)
	}
	if a, b, c := value(first, ics.ComponentPropertySequence), value(second, ics.ComponentPropertySequence), value(third, ics.ComponentPropertySequence); a >= b || b >= c {
		t.Errorf("SEQUENCE %s, %s, %s", a, b, c)
	}
	if value(third, ics.ComponentPropertyStatus) != "CANCELLED" || value(second, ics.ComponentPropertyStatus) != "CONFIRMED" {
		t.Error("the status does not say it")
	}
}
