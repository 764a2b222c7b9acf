package onward

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/calendar"
	"github.com/brevstemme/brevstemme/models/custody"
	"github.com/brevstemme/brevstemme/models/journal"
)

// ConsignmentState is where a consignment to another municipality stands.
type ConsignmentState string

// The states of a consignment.
const (
	ConsignmentNew        ConsignmentState = "new"
	ConsignmentPacked     ConsignmentState = "packed"
	ConsignmentDispatched ConsignmentState = "dispatched"   // on the way; the sender does not know more
	ConsignmentDone       ConsignmentState = "acknowledged" // the recipient counted the same
	ConsignmentDiffers    ConsignmentState = "differs"      // the recipient counted another number
	ConsignmentWithdrawn  ConsignmentState = "withdrawn"    // before it left
)

// ConsignmentAct is what may happen to a consignment.
type ConsignmentAct string

// The acts on a consignment.
const (
	ConsignmentPack        ConsignmentAct = "pack"
	ConsignmentSend        ConsignmentAct = "send"
	ConsignmentAcknowledge ConsignmentAct = "acknowledge"
	ConsignmentDispute     ConsignmentAct = "dispute"
	ConsignmentChase       ConsignmentAct = "chase"
	ConsignmentWithdraw    ConsignmentAct = "withdraw"
)

// ConsignmentStates is the state table of a consignment. An acknowledgement is
// given once.
var ConsignmentStates = models.Transitions[ConsignmentState, ConsignmentAct]{
	ConsignmentNew:        {ConsignmentPack: ConsignmentPacked},
	ConsignmentPacked:     {ConsignmentSend: ConsignmentDispatched, ConsignmentWithdraw: ConsignmentWithdrawn},
	ConsignmentDispatched: {ConsignmentAcknowledge: ConsignmentDone, ConsignmentDispute: ConsignmentDiffers, ConsignmentChase: ConsignmentDispatched},
}

// Packet is one sealed packet of a consignment or delivery.
type Packet struct {
	Number string   `json:"number"` // with check character
	Count  int      `json:"count"`
	Seals  []string `json:"seals"`
}

// Ack is the recipient's answer: a blind count. Nobody is named.
type Ack struct {
	At      time.Time `json:"at"`
	Count   int       `json:"count"`
	Packets int       `json:"packets"`
	Intact  bool      `json:"intact"` // seals
	Late    bool      `json:"late"`   // given after voting started
}

// Consignment is votes of one election on the way to one municipality: they go
// to the voter's own municipality as soon as possible (FV § 64 stk. 2, KRVL § 70).
type Consignment struct {
	ID         string           `json:"id"`
	Election   string           `json:"election"`
	To         string           `json:"to"` // kommunekode
	Place      string           `json:"place"`
	State      ConsignmentState `json:"state"`
	Packets    []Packet         `json:"packets"`
	Carrier    string           `json:"carrier"`
	Leaves     time.Time        `json:"leaves,omitzero"`
	Arrives    time.Time        `json:"arrives,omitzero"` // planned
	PackedBy   string           `json:"packed_by"`
	Witness    string           `json:"witness"`
	Dispatched time.Time        `json:"dispatched,omitzero"`
	AckHash    string           `json:"ack_hash"` // hex SHA-256 of the one-time code
	AckExpires time.Time        `json:"ack_expires,omitzero"`
	Ack        Ack              `json:"ack,omitzero"`
	Chased     []time.Time      `json:"chased"`
	Deviation  string           `json:"deviation"`
}

// RecordKind implements models.Record.
func (Consignment) RecordKind() string { return "consignment" }

// RecordID implements models.Record.
func (c Consignment) RecordID() string { return c.ID }

// Total is the number of envelopes in it.
func (c Consignment) Total() int {
	n := 0
	for _, p := range c.Packets {
		n += p.Count
	}
	return n
}

// AckDue is when an acknowledgement should have come: a working day after the
// planned arrival. Close to the election there is no such time: then two hours
// after the arrival, but no earlier than twelve hours before voting starts.
func (c Consignment) AckDue(pollsOpen time.Time) time.Time {
	d := models.DateOf(c.Arrives).Add(1)
	for isoWeekday(d) > 5 || calendar.IsHoliday(d) {
		d = d.Add(1)
	}
	local := c.Arrives.In(models.Copenhagen)
	due := d.At(local.Hour(), local.Minute())
	if last := pollsOpen.Add(-12 * time.Hour); due.After(last) {
		due = c.Arrives.Add(2 * time.Hour)
		if due.Before(last) {
			due = last
		}
	}
	return due
}

// Overdue tells whether an acknowledgement should have come.
func (c Consignment) Overdue(now time.Time) bool {
	return c.State == ConsignmentDispatched && now.After(c.AckDue(c.AckExpires.Add(-ackTime)))
}

