package desk

import (
	"slices"
	"time"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/custody"
	"github.com/brevstemme/brevstemme/models/journal"
)

// Act is what may happen at the counter of a session.
type Act string

// The acts at the counter. Receive, void and spoil move units; the others tell.
const (
	ActReceive  Act = "receive"  // an envelope was received
	ActUndo     Act = "undo"     // counter-entry: the old event stays in the book
	ActVoid     Act = "void"     // a received envelope does not count as a vote
	ActSpoil    Act = "spoil"    // blank material was spoiled
	ActIncident Act = "incident" // something happened, by code
	ActMark     Act = "mark"     // line, help, out of material
	ActFollowUp Act = "followup" // an event the server had refused was settled otherwise
)

// Event is one thing that happened at the counter. It says nothing of a
// voter: the statutory record is counts and dates (FV § 64, KRVL § 70).
type Event struct {
	ID          string    `json:"id"` // the act's key: made by the browser, unique
	Session     string    `json:"session"`
	Place       string    `json:"place"`
	Election    string    `json:"election"`
	Act         Act       `json:"act"`
	Destination string    `json:"destination"` // of an envelope: Own, Unknown or a kommunekode
	What        string    `json:"what"`        // of material: "set"; of a mark: MarkLine …
	N           int       `json:"n"`           // Units moved; people in line; −n for an undo
	Reason      string    `json:"reason"`      // code
	Person      string    `json:"person"`
	At          time.Time `json:"at"`       // when it happened, corrected for the device's clock
	Recorded    time.Time `json:"recorded"` // when the server wrote it
	Late        bool      `json:"late"`     // efterregistreret: written after the fact
	Device      string    `json:"device"`
	DeviceSeq   int64     `json:"device_seq"`
	DeviceAt    time.Time `json:"device_at,omitzero"` // what the device's clock said
	Form        string    `json:"form"`               // number of the emergency form it was typed from
	Undoes      string    `json:"undoes"`
	UndoneBy    string    `json:"undone_by"`
}

// RecordKind implements models.Record.
func (Event) RecordKind() string { return "desk_event" }

// RecordID implements models.Record.
func (e Event) RecordID() string { return e.ID }

// Shift is what an act at the counter may look at: the session as it stands.
type Shift struct {
	Session   models.Session
	Place     models.Place
	Elections map[string]models.Election
	Held      map[string]int64 // what the desk holds: item → units
	Stored    map[string]int64 // what the place's storage holds; for Open, Restock and Close
}

// Stamp is when and where an event was made, as the browser says.
type Stamp struct {
	Device    string
	Seq       int64
	DeviceAt  time.Time // the device's clock when it happened
	SentAt    time.Time // the device's clock when it was sent
	Requeued  bool      // it waited in the outbox
	PadNumber string    // it was typed from an emergency form
}

// lateAfter is how long an event may be on its way before it is called late.
const lateAfter = 10 * time.Second

// when is the instant of an event. A device's clock may be wrong by hours, so
// only the time between making and sending is believed; it cannot lie before
// the opening nor in the future.
func (st Stamp) when(s models.Session, now time.Time) (at time.Time, late bool) {
	at = now
	if !st.DeviceAt.IsZero() && st.SentAt.After(st.DeviceAt) {
		at = now.Add(-st.SentAt.Sub(st.DeviceAt))
	}
	if !s.OpenedAt.IsZero() && at.Before(s.OpenedAt) {
		at = s.OpenedAt
	}
	return at, st.Requeued || st.PadNumber != "" || now.Sub(at) > lateAfter
}

// event starts an event of this shift.
func (sh Shift) event(a models.Act, st Stamp, act Act, now time.Time) Event {
	at, late := st.when(sh.Session, now)
	return Event{ID: a.Key, Session: sh.Session.ID, Place: sh.Session.Place, Act: act, Person: a.Person, At: at, Recorded: now,
		Late: late, Device: st.Device, DeviceSeq: st.Seq, DeviceAt: st.DeviceAt, Form: st.PadNumber}
}

// draft starts the journal's entry of an event.
func (e Event) draft(kind string) journal.Draft {
	d := journal.Draft{Kind: kind, Election: e.Election, Place: e.Place}.Fact("session", e.Session)
	if e.Late {
		d = d.Fact("late", "1").Fact("device", e.Device)
	}
	return d.Fact("form", e.Form)
}

// working tells whether a person stands on the crew list at an instant.
func working(s models.Session, person string, at time.Time) bool {
	return slices.ContainsFunc(s.Crew, func(c models.CrewMember) bool {
		return c.Person == person && !c.From.After(at) && (c.Until.IsZero() || !at.After(c.Until))
	})
}

