package onward

import (
	"cmp"
	"slices"

	"github.com/brevstemme/brevstemme/models"
)

// Cell is the smallest count of the statistics: received votes of one place, one
// day, one hour and one kind.
type Cell struct {
	Place string      `json:"place"`
	Date  models.Date `json:"date"`
	Hour  int         `json:"hour"`
	Kind  string      `json:"kind"` // own, other, unknown
	N     int         `json:"n"`
}

// Report is what may leave the house. It is made from one table of place × day
// and nothing else; every sum in it is a sum of published cells. So a reader who
// adds, subtracts and compares reports never learns more than that a cell lies
// between its figure and four more: no cell below five is seen, and no difference
// of two cells or two reports can be told to be one person. Only days that are
// over are in it.
type Report struct {
	Cells  []Cell              `json:"cells"`
	Places map[string]int      `json:"places"`
	Days   map[models.Date]int `json:"days"`
	Total  int                 `json:"total"`
	Least  int                 `json:"least"`  // figures are rounded down to a multiple of it
	Before models.Date         `json:"before"` // first day that is not in it
}

// Publish makes a report of the days before a date.
func Publish(cells []Cell, before models.Date) Report {
	type key struct {
		place string
		date  models.Date
	}
	sums := map[key]int{}
	for _, c := range cells {
		if c.Date.Before(before) {
			sums[key{c.Place, c.Date}] += c.N
		}
	}
	r := Report{Places: map[string]int{}, Days: map[models.Date]int{}, Least: Fewest, Before: before}
	for k, n := range sums {
		n = Guard(n)
		r.Cells = append(r.Cells, Cell{Place: k.place, Date: k.date, N: n})
		r.Places[k.place] += n
		r.Days[k.date] += n
		r.Total += n
	}
	slices.SortFunc(r.Cells, func(a, b Cell) int { return cmp.Or(a.Date.Compare(b.Date), cmp.Compare(a.Place, b.Place)) })
	return r
}

// Service is what one place cost and gave, for comparing service models.
type Service struct {
	Model   models.ServiceModel `json:"model"`
	Votes   int                 `json:"votes"`
	Minutes int                 `json:"minutes"` // staff time at the desk, both employers
	Open    int                 `json:"open"`    // minutes that the doors were open
	Places  int                 `json:"places"`
}

// PerVote is staff minutes per vote; 0 when there is none.
func (s Service) PerVote() float64 {
	if s.Votes == 0 {
		return 0
	}
	return float64(s.Minutes) / float64(s.Votes)
}

// PerHour is votes per open hour.
func (s Service) PerHour() float64 {
	if s.Open == 0 {
		return 0
	}
	return float64(s.Votes) * 60 / float64(s.Open)
}

// CompareServices sums places by service model: a citizen-service desk in the library
// (lokalefællesskab) against library staff.
func CompareServices(places []models.Place, sessions []models.Session, votes map[string]int) []Service {
	by := map[models.ServiceModel]*Service{}
	model := map[string]models.ServiceModel{}
	for _, p := range places {
		model[p.ID] = p.Model
	}
	seen := map[string]bool{}
	for _, x := range sessions {
		if x.OpenedAt.IsZero() {
			continue
		}
		m := model[x.Place]
		s := by[m]
		if s == nil {
			s = &Service{Model: m}
			by[m] = s
		}
		end := x.ClosedAt
		if end.IsZero() {
			end = x.Ends
		}
		s.Open += max(0, int(end.Sub(x.OpenedAt).Minutes()))
		for _, c := range x.Crew {
			until := c.Until
			if until.IsZero() {
				until = end
			}
			s.Minutes += max(0, int(until.Sub(c.From).Minutes()))
		}
		s.Votes += votes[x.ID]
		if !seen[x.Place] {
			seen[x.Place] = true
			s.Places++
		}
	}
	var out []Service
	for _, s := range by {
		out = append(out, *s)
	}
	slices.SortFunc(out, func(a, b Service) int { return cmp.Compare(a.Model, b.Model) })
	return out
}
