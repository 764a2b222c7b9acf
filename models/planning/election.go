package planning

import (
	"regexp"
	"slices"
	"strings"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/calendar"
	"github.com/brevstemme/brevstemme/models/journal"
)

// NewElection is what a coordinator says of a new election. First, when set,
// is a later local start than the calendar's first day, with LocalReason.
type NewElection struct {
	Type         models.ElectionType
	Name         string
	Date         models.Date
	Called       models.Date
	Municipality string
	Colour       string
	Word         string
	First        models.Date
	LocalReason  string
	CaseNumber   string
	Ballots      []models.Ballot
	Practice     bool
	CopiedFrom   string
	Settings     []models.LocalSetting // of the calendar, as an earlier election had them
}

var hexColour = regexp.MustCompile(`^#[0-9A-Fa-f]{6}$`)

// Elect makes the election record. taken tells whether an id is in use: the id
// is the type and the year ("KV25"), with a number behind it when that is taken.
// Errors are CodeInvalid per field, all at once.
func Elect(n NewElection, taken func(id string) (bool, error)) (models.Election, journal.Draft, error) {
	var errs models.Errors
	add := func(field, key string, args ...any) { errs = append(errs, models.Invalid(field, key, args...)) }
	if strings.TrimSpace(n.Name) == "" {
		add("name", "election.name_missing")
	}
	if !hexColour.MatchString(n.Colour) {
		add("colour", "election.colour_bad", n.Colour)
	}
	if strings.TrimSpace(n.Word) == "" {
		add("word", "election.word_missing")
	}
	if _, ok := models.MunicipalityByCode(n.Municipality); !ok {
		add("municipality", "election.municipality_bad", n.Municipality)
	}
	n.Settings = slices.DeleteFunc(slices.Clone(n.Settings), func(l models.LocalSetting) bool {
		return !slices.Contains(calendar.SettingsFor(n.Type), l.Name)
	})
	cal, err := calendar.Of(models.Election{Type: n.Type, Date: n.Date, Called: n.Called, Settings: n.Settings})
	if err != nil {
		if e, ok := err.(*models.Error); ok {
			errs = append(errs, e)
		} else {
			return models.Election{}, journal.Draft{}, err
		}
	}
	if len(errs) > 0 {
		return models.Election{}, journal.Draft{}, errs
	}
	first, last := cal.Window()
	if !n.First.IsZero() && n.First.After(first) {
		if n.First.After(last) {
			return models.Election{}, journal.Draft{}, models.Invalid("first", "election.first_late", last)
		}
		if strings.TrimSpace(n.LocalReason) == "" {
			return models.Election{}, journal.Draft{}, models.Invalid("local_reason", "election.reason_missing")
		}
		first = n.First
	} else if !n.First.IsZero() && n.First.Before(first) {
		return models.Election{}, journal.Draft{}, models.Invalid("first", "election.first_early", first)
	}
	id, err := electionID(n, taken)
	if err != nil {
		return models.Election{}, journal.Draft{}, err
	}
	if len(n.Ballots) == 0 {
		n.Ballots = UsualBallots(n.Type)
	}
	e := models.Election{
		ID: id, Type: n.Type, Name: strings.TrimSpace(n.Name), Date: n.Date, Called: n.Called, Municipality: n.Municipality,
		State: models.ElectionPlanned, Colour: n.Colour, Word: strings.ToUpper(n.Word), Ballots: n.Ballots, First: first, Last: last,
		LocalReason: n.LocalReason, CaseNumber: n.CaseNumber, Practice: n.Practice, CopiedFrom: n.CopiedFrom, Settings: n.Settings,
	}
	return e, journal.Draft{Kind: "election.created", Election: id}.Fact("day", n.Date.String()), nil
}

// Clashes are the other elections in e's colour whose envelopes may lie beside e's:
// both are planned or running, and one's days from the first vote by post to the
// election reach into the other's. The colour's word stands on every form, so a
// clash is a warning and no error.
func Clashes(e models.Election, all []models.Election) []models.Election {
	live := func(x models.Election) bool {
		return x.State == models.ElectionPlanned || x.State == models.ElectionRunning
	}
	var out []models.Election
	for _, o := range all {
		if o.ID != e.ID && live(o) && live(e) && strings.EqualFold(o.Colour, e.Colour) && !o.First.After(e.Date) && !e.First.After(o.Date) {
			out = append(out, o)
		}
	}
	return out
}

// UsualBallots is what belongs to one vote of a type: each ballot has an inner
// envelope of its own (FV § 60, KRVL § 66). The colours are the ministry's, new
// each time, and left to be filled in.
func UsualBallots(t models.ElectionType) []models.Ballot {
	names := map[models.ElectionType][]string{models.TypeGeneral: {"Folketingsvalg"}, models.TypeLocal: {"Kommunalvalg", "Regionsrådsvalg"}, models.TypeEuropean: {"Europa-Parlamentsvalg"},
		models.TypeReferendum: {"Folkeafstemning"}, models.TypeLocalVote: {"Kommunal folkeafstemning"}, models.TypeSeniors: {"Ældrerådsvalg"}}[t]
	out := make([]models.Ballot, len(names))
	for i, name := range names {
		out[i].Name = name
	}
	return out
}

// electionID is type and year, as people say it: "KV25", "FV26"; practice
// elections start with OV. It is [0-9A-Z] since it goes into barcodes.
func electionID(n NewElection, taken func(string) (bool, error)) (string, error) {
	short := map[models.ElectionType]string{models.TypeLocalVote: "LFA", models.TypeSeniors: "AER"}[n.Type]
	if short == "" {
		short = strings.ToUpper(string(n.Type))
	}
	id := short + n.Date.String()[2:4]
	if n.Practice {
		id = "OV" + id
	}
	for i, try := 2, id; ; i++ {
		t, err := taken(try)
		if err != nil || !t {
			return try, err
		}
		try = id + "N" + string(rune('0'+i%10))
		if i > 9 {
			return "", models.E(models.CodeConflict, "election.too_many", id)
		}
	}
}
