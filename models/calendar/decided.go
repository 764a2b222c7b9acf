package calendar

import (
	"slices"
	"strings"
	"time"

	"github.com/brevstemme/brevstemme/models"
)

// Of is the calendar of an election record: by its local settings, with the
// dates that were set by hand (Supplement). A moved moment keeps its time of day
// unless the override names another, and the duty to be open on the last day
// goes with the last day. CodeInvalid when a setting cannot be read, or an
// override names no rule of the election or lacks reason or reference.
func Of(e models.Election) (*Calendar, error) {
	s, err := SettingsOf(e)
	if err != nil {
		return nil, err
	}
	c, err := For(Election{Type: e.Type, Date: e.Date, Called: e.Called}, s)
	if err != nil {
		return nil, err
	}
	for i := range c.Dates {
		c.Dates[i].decided(e.Settings)
	}
	for _, o := range e.Supplement {
		if err := c.override(o); err != nil {
			return nil, err
		}
	}
	c.follow()
	c.sort()
	return c, nil
}

// decided marks a date that stands on a setting which the municipality changed.
func (e *Entry) decided(settings []models.LocalSetting) {
	i := slices.IndexFunc(settings, func(l models.LocalSetting) bool { return e.Setting != "" && l.Name == e.Setting })
	if i >= 0 {
		l := settings[i]
		e.Basis, e.Local = BasisLocal, &l
	}
}

func (c *Calendar) override(o models.Override) error {
	i := slices.IndexFunc(c.Dates, func(d Entry) bool { return d.Rule == Rule(o.Rule) })
	if i < 0 {
		return models.Invalid("rule", "calendar.error.override_rule", o.Rule)
	}
	if o.Date.IsZero() || strings.TrimSpace(o.Reason) == "" || strings.TrimSpace(o.Reference) == "" {
		return models.Invalid("reason", "calendar.error.override_reason", o.Rule)
	}
	return c.Dates[i].move(o)
}

// move sets a date by hand and keeps what the rules gave.
func (e *Entry) move(o models.Override) error {
	was := *e
	hour, minute := e.At.In(models.Copenhagen).Hour(), e.At.In(models.Copenhagen).Minute()
	if o.Clock != "" {
		t, err := time.Parse("15:04", strings.Replace(o.Clock, ".", ":", 1))
		if err != nil || e.At.IsZero() {
			return models.Invalid("clock", "calendar.error.override_clock", o.Clock)
		}
		hour, minute = t.Hour(), t.Minute()
	}
	e.Day, e.Basis, e.Override, e.Computed = o.Date, BasisLocal, &o, &was
	if e.At.IsZero() {
		return nil
	}
	at, err := o.Date.AtStrict(hour, minute)
	if err != nil {
		return models.Invalid("clock", "calendar.error.override_clock", o.Clock)
	}
	e.At = at
	return nil
}

// follow moves the duty to be open from 9 to 16 with a last day that was moved
// by hand, unless it was moved by hand itself (FV § 56, stk. 2).
func (c *Calendar) follow() {
	last, _ := c.Find(OpenLast)
	for i := range c.Dates {
		if d := &c.Dates[i]; d.Rule == LastDayOpening && d.Override == nil && last.Override != nil {
			was := *d
			d.Day, d.At = last.Day, last.Day.At(d.At.Hour(), d.At.Minute())
			d.Basis, d.Override, d.Computed = BasisLocal, last.Override, &was
		}
	}
}
