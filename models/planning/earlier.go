package planning

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/journal"
)

// Earlier are the votes by post that an earlier election received, as the
// municipality kept them before it had this program: what the forecast stands on
// the first time. An election that ran here needs none.
type Earlier struct {
	Name  string              `json:"name"` // as people call it: "KV21"
	Type  models.ElectionType `json:"type"`
	Last  models.Date         `json:"last"`  // its last day of voting by post
	At    time.Time           `json:"at"`    // when they were read in
	Votes []EarlierVotes      `json:"votes"` // none: taken out again
}

// EarlierVotes are the envelopes that a place received on a day.
type EarlierVotes struct {
	Place string      `json:"place"`
	Day   models.Date `json:"day"`
	N     int         `json:"n"`
}

// RecordKind implements models.Record.
func (Earlier) RecordKind() string { return "earlier_votes" }

// RecordID implements models.Record.
func (e Earlier) RecordID() string { return string(e.Type) + " " + e.Name }

// Total is the number of envelopes.
func (e Earlier) Total() int {
	n := 0
	for _, v := range e.Votes {
		n += v.N
	}
	return n
}

// EarlierColumns are the columns of a list of earlier votes.
var EarlierColumns = []string{"place", "date", "votes"}

// earlierDays is how long before its last day a list may begin: longer than any
// period of voting by post at a library.
const earlierDays = 100

// ReadEarlier reads a list of earlier votes, the header first: a place by id,
// name or "name, address"; a date up to last; a whole number. A place and day
// stands once. Every error comes with its row.
func ReadEarlier(rows [][]string, places []models.Place, last models.Date) ([]EarlierVotes, []RowError) {
	cells, errs := columns(rows, EarlierColumns)
	if len(errs) > 0 {
		return nil, errs
	}
	names := placeNames(places)
	var out []EarlierVotes
	seen := map[string]int{}
	for i := range rows[1:] {
		cell, blank := cells(i + 1)
		if blank {
			continue
		}
		v, column, err := earlierRow(cell, names, last)
		if err == nil {
			k := v.Place + " " + v.Day.String()
			if first, twice := seen[k]; twice {
				column, err = "date", models.Invalid("date", "planning.earlier.twice", first)
			} else {
				seen[k] = i + 2
			}
		}
		if err != nil {
			errs = append(errs, RowError{i + 2, column, err})
			continue
		}
		out = append(out, v)
	}
	return out, errs
}

func earlierRow(cell func(string) string, names map[string]string, last models.Date) (EarlierVotes, string, *models.Error) {
	v := EarlierVotes{Place: placeOf(names, cell("place"))}
	if v.Place == "" {
		return v, "place", models.Invalid("place", "planning.elsewhere.place", cell("place"))
	}
	day, err := models.ParseDay(cell("date"))
	if err != nil {
		return v, "date", models.Invalid("date", "form.not_a_date", cell("date"))
	}
	if before := last.Sub(day); before < 0 || before > earlierDays {
		return v, "date", models.Invalid("date", "planning.earlier.outside", day, last)
	}
	n, err := strconv.Atoi(cell("votes"))
	if err != nil || n < 0 || n > models.MaxCount {
		return v, "votes", models.Invalid("votes", "form.not_a_count", cell("votes"))
	}
	v.Day, v.N = day, n
	return v, "", nil
}

// KeepEarlier writes the votes of an earlier election down, in the place of those
// kept under its name before; none take them out. It must lie before the election
// that is planned.
func KeepEarlier(planned models.Election, name string, last models.Date, votes []EarlierVotes, at time.Time) (Earlier, journal.Draft, error) {
	name = strings.Join(strings.Fields(name), " ")
	if name == "" || len(name) > 40 {
		return Earlier{}, journal.Draft{}, models.Invalid("name", "planning.earlier.name")
	}
	if err := models.RefuseCPR("name", name); err != nil {
		return Earlier{}, journal.Draft{}, err
	}
	if last.IsZero() || !last.Before(planned.Date) {
		return Earlier{}, journal.Draft{}, models.Invalid("last", "planning.earlier.last", planned.Date)
	}
	e := Earlier{Name: name, Type: planned.Type, Last: last, At: at, Votes: votes}
	if len(votes) > 0 && e.Total() == 0 {
		return Earlier{}, journal.Draft{}, models.Invalid("file", "planning.earlier.none")
	}
	slices.SortFunc(e.Votes, func(a, b EarlierVotes) int { return cmp.Or(a.Day.Compare(b.Day), cmp.Compare(a.Place, b.Place)) })
	d := journal.Draft{Kind: "plan.earlier", Election: planned.ID}.Fact("name", name).Fact("last", last.String()).Fact("rows", fmt.Sprint(len(votes))).Fact("votes", fmt.Sprint(e.Total()))
	return e, d, nil
}
