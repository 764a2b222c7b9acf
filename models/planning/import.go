package planning

import (
	"fmt"
	"strings"
	"time"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/journal"
	"github.com/brevstemme/brevstemme/models/language"
	"github.com/brevstemme/brevstemme/models/schedule"
)

// Imported is a published list as records: places that are new and sessions
// that are new. What the plan already has is left as it is, so that the same
// list can be read twice.
type Imported struct {
	Places   []models.Place
	Sessions []models.Session
	Known    int // sessions that the plan already had
	Report   *ImportReport
}

// ImportReport is what an import said of its list, for whoever mends the list
// afterwards: a page of its own that can be read again, printed and linked. A list
// without findings has none.
type ImportReport struct {
	ID       string         `json:"id"`
	Election string         `json:"election"`
	At       time.Time      `json:"at"`
	Sessions int            `json:"sessions"`
	Places   int            `json:"places"` // new ones
	Known    int            `json:"known"`
	Findings []ImportRemark `json:"findings"` // the first maxRemarks
	Left     int            `json:"left"`     // more of them
}

// ImportRemark is one finding in both languages.
type ImportRemark struct {
	Line     int                      `json:"line"`
	Severity schedule.Severity        `json:"severity"`
	Text     map[language.Lang]string `json:"text"`
}

// maxRemarks bounds what the journal keeps for ever of a bad list.
const maxRemarks = 300

// RecordKind implements models.Record.
func (ImportReport) RecordKind() string { return "plan_import" }

// RecordID implements models.Record.
func (x ImportReport) RecordID() string { return x.ID }

// ReportOn is the imported list with its report, if the list has findings.
func (x Imported) ReportOn(act models.Act, e models.Election, list *schedule.Result, now time.Time) Imported {
	if len(list.Findings) == 0 {
		return x
	}
	out := &ImportReport{ID: models.DeriveID("I", act.Key, "import"), Election: e.ID, At: now, Sessions: len(x.Sessions), Places: len(x.Places), Known: x.Known}
	for _, f := range list.Findings[:min(len(list.Findings), maxRemarks)] {
		m := ImportRemark{f.Line, f.Severity, map[language.Lang]string{}}
		for _, l := range language.Langs {
			m.Text[l] = f.Text(l)
		}
		out.Findings = append(out.Findings, m)
	}
	out.Left = len(list.Findings) - len(out.Findings)
	x.Report = out
	return x
}

// Import turns a checked list into draft sessions of an election. known are the
// places there are, matched by name and address; has tells whether the plan
// already has a session at a place and start. A list with errors is refused
// whole (CodeInvalid, "import.errors").
func Import(e models.Election, list *schedule.Result, known []models.Place, has func(place string, s schedule.Session) bool) (Imported, journal.Draft, error) {
	for _, p := range list.Places { // no voter: a list is a text field too
		for _, text := range []string{p.Name, p.Address, p.Postcode, p.City} {
			if err := models.RefuseCPR("file", text); err != nil {
				return Imported{}, journal.Draft{}, err
			}
		}
	}
	for _, f := range list.Findings { // they quote the list
		if err := models.RefuseCPR("file", f.Message); err != nil {
			return Imported{}, journal.Draft{}, err
		}
	}
	if n := countErrors(list.Findings); n > 0 {
		return Imported{}, journal.Draft{}, models.Invalid("file", "import.errors", n)
	}
	if e.State != models.ElectionPlanned && e.State != models.ElectionRunning {
		return Imported{}, journal.Draft{}, models.E(models.CodeState, "import.election_over", e.Name)
	}
	var out Imported
	var ids map[[2]string]string
	ids, out.Places = placesOfList(list, known)
	for _, s := range list.Sessions {
		place := ids[[2]string{s.Place, s.Address}]
		if has(place, s) {
			out.Known++
			continue
		}
		out.Sessions = append(out.Sessions, models.Session{
			ID: models.DeriveID("S", e.ID, place, s.Starts.UTC().Format("200601021504")), Place: place, Stop: -1, Elections: []string{e.ID},
			Starts: s.Starts, Ends: s.Ends, State: models.SessionDraft, Line: s.Line,
		})
	}
	d := journal.Draft{Kind: "plan.imported", Election: e.ID}.
		Fact("places", fmt.Sprint(len(out.Places))).Fact("sessions", fmt.Sprint(len(out.Sessions)))
	return out, d, nil
}

