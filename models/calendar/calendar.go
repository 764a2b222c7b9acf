package calendar

import (
	"encoding/json"
	"slices"
	"strings"
	"time"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/language"
)

// Type is the type of an election.
type Type = models.ElectionType

// The types that have rules of their own. A local referendum (lokal_fa) is
// computed as FA, a senior council vote beside a local election (aeldreraad) as
// KV; every date of theirs is then marked uncertain.
const (
	FV = models.TypeGeneral
	KV = models.TypeLocal
	EP = models.TypeEuropean
	FA = models.TypeReferendum
)

// Types lists the types that the command line offers.
var Types = []Type{FV, KV, EP, FA}

// ParseType reads "fv", "kv", "ep" or "fa" in any case.
func ParseType(s string) (Type, error) {
	if t := Type(strings.ToLower(strings.TrimSpace(s))); slices.Contains(Types, t) {
		return t, nil
	}
	return "", models.Invalid("type", "calendar.error.type", s)
}

// rulesOf is the type whose rules an election follows.
func rulesOf(t Type) Type {
	switch t {
	case models.TypeLocalVote:
		return FA
	case models.TypeSeniors:
		return KV
	}
	return t
}

// rulesFrom is the first election day that the rules here hold for: until 2015
// postal voting ended on the second-last hverdag (L 8, 2015-16, changed it).
var rulesFrom = models.NewDate(2016, time.January, 1)

// ErrNoRules is the error for elections before 2016; match it with errors.Is.
var ErrNoRules = models.E(models.CodeInvalid, "calendar.error.no_rules")

// Election is what the calendar needs to know. Called is the day the prime
// minister called a general election; the other types ignore it.
type Election struct {
	Type   Type        `json:"type"`
	Date   models.Date `json:"date"`
	Called models.Date `json:"called,omitzero"`
}

// Calendar is every legal date of one election, in order of time.
type Calendar struct {
	Type  Type        `json:"type"`
	Date  models.Date `json:"date"`
	Dates []Entry     `json:"dates"`
}

// Rule is the stable id of a legal date.
type Rule string

// Basis tells how sure a date is.
type Basis string

// Bases, from sure to unsure.
const (
	BasisLaw       Basis = "law"       // the paragraph was read and real elections agree
	BasisUncertain Basis = "uncertain" // stands on practice or on a text that was not read at the source
	BasisSetting   Basis = "setting"   // the law is unclear here: Setting names the setting that decides
	BasisLocal     Basis = "local"     // the municipality decided it
)

// Entry is one legal date: a civil day (Day), or a moment (At) in Copenhagen
// time. Law is the paragraph, empty when none was found.
type Entry struct {
	Rule    Rule
	Day     models.Date // the day; of a moment, the day it lies on
	At      time.Time   // zero for a day
	Law     string
	Basis   Basis
	Setting string // which setting the date stands on, or ""
	// Local is the decision on Setting, nil while the default holds.
	Local *models.LocalSetting
	// Override is the decision that moved the date, nil when nothing did; Computed
	// is then what the rules and the settings give.
	Override *models.Override
	Computed *Entry
}

// Deviates tells whether somebody moved a date that the law itself gives.
func (e Entry) Deviates() bool { return e.Computed != nil && e.Computed.Basis == BasisLaw }

// Text says what happens on the date.
func (e Entry) Text(l language.Lang) string { return language.Text(l, "calendar."+string(e.Rule)) }

// When is the day, or the moment with its offset, as JSON and the journal have it.
func (e Entry) When() string {
	if e.At.IsZero() {
		return e.Day.String()
	}
	return e.At.In(models.Copenhagen).Format(time.RFC3339)
}

// start is when the entry begins, for sorting.
func (e Entry) start() time.Time {
	if !e.At.IsZero() {
		return e.At
	}
	return e.Day.At(0, 0)
}

// MarshalJSON writes {"rule","date" or "at","law","text"}, the text in Danish.
func (e Entry) MarshalJSON() ([]byte, error) {
	v := struct {
		Rule Rule        `json:"rule"`
		Date models.Date `json:"date,omitzero"`
		At   string      `json:"at,omitempty"`
		Law  string      `json:"law"`
		Text string      `json:"text"`
	}{Rule: e.Rule, Law: e.Law, Text: e.Text(language.Danish)}
	if e.At.IsZero() {
		v.Date = e.Day
	} else {
		v.At = e.When()
	}
	return json.Marshal(v)
}

// For computes the calendar. Errors (CodeInvalid): ErrNoRules for an election
// before 2016; a general election without the day of the call, or called after
// its own day; a local limit for home-vote requests before the statutory one.
func For(e Election, s Settings) (*Calendar, error) {
	if err := e.check(); err != nil {
		return nil, err
	}
	c := &Calendar{Type: e.Type, Date: e.Date}
	like := e
	like.Type = rulesOf(e.Type)
	for _, r := range rules {
		entry, ok := r.entry(like, s)
		if !ok {
			continue
		}
		if like.Type != e.Type && entry.Basis == BasisLaw {
			entry.Basis = BasisUncertain
		}
		c.Dates = append(c.Dates, entry)
	}
	if err := c.setHomeLimit(s); err != nil {
		return nil, err
	}
	c.sort()
	return c, nil
}

func (c *Calendar) sort() {
	slices.SortStableFunc(c.Dates, func(a, b Entry) int { return a.start().Compare(b.start()) })
}

func (e Election) check() error {
	switch {
	case !slices.Contains(Types, rulesOf(e.Type)):
		return models.Invalid("type", "calendar.error.type", string(e.Type))
	case e.Date.Before(rulesFrom):
		return ErrNoRules.On("date")
	case e.Type == FV && e.Called.IsZero():
		return models.Invalid("called", "calendar.error.called_missing")
	case e.Type == FV && e.Called.After(e.Date):
		return models.Invalid("called", "calendar.error.called_late", e.Called.String())
	}
	return nil
}

// setHomeLimit replaces the statutory limit for home-vote requests by the later
// one that the municipality decided.
func (c *Calendar) setHomeLimit(s Settings) error {
	if s.HomeRequestLast.IsZero() {
		return nil
	}
	for i := range c.Dates {
		d := &c.Dates[i]
		if d.Rule != HomeRequestLast {
			continue
		}
		if s.HomeRequestLast.Before(d.At) {
			return models.Invalid("home_request_last", "calendar.error.home_limit", d.At.In(models.Copenhagen))
		}
		d.At = s.HomeRequestLast.In(models.Copenhagen)
		d.Day = models.DateOf(d.At)
		d.Basis, d.Setting = BasisLocal, SettingHomeRequestLast
	}
	return nil
}

// Find returns the entry of a rule, false when the type has none.
func (c *Calendar) Find(r Rule) (Entry, bool) {
	i := slices.IndexFunc(c.Dates, func(e Entry) bool { return e.Rule == r })
	if i < 0 {
		return Entry{}, false
	}
	return c.Dates[i], true
}

// Window is the first and the last day on which places open to any voter may
// receive postal votes (open_first, open_last).
func (c *Calendar) Window() (first, last models.Date) {
	a, _ := c.Find(OpenFirst)
	b, _ := c.Find(OpenLast)
	return a.Day, b.Day
}

// Overlap is the days on which both elections are open for postal voting at the
// same desks, as 15-23 May 2019 (EP and FV). ok is false when there are none.
func Overlap(a, b *Calendar) (first, last models.Date, ok bool) {
	first, last = a.Window()
	f, l := b.Window()
	first = later(first, f)
	if l.Before(last) {
		last = l
	}
	return first, last, !first.After(last)
}
