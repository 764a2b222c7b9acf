package onward

import (
	"slices"
	"strconv"
	"time"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/custody"
	"github.com/brevstemme/brevstemme/models/journal"
)

// Abroad is the origin of votes from embassies, ships and the Commonwealth.
const Abroad = "abroad"

// ArrivalState is where a consignment from others stands.
type ArrivalState string

// The states of an arrival.
const (
	ArrivalNew       ArrivalState = "new"
	ArrivalAnnounced ArrivalState = "announced" // a signed manifest was imported; nothing is counted
	ArrivalDiffers   ArrivalState = "differs"   // counted, but not as the sender says: another person counts
	ArrivalReceived  ArrivalState = "received"
)

// ArrivalAct is what may happen to an arrival.
type ArrivalAct string

// The acts on an arrival.
const (
	ArrivalAnnounce ArrivalAct = "announce"
	ArrivalTake     ArrivalAct = "take"
	ArrivalClash    ArrivalAct = "differ"
)

// ArrivalStates is the state table of an arrival.
var ArrivalStates = models.Transitions[ArrivalState, ArrivalAct]{
	ArrivalNew:       {ArrivalAnnounce: ArrivalAnnounced, ArrivalTake: ArrivalReceived, ArrivalClash: ArrivalDiffers},
	ArrivalAnnounced: {ArrivalTake: ArrivalReceived, ArrivalClash: ArrivalDiffers},
	ArrivalDiffers:   {ArrivalTake: ArrivalReceived, ArrivalClash: ArrivalDiffers},
}

// Tally is one person's blind count of an arrival or a delivery.
type Tally struct {
	Person string    `json:"person"`
	At     time.Time `json:"at"`
	N      int       `json:"n"`
}

// Arrival is a consignment from another municipality or from abroad. Its date
// of receipt goes into the protocol (FV § 64 stk. 1).
type Arrival struct {
	ID        string       `json:"id"`
	Election  string       `json:"election"`
	From      string       `json:"from"` // kommunekode or Abroad
	Place     string       `json:"place"`
	State     ArrivalState `json:"state"`
	Reference string       `json:"reference"` // number on the sender's cover list
	Stated    int          `json:"stated"`    // what the sender says; -1 when not said. Hidden until counted
	Packets   int          `json:"packets"`
	Manifest  string       `json:"manifest"` // hex SHA-256 of the imported manifest
	Counts    []Tally      `json:"counts"`
	Booked    int          `json:"booked"`
	At        time.Time    `json:"at,omitzero"`
	Late      bool         `json:"late"` // after voting started
	Deviation string       `json:"deviation"`
}

// RecordKind implements models.Record.
func (Arrival) RecordKind() string { return "arrival" }

// RecordID implements models.Record.
func (x Arrival) RecordID() string { return x.ID }

// Blind is an arrival without figures, until it is received.
func (x Arrival) Blind() Arrival {
	if x.State == ArrivalReceived {
		return x
	}
	x.Stated = -1
	counts := x.Counts
	x.Counts = nil
	for _, c := range counts {
		x.Counts = append(x.Counts, Tally{Person: c.Person, At: c.At})
	}
	return x
}

// LateLot is a number of votes that came after voting started: origin and cause
// are kept, and they are never opened (code B9).
type LateLot struct {
	ID       string    `json:"id"`
	Election string    `json:"election"`
	Origin   string    `json:"origin"` // kommunekode, Abroad or a place id
	Cause    string    `json:"cause"`
	N        int       `json:"n"`
	At       time.Time `json:"at"`
}

// RecordKind implements models.Record.
func (LateLot) RecordKind() string { return "late_lot" }

// RecordID implements models.Record.
func (l LateLot) RecordID() string { return l.ID }

// ArriveCmd is a consignment as it stands on the table.
type ArriveCmd struct {
	From      string // kommunekode or Abroad
	Reference string
	Stated    int // from the paper, -1 for none
	Packets   int
	Count     int
	Cause     string // why it is late, after voting started
}

// Arrive takes a consignment in that no manifest announced.
func Arrive(e models.Election, place string, pollsOpen time.Time, a models.Act, cmd ArriveCmd, now time.Time) (Decided, error) {
	if !origin(cmd.From, e.Municipality) {
		return Decided{}, models.Invalid("from", "onward.no_origin", cmd.From)
	}
	if err := custody.Words("reference", cmd.Reference, 0); err != nil {
		return Decided{}, err
	}
	x := Arrival{ID: models.DeriveID("I", a.Key), Election: e.ID, From: cmd.From, Place: place, State: ArrivalNew, Reference: clean(cmd.Reference), Stated: cmd.Stated, Packets: cmd.Packets}
	return CountArrival(x, pollsOpen, a, cmd.Count, cmd.Cause, now)
}

func origin(code, own string) bool {
	m, ok := models.MunicipalityByCode(code)
	return code == Abroad || ok && m.Code == code && code != own
}

// CountArrival writes a blind count. When the sender's figure is known and
// differs, another person counts; when a count is confirmed (by the sender's
// figure or by an earlier counter), the votes are booked.
func CountArrival(x Arrival, pollsOpen time.Time, a models.Act, n int, cause string, now time.Time) (Decided, error) {
	if !a.MayActAt(x.Place) {
		return Decided{}, models.E(models.CodeForbidden, "custody.wrong_place")
	}
	if n < 1 || n > 100_000 {
		return Decided{}, models.Invalid("count", "onward.count_range")
	}
	if k := len(x.Counts); k > 0 && x.Counts[k-1].Person == a.Person {
		return Decided{}, models.E(models.CodeSamePerson, "onward.other_counts")
	}
	confirmed := x.Stated < 0 || x.Stated == n || slices.ContainsFunc(x.Counts, func(c Tally) bool { return c.N == n })
	x.Counts = append(slices.Clone(x.Counts), Tally{a.Person, now.UTC(), n})
	d := journal.Draft{Election: x.Election, Place: x.Place}.Fact("arrival", x.ID).Fact("from", x.From).Fact("reference", x.Reference).Fact("count", strconv.Itoa(n))
	var err error
	if !confirmed {
		if x.State, err = ArrivalStates.Next(x.State, ArrivalClash); err != nil {
			return Decided{}, err
		}
		d.Kind = "arrival.differs"
		return Decided{d, []models.Record{x}}, nil
	}
	if x.State, err = ArrivalStates.Next(x.State, ArrivalTake); err != nil {
		return Decided{}, err
	}
	d.Kind, x.Booked, x.At, x.Late = "arrival.received", n, now.UTC(), !now.Before(pollsOpen)
	recs, to := []models.Record{}, custody.At(x.Place)
	if x.Late {
		if err := custody.Words("cause", cause, 5); err != nil {
			return Decided{}, err
		}
		to = custody.Bin(BinLate)
		recs = append(recs, LateLot{ID: models.DeriveID("L", a.Key), Election: x.Election, Origin: x.From, Cause: clean(cause), N: n, At: now.UTC()})
		d = d.Fact("cause", cause)
	}
	if x.Stated >= 0 && x.Stated != n {
		dev := deviation(a, now, custody.DevCount, x.Election, x.Place, "arrival", strconv.Itoa(x.Stated), strconv.Itoa(n))
		x.Deviation = dev.ID
		recs = append(recs, dev)
		d = d.Fact("deviation", dev.ID)
	}
	d = d.Move(custody.Envelope(x.Election, custody.Own), custody.Origin(x.From), to, int64(n))
	return Decided{d, append([]models.Record{x}, recs...)}, nil
}