// may tests that the person may act at this counter at that instant.
func (sh Shift) may(a models.Act, at time.Time) error {
	if !a.MayActAt(sh.Session.Place) {
		return models.E(models.CodeForbidden, "desk.wrong_place")
	}
	if a.Role != models.RoleCoordinator && !working(sh.Session, a.Person, at) {
		return models.E(models.CodeForbidden, "desk.not_crew")
	}
	return nil
}

// counting tests that the session takes events: open, or doors shut and the
// event happened before that.
func (sh Shift) counting(e Event) error {
	switch sh.Session.State {
	case models.SessionOpen:
		return nil
	case models.SessionClosing:
		if settled(sh.Session) {
			return models.E(models.CodeState, "desk.counted_by_hand") // it lay on the table and is in the hand count
		}
		if e.Late && !e.At.After(sh.Session.ShutAt) {
			return nil
		}
		return models.E(models.CodeState, "desk.doors_shut")
	case models.SessionClosed:
		return models.E(models.CodeState, "desk.closed")
	}
	return models.E(models.CodeState, "desk.not_open")
}

// settled tells that the hand count of a session is agreed or explained: from
// then on the book holds what lay there, and what a PC sends later would be twice.
func settled(s models.Session) bool {
	return s.Desk.Counted == CountedEqual || s.Desk.Counted == CountedExplained
}

// election is the election of an event, with the rule that votes are received
// until its last date (FV § 56, KRVL § 62: a date, not an hour).
func (sh Shift) election(id string, at time.Time) (models.Election, error) {
	if !sh.Session.Serves(id) {
		return models.Election{}, models.Invalid("election", "desk.not_served", id)
	}
	e, ok := sh.Elections[id]
	if !ok {
		return e, models.Invalid("election", "desk.not_served", id)
	}
	if !e.Last.IsZero() && models.DateOf(at).After(e.Last) {
		return e, models.E(models.CodeState, "desk.election_over", e.Name, e.Last).On("election")
	}
	return e, nil
}

// begin starts an event that moves units of an election: by one who may, while
// the session takes it, until the election's last date.
func (sh Shift) begin(a models.Act, st Stamp, act Act, election string, now time.Time) (Event, models.Election, error) {
	e := sh.event(a, st, act, now)
	if err := sh.may(a, e.At); err != nil {
		return e, models.Election{}, err
	}
	if err := sh.counting(e); err != nil {
		return e, models.Election{}, err
	}
	el, err := sh.election(election, e.At)
	e.Election = el.ID
	return e, el, err
}

// ReceiveCmd counts received envelopes; N is 1 but on an emergency form.
type ReceiveCmd struct {
	Election    string
	Destination string
	N           int
	Stamp       Stamp
}

// Receive counts an envelope: it passes from the voter to the desk.
func Receive(sh Shift, a models.Act, cmd ReceiveCmd, now time.Time) (custody.Outcome, error) {
	e, el, err := sh.begin(a, cmd.Stamp, ActReceive, cmd.Election, now)
	if err != nil {
		return custody.Outcome{}, err
	}
	if e.Destination, err = destination(el, cmd.Destination); err != nil {
		return custody.Outcome{}, err
	}
	e.N = max(1, cmd.N)
	if e.N > 1 && cmd.Stamp.PadNumber == "" {
		return custody.Outcome{}, models.Invalid("n", "desk.one_at_a_time")
	}
	d := e.draft("desk.received").Move(custody.Envelope(el.ID, e.Destination), custody.Voter, custody.Desk(e.Session), int64(e.N))
	return custody.Outcome{Draft: d, Records: []models.Record{e}}, nil
}

// destination tests where an envelope goes: the own municipality's code means Own.
func destination(el models.Election, d string) (string, error) {
	switch d {
	case custody.Own, custody.Unknown:
		return d, nil
	}
	m, ok := models.MunicipalityByCode(d)
	if !ok {
		return "", models.Invalid("destination", "desk.no_municipality", d)
	}
	if m.Code == el.Municipality {
		return custody.Own, nil
	}
	return m.Code, nil
}

// VoidCmd takes a received envelope out, with a coded reason.
type VoidCmd struct {
	Election    string
	Destination string
	Reason      string
	Stamp       Stamp
}

// VoidEnvelope moves a received envelope to the account of voided ones.
func VoidEnvelope(sh Shift, a models.Act, cmd VoidCmd, now time.Time) (custody.Outcome, error) {
	e, el, err := sh.begin(a, cmd.Stamp, ActVoid, cmd.Election, now)
	if err != nil {
		return custody.Outcome{}, err
	}
	if !slices.Contains(VoidReasons, cmd.Reason) {
		return custody.Outcome{}, models.Invalid("reason", "desk.reason_missing")
	}
	if e.Destination, err = destination(el, cmd.Destination); err != nil {
		return custody.Outcome{}, err
	}
	e.Reason, e.N = cmd.Reason, 1
	item := custody.Envelope(el.ID, e.Destination)
	if sh.Held[item] < 1 {
		return custody.Outcome{}, models.E(models.CodeBalance, "desk.none_of_kind").On("destination")
	}
	d := e.draft("desk.voided").Fact("reason", e.Reason).Move(item, custody.Desk(e.Session), custody.Void(e.Reason), 1)
	return custody.Outcome{Draft: d, Records: []models.Record{e}}, nil
}

