package onward

import (
	"math"
	"strconv"
	"time"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/custody"
	"github.com/brevstemme/brevstemme/models/journal"
)

// Fewest is the least number of postal votes that a district may examine alone:
// fewer move to a district with at least so many (FV § 64 stk. 5).
const Fewest = 5

// DistrictMerge moves the few votes of a district to another one's board.
type DistrictMerge struct {
	ID       string    `json:"id"` // election-district
	Election string    `json:"election"`
	From     string    `json:"from"` // district
	To       string    `json:"to"`
	N        int       `json:"n"`
	At       time.Time `json:"at"`
}

// RecordKind implements models.Record.
func (DistrictMerge) RecordKind() string { return "district_merge" }

// RecordID implements models.Record.
func (m DistrictMerge) RecordID() string { return m.ID }

// Few tells whether a district has too few votes to examine alone.
func Few(n int) bool { return n > 0 && n < Fewest }

// SuggestMerges proposes for each district with 1 to 4 votes (district id →
// votes) the nearest one with at least five, or the largest when positions are
// not known. Districts for which there is none are left out.
func SuggestMerges(ds []District, votes map[string]int) map[string]string {
	out := map[string]string{}
	for _, d := range ds {
		if !Few(votes[d.ID]) {
			continue
		}
		best, least := "", math.Inf(1)
		for _, o := range ds {
			if votes[o.ID] < Fewest || o.ID == d.ID {
				continue
			}
			far := distance(d, o)
			if math.IsInf(far, 1) {
				far = 1e9 - float64(votes[o.ID]) // no position: the largest
			}
			if far < least {
				best, least = o.ID, far
			}
		}
		if best != "" {
			out[d.ID] = best
		}
	}
	return out
}

// distance is near enough for ordering: kilometres on a plane.
func distance(a, b District) float64 {
	if a.Lat == 0 || b.Lat == 0 {
		return math.Inf(1)
	}
	x := (a.Lon - b.Lon) * math.Cos(a.Lat*math.Pi/180) * 111.3
	y := (a.Lat - b.Lat) * 111.3
	return math.Hypot(x, y)
}

// Merge moves all of a district's votes. t.Held is the holding of its bin;
// target is what the other district has, delivered or not.
func Merge(t Table, from, to string, target int, a models.Act, now time.Time) (Decided, error) {
	if !a.MayActAt(t.Place) {
		return Decided{}, models.E(models.CodeForbidden, "custody.wrong_place")
	}
	for _, d := range []string{from, to} {
		if err := t.BinKey(OwnBin(d)); err != nil {
			return Decided{}, models.Invalid("to", "onward.no_bin", d)
		}
	}
	held := Of(t.Held, t.Election.ID)
	n := Sum(held)
	if from == to || !Few(n) {
		return Decided{}, models.Invalid("from", "onward.not_few", n, Fewest)
	}
	if target < Fewest {
		return Decided{}, models.Invalid("to", "onward.target_few", Fewest)
	}
	m := DistrictMerge{ID: t.Election.ID + "-" + from, Election: t.Election.ID, From: from, To: to, N: n, At: now.UTC()}
	d := journal.Draft{Kind: "district.merged", Election: m.Election, Place: t.Place}.Fact("from", from).Fact("to", to).Fact("number", strconv.Itoa(n))
	return Decided{moveAll(d, held, custody.Bin(OwnBin(from)), custody.Bin(OwnBin(to))), []models.Record{m}}, nil
}
