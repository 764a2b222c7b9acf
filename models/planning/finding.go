package planning

import (
	"cmp"
	"slices"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/language"
	"github.com/brevstemme/brevstemme/models/schedule"
)

// Code is the stable name of a finding about a plan.
type Code string

// The codes. The text is the catalogue entry "planning.finding.<code>".
const (
	OutsideWindow  Code = "outside_window"  // the votes would be void (FV § 65 nr. 6)
	SelfService    Code = "self_service"    // the place is open without staff
	Unstaffed      Code = "unstaffed"       // outside the staffed hours that are known
	ClosedDay      Code = "closed_day"      // the place is closed that day
	RoomOverlap    Code = "room_overlap"    // one room twice at the same time
	MobileOverlap  Code = "mobile_overlap"  // one unit at two stops at the same time
	PlaceUndecided Code = "place_undecided" // no decision made it a voting place
	LastDay        Code = "last_day_9_16"   // nobody open 9-16 on the last day
	MissingAids    Code = "missing_aids"    // an aid that belongs at every place
	NoSpecialAids  Code = "no_special_aids" // an aid that one place at least must have
	Holiday        Code = "holiday"         // a session on a helligdag
	NoAgreement    Code = "no_agreement"    // the library has not accepted
	Declined       Code = "declined"        // the library said no: a hole
	NoCrew         Code = "no_crew"         // fewer people than the place needs
	ShortTravel    Code = "short_travel"    // too little time between two stops
	HoursDiffer    Code = "hours_differ"    // another published list says otherwise
)

// Codes lists every code.
var Codes = []Code{OutsideWindow, SelfService, Unstaffed, ClosedDay, RoomOverlap, MobileOverlap, PlaceUndecided, LastDay, MissingAids,
	NoSpecialAids, Holiday, NoAgreement, Declined, NoCrew, ShortTravel, HoursDiffer}

// Severity is how bad a finding is: an error blocks publishing, a warning needs
// a tick with a reason.
type Severity = schedule.Severity

// The severities.
const (
	Error   = schedule.Error
	Warning = schedule.Warning
)

// Severity is the fixed severity of a code.
func (c Code) Severity() Severity {
	switch c {
	case OutsideWindow, SelfService, ClosedDay, RoomOverlap, MobileOverlap, PlaceUndecided:
		return Error
	}
	return Warning
}

// laws names the paragraph of the codes that stand on one.
var laws = map[Code]string{
	OutsideWindow: "FV § 56; KRVL § 62; EPVL § 26", PlaceUndecided: "FV § 53; KRVL § 59", LastDay: "FV § 56, stk. 2; KRVL § 62, stk. 2",
	MissingAids: "FV § 63; KRVL § 69", NoSpecialAids: "FV § 63; KRVL § 69", NoCrew: "FV §§ 55, 61; KRVL §§ 61, 67",
}

// Law is the paragraph behind a code, "" for good practice.
func (c Code) Law() string { return laws[c] }

// Finding is one thing found about a plan. Place and Session are ids, empty
// when it is about the whole plan. Args fill the text.
type Finding struct {
	Code     Code        `json:"code"`
	Severity Severity    `json:"severity"`
	Place    string      `json:"place"`
	Session  string      `json:"session"`
	Day      models.Date `json:"day"`
	Law      string      `json:"law"`
	Args     []any       `json:"-"`
}

// Text says in a language what was found and why it matters.
func (f Finding) Text(l language.Lang) string {
	return language.Text(l, "planning.finding."+string(f.Code), f.Args...)
}

// Ticked tells whether a warning was accepted with a reason.
func (f Finding) Ticked(ticks []Tick) bool {
	return f.Severity == Warning && slices.ContainsFunc(ticks, func(t Tick) bool {
		return t.Code == f.Code && t.Place == f.Place && t.Session == f.Session && t.Reason != ""
	})
}

// Blocking lists the findings that forbid publishing: every error, and every
// warning without a tick.
func Blocking(fs []Finding, ticks []Tick) []Finding {
	var out []Finding
	for _, f := range fs {
		if f.Severity == Error || !f.Ticked(ticks) {
			out = append(out, f)
		}
	}
	return out
}

func sortFindings(fs []Finding) {
	slices.SortStableFunc(fs, func(a, b Finding) int {
		return cmp.Or(slices.Index(Codes, a.Code)-slices.Index(Codes, b.Code), a.Day.Compare(b.Day), cmp.Compare(a.Place, b.Place), cmp.Compare(a.Session, b.Session))
	})
}