// ackTime is how long after voting starts an acknowledgement can still be given.
const ackTime = 14 * 24 * time.Hour

// PackCmd makes a consignment of what lies in the bin of a municipality.
type PackCmd struct {
	Election string // must be the election of every envelope: two are never mixed
	To       string
	Packets  []Packet // numbers may be empty
}

// HashToken is what the journal keeps of a one-time code.
func HashToken(token string) string {
	sum := sha256.Sum256([]byte("brevstemme/acknowledgement/v1\n" + token))
	return hex.EncodeToString(sum[:])
}

// packets tests and numbers the packets.
func packets(a models.Act, ps []Packet) ([]Packet, int, error) {
	var out []Packet
	total := 0
	for i, p := range ps {
		if p.Count < 1 {
			return nil, 0, models.Invalid("packets", "onward.packet_empty", i+1)
		}
		if p.Number == "" {
			p.Number = models.DeriveID("P", a.Key, strconv.Itoa(i))
		}
		var seals []string
		for _, s := range p.Seals {
			if s = models.CleanSerial(s); s == "" {
				continue
			}
			if models.CheckCharacter(s) == 0 || models.LooksLikeCPR(s) {
				return nil, 0, models.Invalid("seals", "error.serial", s)
			}
			seals = append(seals, s)
		}
		p.Seals = seals
		total += p.Count
		out = append(out, p)
	}
	if total == 0 {
		return nil, 0, models.Invalid("packets", "onward.packet_empty", 1)
	}
	return out, total, nil
}

// PackConsignment packs all or a part of a bin. Table.Held is the bin's holding.
func PackConsignment(t Table, a models.Act, cmd PackCmd, now time.Time) (Decided, error) {
	if !a.MayActAt(t.Place) {
		return Decided{}, models.E(models.CodeForbidden, "custody.wrong_place")
	}
	if cmd.Election != t.Election.ID {
		return Decided{}, models.Invalid("election", "onward.two_elections")
	}
	if err := t.BinKey(OtherBin(cmd.To)); err != nil {
		return Decided{}, err
	}
	ps, total, err := packets(a, cmd.Packets)
	if err != nil {
		return Decided{}, err
	}
	held := Of(t.Held, t.Election.ID)
	if have := Sum(held); total > have {
		return Decided{}, models.E(models.CodeBalance, "custody.not_there", total, have).On("packets")
	}
	c := Consignment{ID: models.DeriveID("C", a.Key), Election: cmd.Election, To: cmd.To, Place: t.Place, State: ConsignmentPacked, Packets: ps, PackedBy: a.Person, Witness: a.Witness}
	d := journal.Draft{Kind: "consignment.packed", Election: c.Election, Place: c.Place}.Fact("consignment", c.ID).Fact("to", c.To).Fact("packets", strconv.Itoa(len(ps)))
	for _, p := range ps {
		d = d.Fact("packet "+p.Number, strings.Join(append([]string{strconv.Itoa(p.Count)}, p.Seals...), " "))
	}
	for _, m := range take(held, c.Election, OtherBin(c.To), total) {
		d = d.Move(m.item, custody.Bin(OtherBin(c.To)), custody.Leg(c.ID), m.n)
	}
	return Decided{d, []models.Record{c}}, nil
}

// WithdrawConsignment puts a consignment that has not left back into its bin.
func WithdrawConsignment(c Consignment, held map[string]int64, a models.Act, reason string) (Decided, error) {
	if err := custody.Words("reason", reason, 5); err != nil {
		return Decided{}, err
	}
	if !a.MayActAt(c.Place) {
		return Decided{}, models.E(models.CodeForbidden, "custody.wrong_place")
	}
	var err error
	if c.State, err = ConsignmentStates.Next(c.State, ConsignmentWithdraw); err != nil {
		return Decided{}, err
	}
	d := journal.Draft{Kind: "consignment.withdrawn", Election: c.Election, Place: c.Place}.Fact("consignment", c.ID).Fact("reason", reason)
	return Decided{moveAll(d, held, custody.Leg(c.ID), custody.Bin(OtherBin(c.To))), []models.Record{c}}, nil
}

func moveAll(d journal.Draft, held map[string]int64, from, to string) journal.Draft {
	for _, item := range sortedItems(held) {
		d = d.Move(item, from, to, held[item])
	}
	return d
}

func sortedItems(held map[string]int64) []string {
	var items []string
	for item, n := range held {
		if n > 0 {
			items = append(items, item)
		}
	}
	slices.Sort(items)
	return items
}

