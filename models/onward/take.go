package onward

import (
	"maps"
	"slices"
	"strings"

	"github.com/brevstemme/brevstemme/models/custody"
)

// taken is units of one item that were picked for a bin.
type taken struct {
	item string
	n    int64
	more bool // not in the book: more was found than there should be
}

// fillOrder books the named municipalities first, so that each takes the
// envelopes that the desk meant for it.
func fillOrder(counts map[string]int) []string {
	keys := slices.Sorted(maps.Keys(counts))
	rank := map[string]int{"other": 0, "own": 1, BinUnknown: 2, BinLate: 3}
	slices.SortStableFunc(keys, func(a, b string) int {
		x, _, _ := strings.Cut(a, ":")
		y, _, _ := strings.Cut(b, ":")
		return rank[x] - rank[y]
	})
	return keys
}

// take picks n envelopes for a bin out of held: first those that the desk meant
// for it, then unknown ones, then any. held is changed.
func take(held map[string]int64, election, bin string, n int) []taken {
	kind, id, _ := strings.Cut(bin, ":")
	first := custody.Own
	switch kind {
	case "other":
		first = id
	case BinUnknown:
		first = custody.Unknown
	}
	order := []string{custody.Envelope(election, first), custody.Envelope(election, custody.Unknown), custody.Envelope(election, custody.Own)}
	order = append(order, slices.Sorted(maps.Keys(held))...)
	var out []taken
	left := int64(n)
	for _, item := range order {
		k := min(left, held[item])
		if k > 0 {
			held[item] -= k
			left -= k
			out = append(out, taken{item: item, n: k})
		}
	}
	if left > 0 {
		out = append(out, taken{item: custody.Envelope(election, first), n: left, more: true})
	}
	return out
}
