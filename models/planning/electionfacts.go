package planning

import (
	"slices"
	"strings"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/journal"
)

// ElectionFacts is what may be put right about an election that exists: neither
// its day nor its colour, by which people know it on paper.
type ElectionFacts struct {
	Name       string          `json:"name"`
	CaseNumber string          `json:"case_number"`
	Ballots    []models.Ballot `json:"ballots"`
}

// FactsOf are the facts of an election.
func FactsOf(e models.Election) ElectionFacts {
	return ElectionFacts{e.Name, e.CaseNumber, e.Ballots}
}

// Describe puts the facts of an election right; the journal has old and new. With
// no ballots the usual ones of the type stand. CodeInvalid per field, CodeState
// when nothing changes.
func Describe(e models.Election, f ElectionFacts) (models.Election, journal.Draft, error) {
	f.Name, f.CaseNumber = strings.TrimSpace(f.Name), strings.TrimSpace(f.CaseNumber)
	if f.Name == "" {
		return e, journal.Draft{}, models.Invalid("name", "election.name_missing")
	}
	if len(f.Ballots) == 0 {
		f.Ballots = UsualBallots(e.Type)
	}
	if err := refuseCPR(map[string]string{"name": f.Name, "case_number": f.CaseNumber, "ballots": FormatBallots(f.Ballots)}); err != nil {
		return e, journal.Draft{}, err
	}
	d := journal.Draft{Kind: "election.described", Election: e.ID}
	for _, x := range [][3]string{{"name", e.Name, f.Name}, {"case_number", e.CaseNumber, f.CaseNumber}, {"ballots", FormatBallots(e.Ballots), FormatBallots(f.Ballots)}} {
		if x[1] != x[2] {
			d = d.Fact("before."+x[0], x[1]).Fact("after."+x[0], x[2])
		}
	}
	if len(d.Facts) == 0 {
		return e, d, models.E(models.CodeState, "planning.change.nothing")
	}
	e.Name, e.CaseNumber, e.Ballots = f.Name, f.CaseNumber, slices.Clone(f.Ballots)
	return e, d, nil
}

// ParseBallots reads the ballots of one vote, "name; colour of the envelope", one
// a line.
func ParseBallots(text string) []models.Ballot {
	var out []models.Ballot
	for line := range strings.Lines(text) {
		name, colour, _ := strings.Cut(line, ";")
		if name = strings.TrimSpace(name); name != "" {
			out = append(out, models.Ballot{Name: name, EnvelopeColour: strings.TrimSpace(colour)})
		}
	}
	return out
}

// FormatBallots writes ballots as ParseBallots reads them.
func FormatBallots(ballots []models.Ballot) string {
	lines := make([]string, len(ballots))
	for i, b := range ballots {
		lines[i] = strings.TrimRight(b.Name+"; "+b.EnvelopeColour, "; ")
	}
	return strings.Join(lines, "\n")
}
