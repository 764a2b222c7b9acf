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

// Shut closes the doors: nobody new joins the line, those in it have been
// served ("is one there before closing, one may vote").
func Shut(sh Shift, a models.Act, inLine int, now time.Time) (custody.Outcome, error) {
	if err := sh.may(a, now); err != nil {
		return custody.Outcome{}, err
	}
	s := sh.Session
	var err error
	if s.State, err = models.SessionStates.Next(s.State, models.SessionShut); err != nil {
		return custody.Outcome{}, err
	}
	if inLine < 0 || inLine > 999 {
		return custody.Outcome{}, models.Invalid("in_line", "desk.line_range", 999)
	}
	s.ShutAt, s.Desk.InLine = now, inLine
	d := journal.Draft{Kind: "session.shut", Place: s.Place}.Fact("session", s.ID).Fact("in_line", strconv.Itoa(inLine))
	return custody.Outcome{Draft: d, Records: []models.Record{s}}, nil
}

// Resume opens the doors again: someone was still in line. Hand counts made so
// far are dropped, since they no longer tell what lies there.
func Resume(sh Shift, a models.Act, now time.Time) (custody.Outcome, error) {
	if err := sh.may(a, now); err != nil {
		return custody.Outcome{}, err
	}
	s := sh.Session
	var err error
	if s.State, err = models.SessionStates.Next(s.State, models.SessionResume); err != nil {
		return custody.Outcome{}, err
	}
	s.ShutAt, s.HandCounts, s.Desk.Counted = time.Time{}, nil, ""
	return custody.Outcome{Draft: journal.Draft{Kind: "session.resumed", Place: s.Place}.Fact("session", s.ID), Records: []models.Record{s}}, nil
}

// The outcome of the hand count, in DeskBook.Counted.
const (
	CountedEqual     = "equal"     // a hand count equals the book
	CountedDiffers   = "differs"   // it does not: another person counts, then it is explained
	CountedExplained = "explained" // the difference is in the book with a deviation
)

// Piles lists the piles that are counted by hand: one per election and kind.
func Piles(s models.Session) []string {
	var keys []string
	for _, e := range s.Elections {
		for _, k := range []string{custody.Own, "other", custody.Unknown} {
			keys = append(keys, custody.CountKey(e, k))
		}
	}
	return keys
}

// BookCounts is what the book says lies at the desk, per pile.
func (sh Shift) BookCounts() map[string]int {
	counts := map[string]int{}
	for _, k := range Piles(sh.Session) {
		counts[k] = 0
	}
	for item, n := range sh.Held {
		if e, dest, ok := custody.EnvelopeOf(item); ok {
			counts[custody.CountKey(e, custody.Kind(dest))] += int(n)
		}
	}
	return counts
}

// HandCount writes a blind count: one person types what lies there before the
// book's figure is shown to anybody. When it differs, another person counts.
func HandCount(sh Shift, a models.Act, counts map[string]int, now time.Time) (custody.Outcome, error) {
	s := sh.Session
	if err := sh.may(a, now); err != nil {
		return custody.Outcome{}, err
	}
	if s.State != models.SessionClosing {
		return custody.Outcome{}, models.E(models.CodeState, "desk.shut_first")
	}
	if settled(s) {
		return custody.Outcome{}, models.E(models.CodeState, "desk.counted_already")
	}
	if n := len(s.HandCounts); n > 0 && s.HandCounts[n-1].Person == a.Person {
		return custody.Outcome{}, models.E(models.CodeSamePerson, "desk.other_counts")
	}
	for _, k := range Piles(s) {
		if n, ok := counts[k]; !ok || n < 0 {
			return custody.Outcome{}, models.Invalid("count:"+k, "form.not_a_count", "")
		}
	}
	s.HandCounts = append(slices.Clone(s.HandCounts), models.HandCount{Person: a.Person, At: now, Counts: counts})
	s.Desk.Counted = CountedDiffers
	if maps.Equal(counts, sh.BookCounts()) {
		s.Desk.Counted = CountedEqual
	}
	d := journal.Draft{Kind: "session.counted", Place: s.Place}.Fact("session", s.ID).Fact("outcome", s.Desk.Counted)
	for _, k := range Piles(s) {
		d = d.Fact("count "+k, strconv.Itoa(counts[k]))
	}
	return custody.Outcome{Draft: d, Records: []models.Record{s}}, nil
}

