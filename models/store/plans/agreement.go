package plans

import (
	"context"
	"fmt"
	"slices"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/journal"
	"github.com/brevstemme/brevstemme/models/planning"
	"github.com/brevstemme/brevstemme/models/store/book"
)

// AgreementStep is one step in the talk about one or several sessions: alone, or
// a whole series.
type AgreementStep struct {
	Sessions []string
	Act      planning.AgreementAct
	Hours    *planning.Span // hours of the day to put on the table; nil leaves them
	Room     *string
	Booths   *int
	Model    models.ServiceModel
	Brings   []planning.Bring
	Reason   string
	Due      models.Date // answer wanted by; propose only
}

// terms are the terms of one session after the step, nil when it changes none.
func (st AgreementStep) terms(a planning.Agreement) (*planning.Terms, error) {
	t := a.Terms
	if st.Hours != nil {
		var err error
		if t.Starts, t.Ends, err = st.Hours.On(models.DateOf(t.Starts)); err != nil {
			return nil, err
		}
	}
	if st.Room != nil {
		t.Room = *st.Room
	}
	if st.Booths != nil {
		t.Booths = *st.Booths
	}
	if st.Model != "" {
		t.Model = st.Model
	}
	if len(st.Brings) > 0 {
		t.Brings = st.Brings
	}
	if st.Hours == nil && st.Room == nil && st.Booths == nil && st.Model == "" && len(st.Brings) == 0 {
		return nil, nil
	}
	return &t, nil
}

// Agree takes one step in the talk about sessions, all of them or none, in one
// entry. Once both want the same, the sessions get the agreed terms; sessions
// that citizens had been promised get notices. Sessions of one place proposed
// together become a series.
func (s *Plans) Agree(ctx context.Context, act models.Act, st AgreementStep) ([]planning.Agreement, error) {
	var out []planning.Agreement
	e, replayed, err := s.book.Append(ctx, act, book.Need{}, func(w *book.Working) (journal.Draft, error) {
		out = nil
		if len(st.Sessions) == 0 {
			return journal.Draft{}, models.Invalid("session", "planning.agreement.none")
		}
		by := w.ByNow()
		agreed := map[string]planning.Revision{} // by election
		d, why := journal.Draft{}, ""
		for _, id := range slices.Compact(slices.Sorted(slices.Values(st.Sessions))) {
			a, x, err := s.agreeOne(w, by, st, id)
			if err != nil {
				return d, err
			}
			if len(out) == 0 {
				d = journal.Draft{Kind: "agreement." + string(st.Act), Place: a.Place, Election: x.Elections[0]}
			} else if d.Place != a.Place {
				d.Place = ""
			}
			out = append(out, a)
			w.Put(a)
			if a.State == planning.AgreementAccepted {
				why = reasonOf(a, st.Reason)
				if err := apply(agreed, a, x, why); err != nil {
					return d, err
				}
			}
		}
		for election, r := range agreed {
			p, before, err := planIn(w, election)
			if err != nil {
				return d, err
			}
			if _, err := putRevision(w, p, election, r, before, why); err != nil {
				return d, err
			}
		}
		return d.Fact("sessions", fmt.Sprint(len(out))).Fact("series", out[0].Series).Fact("reason", st.Reason), nil
	})
	if err == nil && replayed {
		out, err = book.AllChanged[planning.Agreement](e)
	}
	return out, err
}

// agreeOne is the step about one session.
func (s *Plans) agreeOne(w *book.Working, by models.Act, st AgreementStep, id string) (planning.Agreement, models.Session, error) {
	x, err := book.Get[models.Session](w, id)
	if err != nil {
		return planning.Agreement{}, x, err
	}
	if x.State == models.SessionCancelled || len(x.Elections) == 0 {
		return planning.Agreement{}, x, models.E(models.CodeState, "planning.agreement.cancelled")
	}
	a, found, err := book.Find[planning.Agreement](w, id)
	if err != nil {
		return a, x, err
	}
	if !found {
		if st.Act != planning.AgreementPropose {
			return a, x, models.E(models.CodeNotFound, "")
		}
		p, err := book.Get[models.Place](w, x.Place)
		if err != nil {
			return a, x, err
		}
		a = planning.NewAgreement(x, p, "")
	}
	if st.Act == planning.AgreementPropose {
		a.Series, a.Due = models.DeriveID("A", by.Key, x.Place), st.Due
		if found { // new hours of the plan come on the table
			a.Terms.Starts, a.Terms.Ends = x.Starts, x.Ends
		}
	}
	terms, err := proposed(a, st)
	if err != nil {
		return a, x, err
	}
	a, _, err = a.Say(st.Act, by, terms, st.Reason)
	return a, x, err
}

// proposed: a proposal always lays terms on the table.
func proposed(a planning.Agreement, st AgreementStep) (*planning.Terms, error) {
	t, err := st.terms(a)
	if t == nil && err == nil && st.Act == planning.AgreementPropose {
		t = &a.Terms
	}
	return t, err
}

// reasonOf is why hours change: what was said now, else what was last said in
// the talk.
func reasonOf(a planning.Agreement, said string) string {
	if said != "" {
		return said
	}
	for _, step := range slices.Backward(a.Steps) {
		if step.Reason != "" {
			return step.Reason
		}
	}
	return ""
}

// apply gives a session the agreed terms.
func apply(agreed map[string]planning.Revision, a planning.Agreement, x models.Session, reason string) error {
	now, changes, err := planning.Alter(x, reason, func(s *models.Session) { *s, _ = a.Apply(*s) })
	if err != nil {
		return err
	}
	if len(planning.Diff([]models.Session{x}, []models.Session{now})) == 0 {
		return nil
	}
	r := agreed[x.Elections[0]]
	r.Sessions, r.Changes = append(r.Sessions, now), append(r.Changes, changes...)
	agreed[x.Elections[0]] = r
	return nil
}

// Talk is an agreement with the session it is about.
type Talk struct {
	planning.Agreement
	Session models.Session
}

// Talks lists the agreements at places (nil is everywhere), or with series of one
// series, by place and time.
func (s *Plans) Talks(ctx context.Context, places []string, series string) ([]Talk, error) {
	where, args := "true", []any{}
	if places != nil {
		where, args = where+" AND place = ANY($1)", append(args, places)
	}
	if series != "" {
		args = append(args, series)
		where += fmt.Sprintf(" AND series = $%d", len(args))
	}
	talks, err := book.Reading[planning.Agreement](ctx, s.book)(where, args...)
	if err != nil {
		return nil, err
	}
	ids := make([]string, len(talks))
	for i, a := range talks {
		ids[i] = a.ID
	}
	sessions, err := book.Reading[models.Session](ctx, s.book)("id = ANY($1) AND state <> 'cancelled' ORDER BY place, starts, id", ids)
	if err != nil {
		return nil, err
	}
	at := make(map[string]planning.Agreement, len(talks))
	for _, a := range talks {
		at[a.ID] = a
	}
	out := make([]Talk, len(sessions))
	for i, x := range sessions {
		out[i] = Talk{at[x.ID], x}
	}
	return out, nil
}
