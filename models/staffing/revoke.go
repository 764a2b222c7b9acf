package staffing

import (
	"slices"
	"strings"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/journal"
)

// RevokeReasons are the grounds that may stand in the book, catalogue:
// staffing.revoke.why.<code>. More than the kind belongs in the municipality's case
// system, where it can be erased.
var RevokeReasons = []string{"own_wish", "other_work", "absence", "candidate", "decision"}

// Revocation is the decision to take an appointment back.
type Revocation struct {
	By   string      // who decided: "Borgmesteren efter bemyndigelse"
	On   models.Date // from that day on the person is no receiver
	Why  string      // of RevokeReasons
	Case string      // number of the case; asked for where it is a decision against the person
}

// Revoke takes an appointment back: from now on the person enters no crew of the
// election, a new letter alone makes it good. today is the day of the act: a date
// to come is refused, since the coming shifts are given up at once. coming are the
// shifts of the election's sessions that have not begun, with the other halves of
// swaps; they become holes. Errors: CodeInvalid by field; CodeState when it does
// not stand.
func Revoke(a Appointment, v Revocation, today models.Date, coming []Shift) (Appointment, []Shift, journal.Draft, error) {
	v.By, v.Case = strings.TrimSpace(v.By), strings.TrimSpace(v.Case)
	var errs models.Errors
	for field, text := range map[string]string{"revoked_by": v.By, "case": v.Case} {
		if models.LooksLikeCPR(text) {
			errs = append(errs, (&models.Error{Code: models.CodeCPR}).On(field))
		}
	}
	if v.By == "" {
		errs = append(errs, models.Invalid("revoked_by", "staffing.revoke.by"))
	}
	switch {
	case v.On.IsZero():
		errs = append(errs, models.Invalid("revoked_on", "staffing.revoke.on"))
	case v.On.Before(a.On):
		errs = append(errs, models.Invalid("revoked_on", "staffing.revoke.before"))
	case v.On.After(today):
		errs = append(errs, models.Invalid("revoked_on", "staffing.revoke.later"))
	}
	if !slices.Contains(RevokeReasons, v.Why) {
		errs = append(errs, models.Invalid("why", "staffing.revoke.reason"))
	}
	if v.Why == "decision" && v.Case == "" {
		errs = append(errs, models.Invalid("case", "staffing.revoke.case"))
	}
	if err := errs.OrNil(); err != nil {
		return a, nil, journal.Draft{}, err
	}
	if !a.Revoked.IsZero() {
		return a, nil, journal.Draft{}, models.E(models.CodeState, "staffing.revoke.done")
	}
	a.Revoked, a.RevokedBy, a.RevokedWhy, a.RevokedCase = v.On, v.By, v.Why, v.Case
	return a, release(coming, a.Person), journal.Draft{Kind: "appointment.revoked", Election: a.Election}.Fact("person", a.Person), nil
}

// release lets a person's shifts go: those approved become holes, what waited for
// an answer is dropped, with the other half of a swap.
func release(coming []Shift, person string) []Shift {
	var out []Shift
	pairs := map[string]bool{}
	for _, s := range coming {
		if s.Person != person {
			continue
		}
		act := ShiftFallIll
		if s.Waiting() {
			act = ShiftWithdraw
		}
		if next, err := s.do(act); err == nil {
			pairs[s.Pair] = true
			out = append(out, next)
		}
	}
	for _, s := range coming {
		if s.Person != person && pairs[s.ID] {
			if next, err := s.do(ShiftWithdraw); err == nil {
				out = append(out, next)
			}
		}
	}
	return out
}
