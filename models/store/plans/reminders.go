package plans

import (
	"context"
	"slices"
	"strconv"
	"time"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/planning"
	"github.com/brevstemme/brevstemme/models/store/book"
	"github.com/brevstemme/brevstemme/models/store/persons"
)

// openTalks are the agreements in which somebody is to answer about a session
// that is still to come.
const openTalks = `state IN ('proposed', 'countered', 'declined') AND EXISTS (SELECT 1 FROM session s
	WHERE s.id = agreement.id AND s.state <> 'cancelled' AND s.starts > ?) ORDER BY id`

// agreementReminders: libraries (and Borgerservice, after a counter-proposal)
// that have not answered: the day before the answer is due, and each of the three
// days after. Borgerservice is told of a no at once: the plan has a hole. A series
// is one reminder, not one for each session; more refusals are a step of their own.
func (s *Plans) AgreementReminders(ctx context.Context, now time.Time) ([]models.Reminder, error) {
	open, err := book.List[planning.Agreement](ctx, s.book, openTalks, now)
	if err != nil || len(open) == 0 {
		return nil, err
	}
	people, err := s.persons.People(ctx)
	if err != nil {
		return nil, err
	}
	names, err := s.PlaceNames(ctx)
	if err != nil {
		return nil, err
	}
	today := models.DateOf(now)
	type talk struct {
		series string
		state  planning.AgreementState
	}
	count := map[talk]int{}
	for _, a := range open {
		count[talk{a.Series, a.State}]++
	}
	var out []models.Reminder
	for _, a := range open {
		k := talk{a.Series, a.State}
		n := count[k]
		delete(count, k) // one for the series
		r := models.Reminder{Subject: a.Series + "-" + string(a.State), Place: a.Place, Link: "/aftaler/" + a.Series, Words: []string{names[a.Place], strconv.Itoa(n)}}
		switch {
		case n > 0 && a.Hole():
			r.Kind, r.Step, r.Due = "agreement_declined", n, a.Steps[len(a.Steps)-1].At
		case n > 0 && a.Remind(today):
			r.Kind, r.Step, r.Due, r.Words = "agreement_due", min(4, max(1, today.Sub(a.Due)+1)), a.Due.At(12, 0), append(r.Words, a.Due.String())
		default:
			continue
		}
		out = append(out, persons.ToEach(answering(people, a), []models.Reminder{r})...)
	}
	return out, nil
}

// answering are the people whose turn it is in a talk.
func answering(people []models.Person, a planning.Agreement) []string {
	var out []string
	for _, p := range people {
		if p.Left || p.Erased || !slices.Contains(p.Roles, a.WaitsFor()) || len(p.Places) > 0 && !slices.Contains(p.Places, a.Place) {
			continue
		}
		out = append(out, p.ID)
	}
	return out
}
