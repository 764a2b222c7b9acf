package desk

import (
	"maps"
	"slices"
	"strconv"
	"time"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/custody"
	"github.com/brevstemme/brevstemme/models/journal"
)

// CrewCandidate is one person for the crew, with what the roster says of them:
// only appointed and instructed receivers may receive postal votes (FV § 57,
// KRVL § 63; the instruction is good practice).
type CrewCandidate struct {
	Person     string
	Lead       bool
	Appointed  bool
	Instructed bool
}

// OpenCmd opens a session.
type OpenCmd struct {
	Crew     []CrewCandidate
	Checks   []models.Check
	Stock    map[string]int // material item → counted units brought to the desk
	Override string         // a lead's reason for opening with lines missing
}

// earlyOpening is how long before the planned start a session may be opened.
const earlyOpening = 3 * time.Hour

// Open opens a session: crew, checklist, stock. Nothing can be counted before.
func Open(sh Shift, a models.Act, cmd OpenCmd, now time.Time) (custody.Outcome, error) {
	s := sh.Session
	if !a.MayActAt(s.Place) {
		return custody.Outcome{}, models.E(models.CodeForbidden, "desk.wrong_place")
	}
	next, err := models.SessionStates.Next(s.State, models.SessionOpenUp)
	if err != nil {
		return custody.Outcome{}, err
	}
	if err := sh.openable(now); err != nil {
		return custody.Outcome{}, err
	}
	if err := crewFits(sh.Place, a, cmd.Crew); err != nil {
		return custody.Outcome{}, err
	}
	lines := Checklist(sh.Place, sh.served(), s.Booths)
	if s.Desk.Missing = Unanswered(lines, cmd.Checks); len(s.Desk.Missing) > 0 {
		if err := override(a, cmd.Override); err != nil {
			return custody.Outcome{}, err
		}
		s.Desk.Override, s.Desk.OverrideBy = cmd.Override, a.Person
	}
	for i := range cmd.Checks {
		if err := custody.Words("checks", cmd.Checks[i].Value, 0); err != nil {
			return custody.Outcome{}, err
		}
	}
	s.State, s.OpenedAt, s.Desk.Checks = next, now, cmd.Checks
	for _, c := range cmd.Crew {
		s.Crew = append(s.Crew, models.CrewMember{Person: c.Person, Lead: c.Lead, From: now})
	}
	d := journal.Draft{Kind: "session.opened", Place: s.Place}.Fact("session", s.ID).Fact("override", s.Desk.Override)
	s.Desk.Stock = map[string]models.Stock{}
	d, err = sh.bring(d, &s, cmd.Stock, false)
	return custody.Outcome{Draft: d, Records: []models.Record{s}}, err
}

// openable tests the day: a session opens on its own date, and while one of
// its elections still takes postal votes. An exercise opens any day.
func (sh Shift) openable(now time.Time) error {
	practice, alive := true, false
	for _, e := range sh.served() {
		practice = practice && e.Practice
		alive = alive || e.Last.IsZero() || !models.DateOf(now).After(e.Last)
	}
	if practice && len(sh.Elections) > 0 {
		return nil
	}
	if !alive {
		return models.E(models.CodeState, "desk.elections_over")
	}
	if now.Before(sh.Session.Starts.Add(-earlyOpening)) || models.DateOf(now) != models.DateOf(sh.Session.Starts) {
		return models.E(models.CodeState, "desk.other_day", sh.Session.Date())
	}
	return nil
}

// served are the elections of the session, in its order.
func (sh Shift) served() []models.Election {
	var es []models.Election
	for _, id := range sh.Session.Elections {
		if e, ok := sh.Elections[id]; ok {
			es = append(es, e)
		}
	}
	return es
}

// crewFits tests number, difference and fitness of the crew; the one who opens is in it.
func crewFits(p models.Place, a models.Act, crew []CrewCandidate) error {
	need := p.CrewMin
	if need == 0 {
		need = 2 // good practice at libraries: never alone with the votes
	}
	seen := map[string]bool{}
	for _, c := range crew {
		if seen[c.Person] {
			return (&models.Error{Code: models.CodeSamePerson}).On("crew")
		}
		seen[c.Person] = true
		if err := c.fit(); err != nil {
			return err
		}
	}
	if len(crew) < need {
		return models.Invalid("crew", "desk.crew_too_few", need)
	}
	if !seen[a.Person] && a.Role != models.RoleCoordinator && a.Role != models.RoleLibraryLead {
		return models.Invalid("crew", "desk.opener_not_in_crew")
	}
	return nil
}

func (c CrewCandidate) fit() error {
	if !c.Appointed {
		return models.E(models.CodeForbidden, "desk.not_appointed").On("crew")
	}
	if !c.Instructed {
		return models.E(models.CodeForbidden, "desk.not_instructed").On("crew")
	}
	return nil
}

