package models

// ElectionType is what is voted on; it decides the calendar and the material.
type ElectionType string

// The election types (law: FV, KRVL, EPVL). One kv election is the joint local
// and regional election: two ballots, two envelopes, one outer envelope.
const (
	TypeGeneral    ElectionType = "fv"         // folketingsvalg
	TypeLocal      ElectionType = "kv"         // kommunal- og regionalvalg
	TypeEuropean   ElectionType = "ep"         // Europa-Parlamentsvalg
	TypeReferendum ElectionType = "fa"         // folkeafstemning
	TypeLocalVote  ElectionType = "lokal_fa"   // kommunal folkeafstemning, KRVL § 105 a ff.
	TypeSeniors    ElectionType = "aeldreraad" // ældrerådsvalg beside a kv, not under KRVL
)

// ElectionTypes lists the types in the order in which they are offered.
var ElectionTypes = []ElectionType{TypeGeneral, TypeLocal, TypeEuropean, TypeReferendum, TypeLocalVote, TypeSeniors}

// ElectionState is where an election stands.
type ElectionState string

// The states of an election.
const (
	ElectionPlanned   ElectionState = "planned"
	ElectionRunning   ElectionState = "running"
	ElectionCounted   ElectionState = "counted"
	ElectionClosed    ElectionState = "closed"
	ElectionCancelled ElectionState = "cancelled"
)

// ElectionAct is what may happen to an election.
type ElectionAct string

// The acts of an election.
const (
	ElectionStart  ElectionAct = "start" // its first session is published
	ElectionMove   ElectionAct = "move"
	ElectionCancel ElectionAct = "cancel"
	ElectionCount  ElectionAct = "count" // the count is over
	ElectionClose  ElectionAct = "close" // its material is destroyed
)

// ElectionStates is the state table of an election. It starts when its first
// session is published, is counted when the coordinator says that the count is
// over, and closed when its material is destroyed.
var ElectionStates = Transitions[ElectionState, ElectionAct]{
	ElectionPlanned: {ElectionStart: ElectionRunning, ElectionCount: ElectionCounted, ElectionCancel: ElectionCancelled, ElectionMove: ElectionPlanned}, // counted: its votes came from elsewhere
	ElectionRunning: {ElectionCount: ElectionCounted, ElectionCancel: ElectionCancelled, ElectionMove: ElectionRunning},
	ElectionCounted: {ElectionClose: ElectionClosed},
}

// Decision is a decision that the law or the municipality asks for: who, when, where to find it.
type Decision struct {
	Date      Date   `json:"date"`
	Body      string `json:"body"`      // "Byrådet", "Borgmesteren efter bemyndigelse"
	Reference string `json:"reference"` // minutes item or case number
}

// Set tells whether the decision is there in full.
func (d Decision) Set() bool { return !d.Date.IsZero() && d.Body != "" && d.Reference != "" }

// Ballot is one ballot of a set with its own inner envelope (FV § 60, KRVL § 66).
type Ballot struct {
	Name           string `json:"name"`            // "Kommunalvalg"
	EnvelopeColour string `json:"envelope_colour"` // in words; KV21: blå, gul. Colours are a setting
}

// Election is one election of one municipality.
type Election struct {
	ID           string        `json:"id"` // "KV25"
	Type         ElectionType  `json:"type"`
	Name         string        `json:"name"` // "Kommunal- og regionalvalg 2025"
	Date         Date          `json:"date"`
	Called       Date          `json:"called"`       // the day of the call; fv only
	Municipality string        `json:"municipality"` // kommunekode
	State        ElectionState `json:"state"`
	Colour       string        `json:"colour"`       // "#RRGGBB" of the election's bar, on screen and paper
	Word         string        `json:"word"`         // the colour as a word, so that colour never stands alone: "BLÅ"
	Ballots      []Ballot      `json:"ballots"`      // one set
	First        Date          `json:"first"`        // first day for any voter: the calendar's, or a later local start
	Last         Date          `json:"last"`         // last day (the calendar's open_last)
	LocalReason  string        `json:"local_reason"` // why First differs from the calendar
	EProtocol    Decision      `json:"eprotocol"`    // council's decision on the electronic protocol, FV § 64 / KRVL § 70
	CaseNumber   string        `json:"case_number"`  // KLE, "84.04.00-…"
	Practice     bool          `json:"practice"`     // øvelse: never counted, prints say ØVELSE
	CopiedFrom   string        `json:"copied_from"`  // election id
	Supplement   []Override    `json:"supplement"`   // calendar dates set by hand
	// Settings are the calendar's local settings that were decided for the election.
	Settings     []LocalSetting `json:"settings,omitempty"`
	ClosedReason string         `json:"closed_reason"` // why cancelled or moved
	// AppointmentsRequired: nobody enters a crew of the election without an
	// appointment and instruction in the book. Off, the mark on the person's
	// record is taken for both (a municipality that keeps the letters elsewhere).
	AppointmentsRequired bool `json:"appointments_required"`
	WishesDue            Date `json:"wishes_due"` // last day on which staff may write wishes; zero for none
	Expected             int  `json:"expected"`   // postal votes that the municipality reckons with at all; 0 when nobody said
	// Forecast sizes the crews between opening and closing by the expected votes.
	Forecast CrewForecast `json:"forecast,omitzero"`
	// EraseStaff is the day after which the personal data of the staff is erased;
	// zero means that nobody decided yet.
	EraseStaff Date `json:"erase_staff,omitzero"`
}

// CrewForecast says whether the expected votes decide how many receivers are
// wanted, and how: minutes per vote and the longest mean wait in minutes.
type CrewForecast struct {
	On      bool `json:"on"`
	Minutes int  `json:"minutes"`
	Wait    int  `json:"wait"`
}

// LocalSetting is what a municipality decided where the law is unclear or leaves
// the choice: a setting of models/calendar by name, its value as Settings.Set
// reads it, and why.
type LocalSetting struct {
	Name      string `json:"name"`
	Value     string `json:"value"`
	Reason    string `json:"reason"`
	Reference string `json:"reference"`
}

// Override is a calendar date set by hand, with its reason and reference. Clock
// ("14:00") moves a moment's time of day too; empty keeps it.
type Override struct {
	Rule      string `json:"rule"`
	Date      Date   `json:"date"`
	Clock     string `json:"clock,omitempty"`
	Reason    string `json:"reason"`
	Reference string `json:"reference"`
}

// RecordKind implements Record.
func (Election) RecordKind() string { return "election" }

// RecordID implements Record.
func (e Election) RecordID() string { return e.ID }
