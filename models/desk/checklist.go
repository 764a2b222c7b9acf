package desk

import (
	"slices"
	"strings"

	"github.com/brevstemme/brevstemme/models"
)

// ChecklistLine is one line of the opening checklist of a place: what must be
// looked at before the first envelope. After the incidents of Maribo (wrong
// notice in the booth), Frederikssund and Slagelse (wrong candidate lists).
type ChecklistLine struct {
	Key      string // "empty:KV25", "list:KV25", "aid:led_lamp" …; the text is "desk.check.<group>"
	Election string // for lines of one election
	Group    string // the part before the colon
	Arg      string // the part after it
	Value    string // what must be given: "", "serial", "version", "number"
	Two      bool   // two people declare it
}

// Checklist is the opening checklist of a place for the elections served.
// The aids are law (FV § 63, KRVL § 69 and the executive order); containers,
// seals and versions are good practice.
func Checklist(p models.Place, elections []models.Election, booths int) []ChecklistLine {
	var lines []ChecklistLine
	add := func(group, arg, election, value string, two bool) {
		key := group
		if arg != "" {
			key += ":" + arg
		}
		lines = append(lines, ChecklistLine{Key: key, Election: election, Group: group, Arg: arg, Value: value, Two: two})
	}
	for _, e := range elections {
		add("empty", e.ID, e.ID, "serial", true)
		add("sealed", e.ID, e.ID, "", true)
		add("stock", e.ID, e.ID, "number", false)
		add("list", e.ID, e.ID, "version", false)
		add("notice", e.ID, e.ID, "", false)
	}
	for _, aid := range p.Aids {
		add("aid", string(aid), "", "", false)
	}
	if booths > 0 || p.Booths > 0 {
		add("booths", "", "", "number", false)
	}
	add("network", "", "", "", false)
	add("pad", "", "", "", false)
	return lines
}

// Unanswered lists the keys of the lines without an answer, or whose answer
// lacks its value or its second person.
func Unanswered(lines []ChecklistLine, checks []models.Check) []string {
	var missing []string
	for _, l := range lines {
		i := slices.IndexFunc(checks, func(c models.Check) bool { return c.Key == l.Key })
		switch {
		case i < 0,
			l.Value != "" && strings.TrimSpace(checks[i].Value) == "",
			l.Two && (checks[i].Witness == "" || checks[i].Witness == checks[i].Person):
			missing = append(missing, l.Key)
		}
	}
	return missing
}