// placesOfList gives every place of a list its id, by name and address as the
// list has them: that of a known place, letter for letter or else but for
// capitals and spaces, or a new one. Two places of the list never become one:
// their sessions may overlap.
func placesOfList(list *schedule.Result, known []models.Place) (ids map[[2]string]string, added []models.Place) {
	ids = map[[2]string]string{}
	used, claimed, exact, folded := map[string]bool{}, map[string]bool{}, map[[2]string]string{}, map[string]string{}
	for _, p := range known {
		used[p.ID] = true
		exact[[2]string{p.Name, p.Address}], folded[placeKey(p.Name, p.Address)] = p.ID, p.ID
	}
	claim := func(k [2]string, id string) {
		if id != "" && ids[k] == "" && !claimed[id] {
			ids[k], claimed[id] = id, true
		}
	}
	for _, p := range list.Places {
		k := [2]string{p.Name, p.Address}
		claim(k, exact[k])
	}
	for _, p := range list.Places {
		claim([2]string{p.Name, p.Address}, folded[placeKey(p.Name, p.Address)])
	}
	for _, p := range list.Places {
		if k := [2]string{p.Name, p.Address}; ids[k] == "" {
			rec := newPlace(p, used)
			ids[k] = rec.ID
			added = append(added, rec)
		}
	}
	return ids, added
}

func countErrors(fs []schedule.Finding) int {
	n := 0
	for _, f := range fs {
		if f.Severity == schedule.Error {
			n++
		}
	}
	return n
}

func placeKey(name, address string) string {
	return strings.ToLower(strings.Join(strings.Fields(name), " ") + "\x00" + strings.Join(strings.Fields(address), " "))
}

// placeKinds are the kinds of the published lists as ours.
var placeKinds = map[string]models.PlaceKind{"library": models.PlaceLibrary, "borgerservice": models.PlaceCitizenService}

// newPlace gives a place of a list its id: a short word from the name, since it
// stands on labels and forms, with a number behind it when that is taken.
func newPlace(p schedule.Place, used map[string]bool) models.Place {
	kind, ok := placeKinds[p.Kind]
	if !ok {
		kind = models.PlaceOther
	}
	id := PlaceID(p.Name, func(id string) bool { return used[id] })
	used[id] = true
	return models.Place{ID: id, Name: p.Name, Kind: kind, Address: p.Address, Postcode: p.Postcode, City: p.City, Model: models.ModelLibrary}
}

// PlaceID makes a place id of [0-9A-Z] from a name: up to four letters of the
// first word, Danish letters spelt out.
func PlaceID(name string, taken func(string) bool) string {
	word := strings.Map(func(r rune) rune {
		if r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, strings.NewReplacer("Æ", "AE", "Ø", "OE", "Å", "AA", "É", "E", "Ö", "OE", "Ü", "UE", "Ä", "AE").Replace(strings.ToUpper(name)))
	if len(word) > 4 {
		word = word[:4]
	}
	if word == "" {
		word = "STED"
	}
	id := word
	for n := 2; taken(id); n++ {
		id = fmt.Sprintf("%s%d", word, n)
	}
	return id
}

// Publish marks draft sessions as published. It returns those that change.
func Publish(sessions []models.Session) ([]models.Session, error) {
	var out []models.Session
	for _, s := range sessions {
		if s.State != models.SessionDraft {
			continue
		}
		next, err := models.SessionStates.Next(s.State, models.SessionPublish)
		if err != nil {
			return nil, err
		}
		s.State = next
		out = append(out, s)
	}
	return out, nil
}
