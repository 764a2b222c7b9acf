package site

import (
	"cmp"
	"slices"
	"strings"

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

// NextElection is the election in hand: the one under way, else the one planned.
// A seniors' council goes along with another and comes first only when it is alone.
func (s *Server) NextElection(r *Request) (models.Election, bool, error) {
	all, err := s.Store.Elections(r.Context())
	if err != nil {
		return models.Election{}, false, err
	}
	for _, seniors := range []bool{false, true} {
		for _, state := range []models.ElectionState{models.ElectionRunning, models.ElectionPlanned} {
			for _, e := range slices.Backward(all) {
				if e.State == state && !e.Practice && (e.Type == models.TypeSeniors) == seniors {
					return e, true, nil
				}
			}
		}
	}
	return models.Election{}, false, nil
}

// Signed is an election's name with the word of its colour: with the sign before
// it, nobody takes one election for another.
func Signed(e models.Election) string { return e.Name + " (" + e.Word + ")" }

// WordAndName names an election as it stands on its box: BLÅ – Kommunalvalg 2025.
func WordAndName(e models.Election) string { return e.Word + " – " + e.Name }

// ElectionLink leads to a page of an election, under its sign.
func ElectionLink(e models.Election, href string) Link {
	return Link{Href: href, Text: Signed(e), Hue: hueOf(e.Colour)}
}

// OtherElections are the real elections beside e that are planned or under way,
// each with the page that path gives for its id.
func OtherElections(all []models.Election, e models.Election, path string) []Link {
	var out []Link
	for _, o := range all {
		if o.ID != e.ID && !o.Practice && (o.State == models.ElectionPlanned || o.State == models.ElectionRunning) {
			out = append(out, ElectionLink(o, path+o.ID))
		}
	}
	return out
}

// Elections are elections by id, to be named on a page.
type Elections map[string]models.Election

// ElectionsByID are all of them, practice included.
func (s *Server) ElectionsByID(r *Request) (Elections, error) {
	all, err := s.Store.Elections(r.Context())
	return ElectionsOf(all), err
}

// ElectionsOf are elections by their ids.
func ElectionsOf(all []models.Election) Elections {
	out := Elections{}
	for _, e := range all {
		out[e.ID] = e
	}
	return out
}

// Names are the names of some elections in one line.
func (n Elections) Names(ids ...string) string {
	names := make([]string, len(ids))
	for i, id := range ids {
		names[i] = cmp.Or(n[id].Name, id)
	}
	return strings.Join(names, ", ")
}

// Sign is the word of an election's colour, under which it stands in the head.
func (n Elections) Sign(id string) string { return cmp.Or(n[id].Word, id) }
