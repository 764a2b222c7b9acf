package trace

import (
	"math"
	"slices"
	"strings"
	"time"

	"github.com/brevstemme/brevstemme/models"
)

// Figure is a number that may not be known yet, or not exactly: it is N at
// least, and up to More above it.
type Figure struct {
	N     int
	More  int
	Known bool
}

// Threefold is the three-way balance of a session, or of all sessions of a day:
// what the desk logged, what was counted by hand at closing and what reception
// counted blind. They are equal, or there is a deviation.
type Threefold struct {
	Session   string // "" for a day
	Place     string
	Starts    time.Time
	Desk      Figure
	Hand      Figure
	Received  Figure
	Deviation string // open or closed
	Shared    bool   // the difference of the deviation can be another session's
}

// The outcomes of a three-way balance.
const (
	VerdictDiffers   = "differs"
	VerdictOneOf     = "one_of" // a difference that is this session's or another's
	VerdictWaits     = "waits"  // something is not counted yet
	VerdictExplained = "explained"
	VerdictEqual     = "equal"
)

// Verdicts lists them, the worst first.
var Verdicts = []string{VerdictDiffers, VerdictOneOf, VerdictWaits, VerdictExplained, VerdictEqual}

// Verdict is the outcome. A figure that is not exact decides nothing as long as
// it can be what the others are.
func (t Threefold) Verdict() string {
	least, most, exact, known := math.MinInt, math.MaxInt, true, true
	for _, f := range []Figure{t.Desk, t.Hand, t.Received} {
		if !f.Known {
			known = false
			continue
		}
		least, most, exact = max(least, f.N), min(most, f.N+f.More), exact && f.More == 0
	}
	switch {
	case least > most && t.Deviation != "":
		return VerdictExplained
	case least > most:
		return VerdictDiffers
	case !exact:
		return VerdictOneOf
	case !known && t.Deviation != "" && t.Shared:
		return VerdictOneOf
	case !known && t.Deviation != "": // some of it waits, and some is known to be missing
		return VerdictExplained
	case !known:
		return VerdictWaits
	}
	return VerdictEqual
}

// ThreeWay is the three-way balance of an election.
type ThreeWay struct {
	Sessions []Threefold
	Days     []DayFold
	Doubts   []Doubt // differences of one session among several
}

// DayFold is the sessions of a day together: the sums of what is known, and the
// worst outcome.
type DayFold struct {
	Threefold
	Outcome string
}

// Together holds what desks and crews counted, one line a session, against what
// a trace says of their envelopes. left is what still lies on desks.
func Together(rows []Threefold, t *Trace, left map[string]int) ThreeWay {
	out := ThreeWay{Sessions: slices.Clone(rows), Doubts: t.Doubts()}
	byDay := map[models.Date][]int{}
	var days []models.Date
	for i := range out.Sessions {
		x := &out.Sessions[i]
		x.receive(t.Of(x.Session), left[x.Session])
		day := models.DateOf(x.Starts)
		if byDay[day] == nil {
			days = append(days, day)
		}
		byDay[day] = append(byDay[day], i)
	}
	slices.SortFunc(days, models.Date.Compare)
	for _, day := range days {
		out.Days = append(out.Days, ofDay(out.Sessions, byDay[day], t))
	}
	return out
}

// receive writes what reception counted of a session.
func (x *Threefold) receive(a Arrival, left int) {
	if a.Waits.Hi == 0 && left == 0 {
		x.Received = Figure{N: int(a.Counted.Lo), More: int(a.Counted.Hi - a.Counted.Lo), Known: true}
	}
	if len(a.Deviations) > 0 {
		x.Deviation, x.Shared = strings.Join(a.Deviations, " "), a.Shared
	}
}

// ofDay adds up the sessions of a day. What is not known of one is left out of
// the sums; what its sessions share among them is exact for the day.
func ofDay(rows []Threefold, which []int, t *Trace) DayFold {
	sum := DayFold{Threefold: Threefold{Starts: rows[which[0]].Starts}}
	add := func(a *Figure, b Figure) { a.N, a.Known = a.N+b.N, a.Known || b.Known }
	var known, deviations []string
	for _, i := range which {
		x := rows[i]
		add(&sum.Desk, x.Desk)
		add(&sum.Hand, x.Hand)
		if x.Received.Known {
			known = append(known, x.Session)
		}
		if x.Deviation != "" {
			deviations = append(deviations, x.Deviation)
		}
	}
	if len(known) > 0 {
		sum.receive(t.Of(known...), 0)
	}
	sum.Deviation = strings.Join(deviations, " ")
	worst := len(Verdicts) - 1
	for _, i := range which {
		v := rows[i].Verdict()
		if v == VerdictOneOf && sum.Received.More == 0 {
			v = VerdictExplained // of this day's sessions, whichever it is
		}
		worst = min(worst, slices.Index(Verdicts, v))
	}
	sum.Outcome = Verdicts[worst]
	return sum
}
