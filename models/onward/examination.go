package onward

import (
	"maps"
	"slices"
	"strconv"
	"time"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/custody"
	"github.com/brevstemme/brevstemme/models/journal"
)

// RejectionCodes are why a postal vote is not taken into consideration, as the
// official statistics name them: FV § 65 stk. 2 nr. 1–6 and stk. 3, KRVL § 71.
// The letters of 3a–3d follow from the order of the paragraph; 3e–3g were read.
var RejectionCodes = []string{"3a", "3b", "3c", "3d", "3e", "3f", "3g"}

// CodeLate is the official code of votes received too late.
const CodeLate = "B9"

// FromPlace is how many votes from one place were rejected with a code. The
// place stands on the covering letter; the voter is not noted.
type FromPlace struct {
	Place string `json:"place"`
	Code  string `json:"code"`
	N     int    `json:"n"`
}

// Outcome is what the board reported for a district: counts alone.
type Outcome struct {
	Considered int            `json:"considered"`
	Rejected   map[string]int `json:"rejected"` // code → number
	Origins    []FromPlace    `json:"origins"`
	Examiners  []string       `json:"examiners"` // person ids, at least two
	At         time.Time      `json:"at"`
	Reason     string         `json:"reason"` // of a correction
}

// Total is every vote that was examined.
func (o Outcome) Total() int {
	n := o.Considered
	for _, k := range o.Rejected {
		n += k
	}
	return n
}

// Examination is the outcomes of one district: the last one counts, earlier ones
// stay (corrections are new lines).
type Examination struct {
	ID       string    `json:"id"` // election-district
	Election string    `json:"election"`
	District string    `json:"district"`
	Outcomes []Outcome `json:"outcomes"`
}

// RecordKind implements models.Record.
func (Examination) RecordKind() string { return "examination" }

// RecordID implements models.Record.
func (e Examination) RecordID() string { return e.ID }

// Last is the outcome that counts.
func (e Examination) Last() Outcome {
	if len(e.Outcomes) == 0 {
		return Outcome{}
	}
	return e.Outcomes[len(e.Outcomes)-1]
}

// Examine writes the outcome of a district. first is the earliest day (KRVL § 71
// stk. 1: two days before, when needed); delivered is what its station has. A
// second outcome needs a reason, so that nothing is entered twice by mistake.
func Examine(e models.Election, x Examination, delivered int, first time.Time, a models.Act, o Outcome, now time.Time) (Decided, error) {
	if now.Before(first) {
		return Decided{}, models.E(models.CodeState, "onward.too_early", models.DateOf(first))
	}
	slices.Sort(o.Examiners)
	if people := slices.Compact(slices.DeleteFunc(slices.Clone(o.Examiners), func(p string) bool { return p == "" })); len(people) < 2 {
		return Decided{}, models.E(models.CodeSamePerson, "onward.two_examiners").On("examiner2")
	}
	rejected := map[string]int{}
	for code, n := range o.Rejected {
		if !slices.Contains(RejectionCodes, code) || n < 0 {
			return Decided{}, models.Invalid("code:"+code, "form.not_a_count", code)
		}
		if n > 0 {
			rejected[code] = n
		}
	}
	o.Rejected, o.At = rejected, now.UTC()
	if o.Considered < 0 || o.Total() != delivered {
		return Decided{}, models.E(models.CodeBalance, "onward.outcome_sum", o.Total(), delivered).On("considered")
	}
	from := map[string]int{}
	for _, f := range o.Origins {
		if f.N < 1 || f.Place == "" {
			return Decided{}, models.Invalid("origins", "onward.count_range")
		}
		if from[f.Code] += f.N; from[f.Code] > rejected[f.Code] {
			return Decided{}, models.Invalid("origins", "onward.origin_sum", f.Code)
		}
	}
	kind := "examination.recorded"
	if len(x.Outcomes) > 0 {
		if err := custody.Words("reason", o.Reason, 5); err != nil {
			return Decided{}, models.Invalid("reason", "onward.outcome_twice")
		}
		kind = "examination.corrected"
	}
	x.Outcomes = append(slices.Clone(x.Outcomes), o)
	d := journal.Draft{Kind: kind, Election: e.ID}.Fact("district", x.District).Fact("considered", strconv.Itoa(o.Considered)).Fact("reason", o.Reason)
	for _, code := range slices.Sorted(maps.Keys(rejected)) {
		d = d.Fact("code "+code, strconv.Itoa(rejected[code]))
	}
	return Decided{d, []models.Record{x}}, nil
}

// ByOrigin sums rejections per place and code, for training at the place. What
// is below five is left out and the rest is rounded down (Guard): nothing that
// could be one person leaves here, not even that there was one.
func ByOrigin(xs []Examination) map[string]map[string]int {
	out := map[string]map[string]int{}
	for _, x := range xs {
		for _, f := range x.Last().Origins {
			if out[f.Place] == nil {
				out[f.Place] = map[string]int{}
			}
			out[f.Place][f.Code] += f.N
		}
	}
	for place, codes := range out {
		for code, n := range codes {
			if codes[code] = Guard(n); codes[code] == 0 {
				delete(codes, code)
			}
		}
		if len(codes) == 0 {
			delete(out, place)
		}
	}
	return out
}

// Guard is what may be published of a count: rounded down to a multiple of five,
// so that nothing below five is seen and no difference of two reports is one
// person. See Published.
func Guard(n int) int { return n / Fewest * Fewest }