// ExplainCount puts a difference between hand count and book in the book: two
// people sign the reason, the difference gets an account and a deviation. After
// it the desk holds what the last hand count found.
func ExplainCount(sh Shift, a models.Act, why string, now time.Time) (custody.Outcome, error) {
	s := sh.Session
	if err := sh.may(a, now); err != nil {
		return custody.Outcome{}, err
	}
	if s.State != models.SessionClosing || s.Desk.Counted != CountedDiffers || len(s.HandCounts) < 2 {
		return custody.Outcome{}, models.E(models.CodeState, "desk.two_counts_first")
	}
	if err := sh.second(a, now); err != nil {
		return custody.Outcome{}, err
	}
	if err := custody.Words("explanation", why, 10); err != nil {
		return custody.Outcome{}, err
	}
	d := journal.Draft{Kind: "session.explained", Place: s.Place}.Fact("session", s.ID).Fact("why", why)
	var recs []models.Record
	found, book := s.HandCounts[len(s.HandCounts)-1].Counts, sh.BookCounts()
	for _, k := range Piles(s) {
		if found[k] == book[k] {
			continue
		}
		dev := sh.deviation(a, now, custody.DevCount, electionOfKey(k), strconv.Itoa(book[k]), k+" "+strconv.Itoa(found[k]))
		dev.Action = why
		recs = append(recs, dev)
		s.Desk.Deviations = append(slices.Clone(s.Desk.Deviations), dev.ID)
		d = sh.settle(d, k, found[k]-book[k], custody.Difference(dev.ID))
	}
	s.Explanation, s.Desk.Counted = why, CountedExplained
	return custody.Outcome{Draft: d, Records: append([]models.Record{s}, recs...)}, nil
}

// settle moves a pile's difference between desk and difference account. What
// is missing is taken from the items of the pile that the desk holds, in order.
func (sh Shift) settle(d journal.Draft, pile string, more int, account string) journal.Draft {
	election := electionOfKey(pile)
	kind := pile[len(election)+1:]
	if more > 0 {
		dest := kind
		if kind == "other" {
			dest = custody.Unknown // nobody can say which municipality a surplus envelope was counted for
		}
		return d.Move(custody.Envelope(election, dest), account, custody.Desk(sh.Session.ID), int64(more))
	}
	missing := int64(-more)
	for _, item := range custody.Units(sh.Held) {
		e, dest, ok := custody.EnvelopeOf(item)
		if !ok || e != election || custody.Kind(dest) != kind || missing == 0 {
			continue
		}
		n := min(missing, sh.Held[item])
		d = d.Move(item, custody.Desk(sh.Session.ID), account, n)
		missing -= n
	}
	return d
}

func electionOfKey(key string) string {
	for i := range len(key) {
		if key[i] == '/' {
			return key[:i]
		}
	}
	return key
}

// second tests that another person of the crew confirms with their own card or PIN.
func (sh Shift) second(a models.Act, now time.Time) error {
	if a.Witness == "" {
		return models.Invalid("witness", "desk.witness_missing")
	}
	if a.Witness == a.Person {
		return (&models.Error{Code: models.CodeSamePerson}).On("witness")
	}
	if !working(sh.Session, a.Witness, now) {
		return models.E(models.CodeForbidden, "desk.witness_not_crew").On("witness")
	}
	return nil
}

// CloseCmd closes a session.
type CloseCmd struct {
	Left     map[string]int    // material item → units counted at the end
	Explain  map[string]string // material item → why it does not balance
	Searched []models.Check    // one per Place.SearchAt
	Unsealed string            // why envelopes stay outside a sealed container
	Loose    []string          // containers packed here that have no seal, from the store
	Votes    map[string]int    // election → envelopes received at this session, from the store
	Spoiled  map[string]int    // material item → spoiled units, from the store
}

