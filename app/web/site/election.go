package site

import (
	"github.com/brevstemme/brevstemme/models"
)

func (r *Request) ElectionTag(e models.Election) Tag {
	if e.Practice {
		return Tag{"warn", r.Text("election.practice")}
	}
	kind := map[models.ElectionState]string{models.ElectionPlanned: "plain", models.ElectionRunning: "ok", models.ElectionCancelled: "bad"}[e.State]
	if kind == "" {
		kind = "info"
	}
	return Tag{kind, r.Text("election.state." + string(e.State))}
}

// ElectionColours are offered for the bar of an election, in the order of the
// hues of assets/tokens.css: far apart for people
// with colour blindness too, and always with their word beside them.
var ElectionColours = []struct{ Hex, Word string }{
	{"#0057AD", "blue"}, {"#1C7A50", "green"}, {"#8A3FFC", "violet"}, {"#B3540A", "orange"}, {"#B0186B", "pink"}, {"#4D5B00", "olive"},
}
