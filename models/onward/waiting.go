package onward

import (
	"cmp"
	"slices"
	"time"

	"github.com/brevstemme/brevstemme/models"
)

// LineMark is what a desk told of its line.
type LineMark struct {
	Place string
	At    time.Time
	N     int // people who wait
}

// Wait is the line at one place as its desk told it. Minutes is a guess: the
// people of the longest line at the pace of that hour (Little's law).
type Wait struct {
	Place   string    `json:"place"`
	Marks   int       `json:"marks"`
	Longest int       `json:"longest"`
	At      time.Time `json:"at"`      // of the longest
	Minutes int       `json:"minutes"` // 0 when no vote was received in that hour
}

// Waits sums the lines per place, the longest first. cells are the votes of the
// same election.
func Waits(marks []LineMark, cells []Cell) []Wait {
	type hour struct {
		place string
		date  models.Date
		hour  int
	}
	pace := map[hour]int{}
	for _, c := range cells {
		pace[hour{c.Place, c.Date, c.Hour}] += c.N
	}
	by := map[string]*Wait{}
	for _, m := range marks {
		w := by[m.Place]
		if w == nil {
			w = &Wait{Place: m.Place}
			by[m.Place] = w
		}
		w.Marks++
		if m.N <= w.Longest {
			continue
		}
		at := m.At.In(models.Copenhagen)
		w.Longest, w.At, w.Minutes = m.N, m.At, 0
		if n := pace[hour{m.Place, models.DateOf(at), at.Hour()}]; n > 0 {
			w.Minutes = (m.N*60 + n - 1) / n
		}
	}
	out := make([]Wait, 0, len(by))
	for _, w := range by {
		out = append(out, *w)
	}
	slices.SortFunc(out, func(a, b Wait) int { return cmp.Or(b.Longest-a.Longest, cmp.Compare(a.Place, b.Place)) })
	return out
}

// Use is the blank material of one place: sets that became votes, and sets that
// were spoiled.
type Use struct {
	Place   string `json:"place"`
	Votes   int    `json:"votes"`
	Spoiled int    `json:"spoiled"`
}

// PerHundred is spoiled sets per hundred votes.
func (u Use) PerHundred() float64 {
	if u.Votes == 0 {
		return 0
	}
	return float64(u.Spoiled) * 100 / float64(u.Votes)
}
