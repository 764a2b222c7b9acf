package onward

import (
	"strconv"
	"time"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/custody"
	"github.com/brevstemme/brevstemme/models/journal"
)

// LegalHold keeps an election's material from being destroyed: a complaint is
// open, or somebody with the right to it asked.
type LegalHold struct {
	ID         string    `json:"id"`
	Election   string    `json:"election"`
	Reason     string    `json:"reason"`
	By         string    `json:"by"`
	At         time.Time `json:"at"`
	LiftedBy   string    `json:"lifted_by"`
	LiftedAt   time.Time `json:"lifted_at,omitzero"`
	LiftReason string    `json:"lift_reason"`
}

// RecordKind implements models.Record.
func (LegalHold) RecordKind() string { return "legal_hold" }

// RecordID implements models.Record.
func (h LegalHold) RecordID() string { return h.ID }

// Open tells whether the hold still holds.
func (h LegalHold) Open() bool { return h.LiftedAt.IsZero() }

// Lot is one thing that must be destroyed. What is a catalogue key's last part.
type Lot struct {
	What  string `json:"what"`  // considered, rejected, delivered, late, voided
	Where string `json:"where"` // district or ""
	N     int    `json:"n"`
}

// Destruction is the minutes of destroying an election's postal-vote material,
// signed by two (KRVL § 106 stk. 4). What stays (protocol, journal) is øvrigt
// valgmateriale and follows the archive law.
type Destruction struct {
	ID       string      `json:"id"`
	Election string      `json:"election"`
	Lots     []Lot       `json:"lots"`
	Method   string      `json:"method"`
	Company  string      `json:"company"`
	Where    string      `json:"where"`
	On       models.Date `json:"on"`
	By       string      `json:"by"`
	Witness  string      `json:"witness"`
	At       time.Time   `json:"at"`
}

// RecordKind implements models.Record.
func (Destruction) RecordKind() string { return "destruction" }

// RecordID implements models.Record.
func (d Destruction) RecordID() string { return d.ID }

// PutHold stops destruction.
func PutHold(e models.Election, a models.Act, reason string, now time.Time) (Decided, error) {
	if err := custody.Words("reason", reason, 5); err != nil {
		return Decided{}, err
	}
	h := LegalHold{ID: models.DeriveID("J", a.Key), Election: e.ID, Reason: clean(reason), By: a.Person, At: now.UTC()}
	return Decided{journal.Draft{Kind: "hold.put", Election: e.ID}.Fact("hold", h.ID).Fact("reason", h.Reason), []models.Record{h}}, nil
}

// LiftHold ends a hold, by someone other than who put it (good practice).
func LiftHold(h LegalHold, a models.Act, reason string, now time.Time) (Decided, error) {
	if !h.Open() {
		return Decided{}, models.E(models.CodeState, "onward.hold_lifted")
	}
	if h.By == a.Person {
		return Decided{}, models.E(models.CodeSamePerson, "onward.hold_other")
	}
	if err := custody.Words("lift_reason", reason, 5); err != nil {
		return Decided{}, err
	}
	h.LiftedBy, h.LiftedAt, h.LiftReason = a.Person, now.UTC(), clean(reason)
	return Decided{journal.Draft{Kind: "hold.lifted", Election: h.Election}.Fact("hold", h.ID).Fact("reason", h.LiftReason), []models.Record{h}}, nil
}

// Estate is what destruction may look at.
type Estate struct {
	Election      models.Election
	ComplaintLast models.Date // last day for complaints
	Holds         []LegalHold
	Done          []Destruction
	Deviations    int // open ones of the election
	Sums          Sums
	Late          map[string]int64 // holding of the late bin
	Lots          []Lot
	Unreported    int // districts that got votes and have no result yet
}

// Due tells what stands in the way of destruction, as a failure; nil when nothing does.
func (x Estate) Due(today models.Date) error {
	for _, h := range x.Holds {
		if h.Open() {
			return models.E(models.CodeState, "onward.hold_open", h.Reason)
		}
	}
	switch {
	case len(x.Done) > 0:
		return models.E(models.CodeState, "onward.destroyed_already")
	case x.Election.State != models.ElectionCounted && x.Election.State != models.ElectionCancelled:
		return models.E(models.CodeState, "onward.count_first")
	case !today.After(x.ComplaintLast):
		return models.E(models.CodeState, "onward.complaints_run", x.ComplaintLast)
	case x.Deviations > 0:
		return models.E(models.CodeState, "onward.deviations_open", x.Deviations)
	case x.Sums.OnHand != x.Sums.Late:
		return models.E(models.CodeState, "onward.still_on_hand", x.Sums.OnHand-x.Sums.Late)
	}
	return nil
}

// DestroyCmd is what the two who destroyed it write.
type DestroyCmd struct {
	Method, Company, Where string
	On                     models.Date
}

// Destroy writes the minutes and closes the election. Late votes leave the books
// as destroyed; what was delivered stays delivered, so that every sum of the
// election still holds.
func Destroy(x Estate, a models.Act, cmd DestroyCmd, now time.Time) (Decided, error) {
	if err := x.Due(models.DateOf(now)); err != nil {
		return Decided{}, err
	}
	if a.Witness == "" || a.Witness == a.Person {
		return Decided{}, models.E(models.CodeSamePerson, "onward.two_examiners").On("witness")
	}
	for _, f := range []struct {
		name, text string
		least      int
	}{{"method", cmd.Method, 3}, {"company", cmd.Company, 0}, {"where", cmd.Where, 2}} {
		if err := custody.Words(f.name, f.text, f.least); err != nil {
			return Decided{}, err
		}
	}
	if cmd.On.IsZero() || cmd.On.After(models.DateOf(now)) || !cmd.On.After(x.ComplaintLast) {
		return Decided{}, models.Invalid("on", "onward.destroyed_on")
	}
	m := Destruction{ID: models.DeriveID("M", a.Key), Election: x.Election.ID, Lots: x.Lots, Method: clean(cmd.Method), Company: clean(cmd.Company), Where: clean(cmd.Where),
		On: cmd.On, By: a.Person, Witness: a.Witness, At: now.UTC()}
	d := journal.Draft{Kind: "material.destroyed", Election: m.Election}.Fact("destruction", m.ID).Fact("method", m.Method).Fact("company", m.Company).Fact("where", m.Where).Fact("on", m.On.String())
	for i, l := range m.Lots {
		d = d.Fact("lot "+strconv.Itoa(i+1), l.What+" "+l.Where+" "+strconv.Itoa(l.N))
	}
	out := Decided{moveAll(d, Of(x.Late, m.Election), custody.Bin(BinLate), "destroyed:"+m.ID), []models.Record{m}}
	if e := x.Election; e.State == models.ElectionCounted { // a cancelled one stays cancelled
		var err error
		if e.State, err = models.ElectionStates.Next(e.State, models.ElectionClose); err != nil {
			return Decided{}, err
		}
		out.Records = append(out.Records, e)
	}
	return out, nil
}