// Close signs a session off by two people: hand count agreed or explained,
// material balanced or explained, envelopes sealed, room searched.
func Close(sh Shift, a models.Act, cmd CloseCmd, now time.Time) (custody.Outcome, error) {
	s := sh.Session
	if err := sh.may(a, now); err != nil {
		return custody.Outcome{}, err
	}
	var err error
	if s.State, err = models.SessionStates.Next(s.State, models.SessionClose); err != nil {
		return custody.Outcome{}, err
	}
	if !settled(s) {
		return custody.Outcome{}, models.E(models.CodeState, "desk.count_first")
	}
	if err := sh.second(a, now); err != nil {
		return custody.Outcome{}, err
	}
	if err := sh.searched(cmd.Searched); err != nil {
		return custody.Outcome{}, err
	}
	if err := sh.packed(cmd.Unsealed, cmd.Loose); err != nil {
		return custody.Outcome{}, err
	}
	d := journal.Draft{Kind: "session.closed", Place: s.Place}.Fact("session", s.ID).Fact("unsealed", cmd.Unsealed)
	d, recs, err := sh.balance(d, a, &s, cmd, now)
	if err != nil {
		return custody.Outcome{}, err
	}
	s.ClosedAt, s.ClosedBy, s.Desk.Searched, s.Desk.Unsealed = now, []string{a.Person, a.Witness}, cmd.Searched, cmd.Unsealed
	s.Crew = slices.Clone(s.Crew)
	for i := range s.Crew {
		if s.Crew[i].Until.IsZero() {
			s.Crew[i].Until = now
		}
	}
	return custody.Outcome{Draft: d, Records: append([]models.Record{s}, recs...)}, nil
}

// searched tests that every spot of the place was searched (the most likely way
// to lose votes is the recycling bin).
func (sh Shift) searched(checks []models.Check) error {
	for _, spot := range sh.Place.SearchAt {
		if !slices.ContainsFunc(checks, func(c models.Check) bool { return c.Key == spot }) {
			return models.Invalid("searched", "desk.not_searched", spot)
		}
	}
	return nil
}

// packed tests that every envelope lies in a sealed container, or that a reason
// is given.
func (sh Shift) packed(why string, loose []string) error {
	open := len(loose) > 0
	for item, n := range sh.Held {
		_, _, envelope := custody.EnvelopeOf(item)
		open = open || envelope && n > 0
	}
	if !open {
		return nil
	}
	if why == "" {
		return models.Invalid("unsealed", "desk.not_packed")
	}
	return custody.Words("unsealed", why, 5)
}

// balance closes the material account of every item: what is left goes back to
// the storage, what the votes took is used, the rest is a difference that two
// people explain.
func (sh Shift) balance(d journal.Draft, a models.Act, s *models.Session, cmd CloseCmd, now time.Time) (journal.Draft, []models.Record, error) {
	s.Desk.Stock = maps.Clone(s.Desk.Stock)
	var recs []models.Record
	for _, item := range slices.Sorted(maps.Keys(s.Desk.Stock)) {
		st := s.Desk.Stock[item]
		left, ok := cmd.Left[item]
		if !ok || left < 0 {
			return d, nil, models.Invalid("left:"+item, "form.not_a_count", "")
		}
		st.Left, st.Used, st.Spoiled = left, cmd.Votes[custody.ElectionOf(item)], cmd.Spoiled[item]
		if left > 0 {
			d = d.Move(item, custody.Desk(s.ID), custody.At(s.Place), int64(left))
		}
		if st.Used > 0 {
			d = d.Move(item, custody.Desk(s.ID), custody.Used(s.ID), int64(st.Used))
		}
		if off := st.Off(); off != 0 {
			why := cmd.Explain[item]
			if err := custody.Words("explain:"+item, why, 10); err != nil {
				return d, nil, err
			}
			st.Explained, st.By = why, []string{a.Person, a.Witness}
			dev := sh.deviation(a, now, custody.DevMaterial, custody.ElectionOf(item), strconv.Itoa(st.Left+off), item+" "+strconv.Itoa(left))
			dev.Action = why
			recs = append(recs, dev)
			s.Desk.Deviations = append(slices.Clone(s.Desk.Deviations), dev.ID)
			if off > 0 {
				d = d.Move(item, custody.Desk(s.ID), custody.Difference(dev.ID), int64(off))
			} else {
				d = d.Move(item, custody.Difference(dev.ID), custody.Desk(s.ID), int64(-off))
			}
		}
		s.Desk.Stock[item] = st
	}
	return d, recs, nil
}
