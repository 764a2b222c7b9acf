package site

import (
	"bytes"
	"time"

	"github.com/emersion/go-ical"

	"github.com/brevstemme/brevstemme/models"
)

// NewCalendar is a calendar with the zone of Denmark; the rules are those of the
// European Union since 1996 (directive 2000/84/EC).
func NewCalendar(name string) *ical.Calendar {
	cal := ical.NewCalendar()
	cal.Props.SetText(ical.PropVersion, "2.0")
	cal.Props.SetText(ical.PropProductID, "-//brevstemme//plan//DA")
	cal.Props.SetText(ical.PropMethod, "PUBLISH")
	cal.Props.SetText("X-WR-CALNAME", name)
	zone := ical.NewComponent(ical.CompTimezone)
	zone.Props.SetText(ical.PropTimezoneID, "Europe/Copenhagen")
	part := func(kind, from, to, name, start, rule string) {
		c := ical.NewComponent(kind)
		for _, p := range [][2]string{{ical.PropTimezoneOffsetFrom, from}, {ical.PropTimezoneOffsetTo, to}, {ical.PropTimezoneName, name}, {ical.PropDateTimeStart, start}, {ical.PropRecurrenceRule, rule}} {
			c.Props.Set(&ical.Prop{Name: p[0], Value: p[1], Params: ical.Params{}})
		}
		zone.Children = append(zone.Children, c)
	}
	part(ical.CompTimezoneDaylight, "+0100", "+0200", "CEST", "19960331T020000", "FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU")
	part(ical.CompTimezoneStandard, "+0200", "+0100", "CET", "19961027T030000", "FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU")
	cal.Children = append(cal.Children, zone)
	return cal
}

// ICalTime sets an instant in Denmark's zone. A wall time of the night on which the
// clock goes back means its first occurrence (RFC 5545 § 3.3.5), and programs do
// not agree about it: an instant within the doubled hour is written in UTC.
func ICalTime(e *ical.Event, name string, t time.Time) {
	t = t.In(models.Copenhagen)
	if t.Add(time.Hour).Hour() == t.Hour() || t.Add(-time.Hour).Hour() == t.Hour() {
		t = t.UTC()
	}
	e.Props.SetDateTime(name, t)
}

// Calendar answers with an iCalendar file.
func (r *Request) Calendar(cal *ical.Calendar, name, part string) error {
	var b bytes.Buffer
	if err := ical.NewEncoder(&b).Encode(cal); err != nil {
		return err
	}
	return r.File("text/calendar; charset=utf-8", FileName(name, part)+".ics", true, b.Bytes())
}

func FileName(name, part string) string {
	if part == "" {
		return name
	}
	return name + "-" + part
}