// SendCmd hands a consignment to a carrier.
type SendCmd struct {
	Carrier Carrier
	Leaves  time.Time // one of the carrier's departures
	AckHash string
}

// Dispatch sends a consignment with a departure that arrives in time; anything
// else is refused. held is what lies on its leg.
func Dispatch(c Consignment, held map[string]int64, pollsOpen time.Time, a models.Act, cmd SendCmd, now time.Time) (Decided, error) {
	if !a.MayActAt(c.Place) {
		return Decided{}, models.E(models.CodeForbidden, "custody.wrong_place")
	}
	var dep *Departure
	for _, d := range cmd.Carrier.Departures(c.To, cmd.Leaves, cmd.Leaves.Add(time.Minute)) {
		if d.Leaves.Equal(cmd.Leaves) {
			dep = &d
		}
	}
	if dep == nil {
		return Decided{}, models.Invalid("departure", "onward.no_departure", cmd.Carrier.Name)
	}
	if !dep.Arrives.Before(pollsOpen) {
		return Decided{}, models.Invalid("departure", "onward.arrives_too_late", dep.Name)
	}
	if now.Sub(dep.Leaves) > 6*time.Hour {
		return Decided{}, models.Invalid("departure", "onward.departure_gone", dep.Name)
	}
	var err error
	if c.State, err = ConsignmentStates.Next(c.State, ConsignmentSend); err != nil {
		return Decided{}, err
	}
	c.Carrier, c.Leaves, c.Arrives, c.Dispatched = cmd.Carrier.ID, dep.Leaves.UTC(), dep.Arrives.UTC(), now.UTC()
	c.AckHash, c.AckExpires = cmd.AckHash, pollsOpen.Add(ackTime).UTC()
	d := journal.Draft{Kind: "consignment.dispatched", Election: c.Election, Place: c.Place}.Fact("consignment", c.ID).Fact("to", c.To).
		Fact("carrier", cmd.Carrier.Name).Fact("arrives", c.Arrives.Format(time.RFC3339))
	return Decided{moveAll(d, held, custody.Leg(c.ID), custody.Municipality(c.To)), []models.Record{c}}, nil
}

// AckCmd is the recipient's answer to a cover list.
type AckCmd struct {
	Count, Packets int
	Intact         bool
}

// Acknowledge writes the recipient's blind count, once. Another number opens a
// deviation here; the answer does not tell the recipient which number was sent.
func Acknowledge(c Consignment, pollsOpen time.Time, a models.Act, cmd AckCmd, now time.Time) (Decided, error) {
	if now.After(c.AckExpires) {
		return Decided{}, models.E(models.CodeState, "onward.ack_expired")
	}
	if c.State == ConsignmentDone || c.State == ConsignmentDiffers {
		return Decided{}, models.E(models.CodeState, "onward.ack_twice")
	}
	if cmd.Count < 0 || cmd.Count > 100_000 || cmd.Packets < 0 || cmd.Packets > 10_000 {
		return Decided{}, models.Invalid("count", "onward.count_range")
	}
	act := ConsignmentAcknowledge
	if cmd.Count != c.Total() || !cmd.Intact || cmd.Packets != len(c.Packets) {
		act = ConsignmentDispute
	}
	var err error
	if c.State, err = ConsignmentStates.Next(c.State, act); err != nil {
		return Decided{}, err
	}
	c.Ack = Ack{At: now.UTC(), Count: cmd.Count, Packets: cmd.Packets, Intact: cmd.Intact, Late: !now.Before(pollsOpen)}
	d := journal.Draft{Kind: "consignment.acknowledged", Election: c.Election, Place: c.Place}.Fact("consignment", c.ID).Fact("count", strconv.Itoa(cmd.Count)).
		Fact("packets", strconv.Itoa(cmd.Packets)).Fact("intact", strconv.FormatBool(cmd.Intact))
	recs := []models.Record{}
	if act == ConsignmentDispute {
		dev := deviation(a, now, custody.DevCount, c.Election, c.Place, "ack", strconv.Itoa(c.Total()), strconv.Itoa(cmd.Count))
		c.Deviation = dev.ID
		recs = append(recs, dev)
	}
	return Decided{d, append([]models.Record{c}, recs...)}, nil
}

// Chase notes that the recipient was asked about a missing acknowledgement.
func Chase(c Consignment, a models.Act, now time.Time) (Decided, error) {
	var err error
	if c.State, err = ConsignmentStates.Next(c.State, ConsignmentChase); err != nil {
		return Decided{}, err
	}
	c.Chased = append(slices.Clone(c.Chased), now.UTC())
	return Decided{journal.Draft{Kind: "consignment.chased", Election: c.Election, Place: c.Place}.Fact("consignment", c.ID), []models.Record{c}}, nil
}
