package custody

import (
	"slices"
	"strings"
)

// Discrepancy is one thing that differs between giver and receiver.
type Discrepancy struct {
	Container string
	What      string // "not_arrived", "unexpected", "seal", "condition", "count"
	Key       string // CountKey of a count
	Expected  string
	Found     string
}

// Discrepancies compares what was sent with what was read. A container that was
// not opened is compared by its seals alone.
func Discrepancies(sent []Sent, reads []Read) []Discrepancy {
	var out []Discrepancy
	byID := map[string]Read{}
	for _, r := range reads {
		byID[r.Container] = r
	}
	for _, x := range sent {
		r := byID[x.Container]
		delete(byID, x.Container)
		if !r.Arrived {
			out = append(out, Discrepancy{x.Container, "not_arrived", "", countText(x.Counts), "0"})
			continue
		}
		out = append(out, sealDiffers(x, r)...)
		if r.Opened && !equalCounts(x.Counts, r.Counts) {
			out = append(out, Discrepancy{x.Container, "count", "", countText(x.Counts), countText(r.Counts)})
		}
	}
	for _, r := range reads {
		if _, left := byID[r.Container]; left && r.Arrived {
			out = append(out, Discrepancy{r.Container, "unexpected", "", "0", countText(r.Counts)})
		}
	}
	return out
}

func sealDiffers(x Sent, r Read) []Discrepancy {
	var out []Discrepancy
	if !slices.Equal(slices.Sorted(slices.Values(x.Seals)), r.Seals) {
		out = append(out, Discrepancy{x.Container, "seal", "", strings.Join(x.Seals, " "), strings.Join(r.Seals, " ")})
	}
	if r.Condition != Intact && len(x.Seals) > 0 {
		out = append(out, Discrepancy{x.Container, "condition", "", string(Intact), string(r.Condition)})
	}
	return out
}
