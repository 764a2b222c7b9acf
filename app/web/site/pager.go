package site

import (
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// Pager is where a long list stands: the query's "side" counts from 1. Earlier
// and Later are links, "" where there is nothing.
type Pager struct {
	number, Size   int
	self           string
	query          url.Values
	Earlier, Later string
}

// Page reads which part of a list is asked for; nonsense is the first.
func (r *Request) Page(size int) Pager {
	n, err := strconv.Atoi(r.Query("side"))
	if err != nil || n < 1 || n > 10_000 {
		n = 1
	}
	return Pager{number: n, Size: size, self: r.HTTP().URL.Path, query: r.HTTP().URL.Query()}
}

func (p Pager) Skip() int { return (p.number - 1) * p.Size }

func (p Pager) link(n int) string {
	q := url.Values{}
	for k, v := range p.query {
		q[k] = v
	}
	q.Set("side", strconv.Itoa(n))
	return p.self + "?" + q.Encode()
}

// OnePage takes one part out of a list that was read one row too long, and says
// whether there is more.
func OnePage[T any](rows []T, p Pager) ([]T, Pager) {
	if p.number > 1 {
		p.Earlier = p.link(p.number - 1)
	}
	if len(rows) > p.Size {
		rows, p.Later = rows[:p.Size], p.link(p.number+1)
	}
	return rows, p
}

// At are the places to read: the one that is asked for when the person may act
// there, else all of theirs.
func (r *Request) At(place string) []string {
	own := r.Places()
	if place == "" || own != nil && !slices.Contains(own, place) {
		return own
	}
	return []string{place}
}

// FilterOptions are the values of a filter, "everything" first; their words are the
// catalogue's.
func FilterOptions[T ~string](r *Request, query, every, words string, values ...T) []Option {
	out := []Option{{Text: r.Text(every)}}
	for _, v := range values {
		out = append(out, Option{Value: string(v), Text: r.Text(words + string(v)), Checked: r.Query(query) == string(v)})
	}
	return out
}

// PlaceChoice is the filter by place: those of the person, by name.
func (r *Request) PlaceChoice(names map[string]string) []Option {
	own := r.Places()
	var out []Option
	for id, name := range names {
		if own == nil || slices.Contains(own, id) {
			out = append(out, Option{Value: id, Text: name, Checked: r.Query("sted") == id})
		}
	}
	slices.SortFunc(out, func(a, b Option) int { return strings.Compare(a.Text, b.Text) })
	return append([]Option{{Text: r.Text("pager.every_place")}}, out...)
}