// override tests that a lead decided to go on with lines missing, with a reason.
func override(a models.Act, reason string) error {
	if reason == "" {
		return models.Invalid("override", "desk.checklist_open")
	}
	if a.Role != models.RoleCoordinator && a.Role != models.RoleLibraryLead {
		return models.E(models.CodeForbidden, "desk.override_lead").On("override")
	}
	return custody.Words("override", reason, 5)
}

// bring moves counted material to the desk: from the place's storage as far as
// the book has it there, the rest straight from the ministry (it lay there
// without having been booked; the fact says how much).
func (sh Shift) bring(d journal.Draft, s *models.Session, counted map[string]int, again bool) (journal.Draft, error) {
	for _, item := range slices.Sorted(maps.Keys(counted)) {
		n := counted[item]
		if n < 0 || n > 100000 {
			return d, models.Invalid("stock", "desk.stock_range")
		}
		if !s.Serves(custody.ElectionOf(item)) {
			return d, models.Invalid("stock", "desk.not_served", custody.ElectionOf(item))
		}
		st := s.Desk.Stock[item]
		if again {
			st.Restocked += n
		} else {
			st.Brought += n
		}
		s.Desk.Stock[item] = st
		booked := min(int64(n), max(0, sh.Stored[item]))
		if booked > 0 {
			d = d.Move(item, custody.At(s.Place), custody.Desk(s.ID), booked)
		}
		if rest := int64(n) - booked; rest > 0 {
			d = d.Move(item, custody.Ministry, custody.Desk(s.ID), rest).Fact("unbooked "+item, strconv.FormatInt(rest, 10))
		}
	}
	return d, nil
}

// Restock brings more blank material to an open desk.
func Restock(sh Shift, a models.Act, counted map[string]int, now time.Time) (custody.Outcome, error) {
	s := sh.Session
	if err := sh.may(a, now); err != nil {
		return custody.Outcome{}, err
	}
	if s.State != models.SessionOpen && s.State != models.SessionClosing {
		return custody.Outcome{}, models.E(models.CodeState, "desk.not_open")
	}
	s.Desk.Stock = maps.Clone(s.Desk.Stock)
	if s.Desk.Stock == nil {
		s.Desk.Stock = map[string]models.Stock{}
	}
	total := 0
	for _, n := range counted {
		total += n
	}
	if total <= 0 {
		return custody.Outcome{}, models.Invalid("stock", "desk.nothing")
	}
	d := journal.Draft{Kind: "session.restocked", Place: s.Place}.Fact("session", s.ID)
	d, err := sh.bring(d, &s, counted, true)
	return custody.Outcome{Draft: d, Records: []models.Record{s}}, err
}

// Join adds a person to the crew of an open session; Leave ends their shift.
func Join(sh Shift, a models.Act, c CrewCandidate, now time.Time) (custody.Outcome, error) {
	s := sh.Session
	if !a.MayActAt(s.Place) {
		return custody.Outcome{}, models.E(models.CodeForbidden, "desk.wrong_place")
	}
	if s.State != models.SessionOpen && s.State != models.SessionClosing {
		return custody.Outcome{}, models.E(models.CodeState, "desk.not_open")
	}
	if err := c.fit(); err != nil {
		return custody.Outcome{}, err
	}
	if working(s, c.Person, now) {
		return custody.Outcome{}, models.E(models.CodeConflict, "desk.in_crew_already").On("crew")
	}
	s.Crew = append(slices.Clone(s.Crew), models.CrewMember{Person: c.Person, Lead: c.Lead, From: now})
	d := journal.Draft{Kind: "session.joined", Place: s.Place}.Fact("session", s.ID).Fact("person", c.Person)
	return custody.Outcome{Draft: d, Records: []models.Record{s}}, nil
}

// Leave ends a person's shift; the last one of the crew stays until closing.
func Leave(sh Shift, a models.Act, person string, now time.Time) (custody.Outcome, error) {
	s := sh.Session
	if err := sh.may(a, now); err != nil {
		return custody.Outcome{}, err
	}
	if s.State != models.SessionOpen && s.State != models.SessionClosing {
		return custody.Outcome{}, models.E(models.CodeState, "desk.not_open")
	}
	s.Crew = slices.Clone(s.Crew)
	here, at := 0, -1
	for i, c := range s.Crew {
		if c.Until.IsZero() {
			here++
			if c.Person == person {
				at = i
			}
		}
	}
	if at < 0 {
		return custody.Outcome{}, models.Invalid("crew", "desk.not_crew")
	}
	if here == 1 {
		return custody.Outcome{}, models.E(models.CodeState, "desk.last_of_crew")
	}
	s.Crew[at].Until = now
	d := journal.Draft{Kind: "session.left", Place: s.Place}.Fact("session", s.ID).Fact("person", person)
	return custody.Outcome{Draft: d, Records: []models.Record{s}}, nil
}
