package schedule

import (
	"errors"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/calendar"
)

// Period is the days from First to Last, both included. It is empty when First
// lies after Last.
type Period struct{ First, Last models.Date }

// Has tells whether a day lies in the period.
func (p Period) Has(d models.Date) bool { return !d.Before(p.First) && !d.After(p.Last) }

// Empty tells whether no day lies in the period.
func (p Period) Empty() bool { return p.First.After(p.Last) }

// Clip is the part of p inside o.
func (p Period) Clip(o Period) Period {
	if o.First.After(p.First) {
		p.First = o.First
	}
	if o.Last.Before(p.Last) {
		p.Last = o.Last
	}
	return p
}

// maxDays bounds a period given by hand: no window is longer than a year.
const maxDays = 400

// PeriodFor is the legal window of an election, narrowed by first and last where
// they are given. An election before 2016 has no rules: there both are required
// and are the period. A general election whose call is not given opens three
// weeks before under the rules until 2022; under the later ones first is
// required and taken for the day of the call. Errors: CodeInvalid.
func PeriodFor(e calendar.Election, first, last models.Date, s calendar.Settings) (Period, error) {
	given := Period{first, last}
	if !first.IsZero() && !last.IsZero() && given.Empty() {
		return Period{}, models.Invalid("first", "schedule.error.order", first.String(), last.String())
	}
	if e.Type == calendar.FV && e.Called.IsZero() {
		e.Called = first
		if e.Date.Before(s.CallOpensFrom) {
			e.Called = e.Date.Add(-21)
		}
	}
	c, err := calendar.For(e, s)
	switch {
	case errors.Is(err, calendar.ErrNoRules) && (first.IsZero() || last.IsZero()):
		return Period{}, models.Invalid("first", "schedule.error.first_last")
	case errors.Is(err, calendar.ErrNoRules):
	case err != nil:
		return Period{}, err
	default:
		a, b := c.Window()
		if first.IsZero() {
			given.First = a
		}
		if last.IsZero() {
			given.Last = b
		}
		given = given.Clip(Period{a, b})
	}
	if given.Last.Sub(given.First) > maxDays {
		return Period{}, models.Invalid("first", "schedule.error.long", maxDays)
	}
	return given, nil
}