// SpoilCmd says that blank material was spoiled (a voter made a mistake and got
// a new set).
type SpoilCmd struct {
	Election string
	What     string // "set" when empty
	Reason   string // "" or one of SpoilReasons
	N        int
	Stamp    Stamp
}

// Spoil moves blank material from the desk to the account of spoiled material.
func Spoil(sh Shift, a models.Act, cmd SpoilCmd, now time.Time) (custody.Outcome, error) {
	e, el, err := sh.begin(a, cmd.Stamp, ActSpoil, cmd.Election, now)
	if err != nil {
		return custody.Outcome{}, err
	}
	if e.What = cmd.What; e.What == "" {
		e.What = MaterialSet
	}
	if !slices.Contains(Materials, e.What) {
		return custody.Outcome{}, models.Invalid("what", "desk.no_material", e.What)
	}
	if cmd.Reason != "" && !slices.Contains(SpoilReasons, cmd.Reason) {
		return custody.Outcome{}, models.Invalid("reason", "desk.reason_missing")
	}
	e.N, e.Reason = max(1, cmd.N), cmd.Reason
	item := custody.Material(el.ID, e.What)
	if sh.Held[item] < int64(e.N) {
		return custody.Outcome{}, models.E(models.CodeBalance, "desk.no_stock")
	}
	d := e.draft("desk.spoiled").Fact("reason", e.Reason).Move(item, custody.Desk(e.Session), custody.Spoiled(e.Session), int64(e.N))
	return custody.Outcome{Draft: d, Records: []models.Record{e}}, nil
}

// UndoCmd takes back an event by a counter-entry.
type UndoCmd struct {
	Target Event
	Last   bool   // it is the person's last event of this session that moved units
	Reason string // one of UndoReasons; needed unless it is the own last event
	Stamp  Stamp
}

// Undo is a counter-entry. The own last event within the session needs no
// reason; any other only a coordinator or library lead may take back, with one.
func Undo(sh Shift, a models.Act, cmd UndoCmd, now time.Time) (custody.Outcome, error) {
	t := cmd.Target
	e := sh.event(a, cmd.Stamp, ActUndo, now)
	if err := sh.may(a, e.At); err != nil {
		return custody.Outcome{}, err
	}
	if err := sh.counting(e); err != nil && (sh.Session.State != models.SessionClosing || settled(sh.Session)) {
		return custody.Outcome{}, err
	}
	switch {
	case t.ID == "" || t.Session != sh.Session.ID:
		return custody.Outcome{}, models.E(models.CodeNotFound, "desk.nothing_to_undo")
	case t.UndoneBy != "":
		return custody.Outcome{}, models.E(models.CodeConflict, "desk.undone_already")
	case t.Act != ActReceive && t.Act != ActVoid && t.Act != ActSpoil:
		return custody.Outcome{}, models.E(models.CodeState, "desk.not_undoable")
	}
	if !(t.Person == a.Person && cmd.Last) {
		if a.Role != models.RoleCoordinator && a.Role != models.RoleLibraryLead {
			return custody.Outcome{}, models.E(models.CodeForbidden, "desk.undo_older")
		}
		if !slices.Contains(UndoReasons, cmd.Reason) {
			return custody.Outcome{}, models.Invalid("reason", "desk.reason_missing")
		}
	}
	e.Election, e.Destination, e.What, e.N = t.Election, t.Destination, t.What, -t.N
	e.Undoes, e.Reason, t.UndoneBy = t.ID, cmd.Reason, e.ID
	d := e.draft("desk.undone").Fact("undoes", t.ID).Fact("reason", e.Reason)
	item, from, to := t.moved()
	if custody.HolderKind(to) == "desk" && sh.Held[item] < int64(t.N) {
		return custody.Outcome{}, models.E(models.CodeBalance, "desk.packed_already")
	}
	return custody.Outcome{Draft: d.Move(item, to, from, int64(t.N)), Records: []models.Record{e, t}}, nil
}

// moved tells what an event moved from where to where.
func (e Event) moved() (item, from, to string) {
	switch e.Act {
	case ActReceive:
		return custody.Envelope(e.Election, e.Destination), custody.Voter, custody.Desk(e.Session)
	case ActVoid:
		return custody.Envelope(e.Election, e.Destination), custody.Desk(e.Session), custody.Void(e.Reason)
	}
	return custody.Material(e.Election, e.What), custody.Desk(e.Session), custody.Spoiled(e.Session)
}
