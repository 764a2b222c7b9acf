package staffing

import (
	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/journal"
)

// Rules are an election's rules for the roster.
type Rules struct {
	Required   bool        // nobody enters a crew without appointment and instruction in the book
	WishesDue  models.Date // last day for wishes; zero for none
	Expected   int         // postal votes reckoned with at all
	Forecast   models.CrewForecast
	EraseStaff models.Date // the day after which personal data of the staff is erased; zero: not decided
}

// RulesOf are the rules of an election.
func RulesOf(e models.Election) Rules {
	return Rules{e.AppointmentsRequired, e.WishesDue, e.Expected, e.Forecast, e.EraseStaff}
}

// Set writes the rules into the election. Errors: CodeInvalid for a figure out of
// bounds, or a day of erasure before the election is held.
func (r Rules) Set(e models.Election) (models.Election, journal.Draft, error) {
	var errs models.Errors
	for _, f := range []struct {
		field   string
		n, most int
	}{{"votes", r.Expected, 1_000_000}, {"minutes", r.Forecast.Minutes, 60}, {"wait", r.Forecast.Wait, 120}} {
		if f.n < 0 || f.n > f.most {
			errs = append(errs, models.Invalid(f.field, "staffing.rule_bounds", 0, f.most))
		}
	}
	if !r.EraseStaff.IsZero() && !r.EraseStaff.After(e.Date) {
		errs = append(errs, models.Invalid("erase", "staffing.erase_early", e.Date))
	}
	e.AppointmentsRequired, e.WishesDue, e.Expected, e.Forecast, e.EraseStaff = r.Required, r.WishesDue, r.Expected, r.Forecast, r.EraseStaff
	return e, journal.Draft{Kind: "election.staffing", Election: e.ID}, errs.OrNil()
}
