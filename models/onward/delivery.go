package onward

import (
	"slices"
	"strconv"
	"time"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/custody"
	"github.com/brevstemme/brevstemme/models/journal"
)

// DeliveryState is where a delivery to a polling station stands.
type DeliveryState string

// The states of a delivery.
const (
	DeliveryNew       DeliveryState = "new"
	DeliveryPacked    DeliveryState = "packed" // on its way or about to leave
	DeliveryDiffers   DeliveryState = "differs"
	DeliveryDone      DeliveryState = "delivered"
	DeliveryReturned  DeliveryState = "returned" // before the opening: back into the bin
	DeliveryCameLate  DeliveryState = "late"     // voting had started: not delivered
	deliveryAfterOpen               = "onward.delivery_late"
)

// DeliveryAct is what may happen to a delivery.
type DeliveryAct string

// The acts on a delivery.
const (
	DeliveryPack   DeliveryAct = "pack"
	DeliveryHand   DeliveryAct = "hand"
	DeliveryClash  DeliveryAct = "differ"
	DeliveryReturn DeliveryAct = "return"
	DeliveryLate   DeliveryAct = "late"
)

// DeliveryStates is the state table of a delivery.
var DeliveryStates = models.Transitions[DeliveryState, DeliveryAct]{
	DeliveryNew:     {DeliveryPack: DeliveryPacked},
	DeliveryPacked:  {DeliveryHand: DeliveryDone, DeliveryClash: DeliveryDiffers, DeliveryReturn: DeliveryReturned, DeliveryLate: DeliveryCameLate},
	DeliveryDiffers: {DeliveryHand: DeliveryDone, DeliveryReturn: DeliveryReturned, DeliveryLate: DeliveryCameLate},
}

// Delivery is what goes to one polling station (FV § 64 stk. 4): the first one
// or a supplementary one.
type Delivery struct {
	ID         string        `json:"id"`
	Election   string        `json:"election"`
	District   string        `json:"district"`
	Place      string        `json:"place"`
	Supplement int           `json:"supplement"` // 0 is the first delivery
	State      DeliveryState `json:"state"`
	Packets    []Packet      `json:"packets"`
	PackedBy   string        `json:"packed_by"`
	PackedAt   time.Time     `json:"packed_at"`
	Recounts   []Tally       `json:"recounts"` // by the polling officers
	CalledAt   time.Time     `json:"called_at,omitzero"`
	SpokeTo    string        `json:"spoke_to"` // a function ("valgstyrerformanden"), no name
	Delivered  time.Time     `json:"delivered,omitzero"`
	Received   int           `json:"received"`
	Deviation  string        `json:"deviation"`
}

// RecordKind implements models.Record.
func (Delivery) RecordKind() string { return "delivery" }

// RecordID implements models.Record.
func (d Delivery) RecordID() string { return d.ID }

// Total is the number of envelopes that left.
func (d Delivery) Total() int { return Consignment{Packets: d.Packets}.Total() }

// PackOne is one district to be packed: the holding of its bin, the seals of the
// packet, and the deliveries of the district so far.
type PackOne struct {
	District string
	Held     map[string]int64
	Seals    []string
	Before   []Delivery
}

// PackDelivery packs all of a district's bin (t.Held) for its polling station.
func PackDelivery(t Table, district string, seals []string, before []Delivery, a models.Act, now time.Time) (Decided, error) {
	return PackDeliveries(t, []PackOne{{district, t.Held, seals, before}}, a, now)
}

// PackDeliveries packs the bins of several districts in one act: all or none. A
// district that would end with 1 to 4 votes gets none: they move to another one
// first (FV § 64 stk. 5).
func PackDeliveries(t Table, list []PackOne, a models.Act, now time.Time) (Decided, error) {
	if !a.MayActAt(t.Place) {
		return Decided{}, models.E(models.CodeForbidden, "custody.wrong_place")
	}
	if !now.Before(t.PollsOpen) {
		return Decided{}, models.E(models.CodeState, deliveryAfterOpen)
	}
	if len(list) == 0 {
		return Decided{}, models.Invalid("district", "custody.choose")
	}
	dec := Decided{Draft: journal.Draft{Kind: "delivery.packed", Election: t.Election.ID, Place: t.Place}}
	seen := map[string]bool{}
	for _, one := range list {
		if seen[one.District] {
			return Decided{}, models.Invalid("district", "onward.district_twice", t.Districts[one.District].Label())
		}
		seen[one.District] = true
		x, err := t.packOne(one, a, now)
		if err != nil {
			return Decided{}, err
		}
		dec.Draft = dec.Draft.Fact("delivery "+x.District, x.ID).Fact("supplement "+x.District, strconv.Itoa(x.Supplement)).Fact("number "+x.District, strconv.Itoa(x.Total()))
		dec.Draft = moveAll(dec.Draft, Of(one.Held, x.Election), custody.Bin(OwnBin(x.District)), custody.Leg(x.ID))
		dec.Records = append(dec.Records, x)
	}
	return dec, nil
}

func (t Table) packOne(one PackOne, a models.Act, now time.Time) (Delivery, error) {
	if err := t.BinKey(OwnBin(one.District)); err != nil {
		return Delivery{}, err
	}
	n, sofar, supplement := Sum(Of(one.Held, t.Election.ID)), 0, 0
	for _, b := range one.Before {
		if b.State != DeliveryReturned && b.State != DeliveryCameLate {
			sofar += b.Total()
			supplement++
		}
	}
	if Few(n + sofar) {
		return Delivery{}, models.E(models.CodeState, "onward.too_few", t.Districts[one.District].Label(), n+sofar, Fewest).On("district")
	}
	x := Delivery{ID: models.DeriveID("V", a.Key, one.District), Election: t.Election.ID, District: one.District, Place: t.Place, Supplement: supplement, PackedBy: a.Person, PackedAt: now.UTC()}
	var err error
	if x.State, err = DeliveryStates.Next(DeliveryNew, DeliveryPack); err != nil {
		return x, err
	}
	a.Key += "/" + one.District
	x.Packets, _, err = packets(a, []Packet{{Count: n, Seals: one.Seals}})
	return x, err
}

// HandCmd is the handover at the polling station.
type HandCmd struct {
	Recount  int // by the polling officers, before they see the figure
	CalledAt time.Time
	SpokeTo  string
}

// Hand writes the polling officers' recount. When it differs, Borgerservice is
// called first (called at, spoke to); with that the count found is delivered and
// the rest stands on the account of a deviation. held is what lies on the leg.
func Hand(x Delivery, held map[string]int64, pollsOpen time.Time, a models.Act, cmd HandCmd, now time.Time) (Decided, error) {
	if !now.Before(pollsOpen) {
		return Decided{}, models.E(models.CodeState, deliveryAfterOpen)
	}
	if cmd.Recount < 0 || cmd.Recount > 100_000 {
		return Decided{}, models.Invalid("recount", "onward.count_range")
	}
	if err := custody.Words("spoke_to", cmd.SpokeTo, 0); err != nil {
		return Decided{}, err
	}
	x.Recounts = append(slices.Clone(x.Recounts), Tally{a.Person, now.UTC(), cmd.Recount})
	d := journal.Draft{Election: x.Election, Place: x.Place}.Fact("delivery", x.ID).Fact("district", x.District).Fact("recount", strconv.Itoa(cmd.Recount))
	sent := Sum(held)
	var err error
	if cmd.Recount != sent && (cmd.CalledAt.IsZero() || clean(cmd.SpokeTo) == "") {
		if x.State == DeliveryDiffers {
			return Decided{}, models.Invalid("spoke_to", "onward.call_first")
		}
		if x.State, err = DeliveryStates.Next(x.State, DeliveryClash); err != nil {
			return Decided{}, err
		}
		d.Kind = "delivery.differs"
		return Decided{d, []models.Record{x}}, nil
	}
	if x.State, err = DeliveryStates.Next(x.State, DeliveryHand); err != nil {
		return Decided{}, err
	}
	d.Kind, x.Delivered, x.Received = "delivery.delivered", now.UTC(), cmd.Recount
	station := custody.Station(x.District)
	if cmd.Recount == sent {
		return Decided{moveAll(d, held, custody.Leg(x.ID), station), []models.Record{x}}, nil
	}
	x.CalledAt, x.SpokeTo = cmd.CalledAt.UTC(), clean(cmd.SpokeTo)
	dev := deviation(a, now, custody.DevCount, x.Election, x.Place, "delivery", strconv.Itoa(sent), strconv.Itoa(cmd.Recount))
	x.Deviation = dev.ID
	d = d.Fact("deviation", dev.ID).Fact("called_at", x.CalledAt.Format(time.RFC3339)).Fact("spoke_to", x.SpokeTo)
	rest := Of(held, x.Election)
	for _, m := range take(rest, x.Election, OwnBin(x.District), cmd.Recount) {
		from := custody.Leg(x.ID)
		if m.more {
			from = custody.Difference(dev.ID)
		}
		d = d.Move(m.item, from, station, m.n)
	}
	return Decided{moveAll(d, rest, custody.Leg(x.ID), custody.Difference(dev.ID)), []models.Record{x, dev}}, nil
}

// Return takes an undelivered packet back: before the opening into the bin,
// after it among the late ones, with the cause.
func Return(x Delivery, held map[string]int64, pollsOpen time.Time, a models.Act, reason string, now time.Time) (Decided, error) {
	if err := custody.Words("reason", reason, 5); err != nil {
		return Decided{}, err
	}
	act, to := DeliveryReturn, custody.Bin(OwnBin(x.District))
	recs := []models.Record{}
	if !now.Before(pollsOpen) {
		act, to = DeliveryLate, custody.Bin(BinLate)
		recs = append(recs, LateLot{ID: models.DeriveID("L", a.Key), Election: x.Election, Origin: x.Place, Cause: clean(reason), N: Sum(held), At: now.UTC()})
	}
	var err error
	if x.State, err = DeliveryStates.Next(x.State, act); err != nil {
		return Decided{}, err
	}
	d := journal.Draft{Kind: "delivery.returned", Election: x.Election, Place: x.Place}.Fact("delivery", x.ID).Fact("reason", reason)
	return Decided{moveAll(d, held, custody.Leg(x.ID), to), append([]models.Record{x}, recs...)}, nil
}

// Readiness is one district on the morning of the election.
type Readiness struct {
	District  District  `json:"district"`
	Sorted    int       `json:"sorted"`    // everything that belongs to it
	Delivered int       `json:"delivered"` // at the station
	OnTheWay  int       `json:"on_the_way"`
	InBin     int       `json:"in_bin"`
	MergedTo  string    `json:"merged_to"` // district that examines its votes
	Missing   int       `json:"missing"`   // on the account of a deviation
	At        time.Time `json:"at"`        // last delivery
	Packets   int       `json:"packets"`
}

// Ready tells whether the station has all it should. A district without any vote
// is ready.
func (r Readiness) Ready() bool { return r.OnTheWay == 0 && r.InBin == 0 && r.Missing == 0 }

// Why is the catalogue key of the reason why it is not ready, "" when it is.
func (r Readiness) Why() string {
	switch {
	case r.Missing > 0:
		return "onward.why.missing"
	case r.OnTheWay > 0:
		return "onward.why.on_the_way"
	case Few(r.InBin + r.Delivered):
		return "onward.why.few"
	case r.InBin > 0 && r.Delivered > 0:
		return "onward.why.supplement"
	case r.InBin > 0:
		return "onward.why.not_packed"
	}
	return ""
}

// Morning states for every district what it has and what it should have. bins,
// stations and legs are balances: bin key, district, delivery → envelopes.
func Morning(ds []District, deliveries []Delivery, merges []DistrictMerge, bins, stations, legs map[string]int) []Readiness {
	at := map[string]int{}
	out := make([]Readiness, len(ds))
	for i, d := range ds {
		at[d.ID] = i
		out[i] = Readiness{District: d, InBin: bins[OwnBin(d.ID)], Delivered: stations[d.ID]}
	}
	for _, x := range deliveries {
		i, ok := at[x.District]
		if !ok {
			continue
		}
		switch x.State {
		case DeliveryPacked, DeliveryDiffers:
			out[i].OnTheWay += legs[x.ID]
		case DeliveryDone:
			out[i].Packets += len(x.Packets)
			out[i].Missing += max(0, x.Total()-x.Received)
			if x.Delivered.After(out[i].At) {
				out[i].At = x.Delivered
			}
		}
	}
	for _, m := range merges {
		if i, ok := at[m.From]; ok {
			out[i].MergedTo = m.To
		}
	}
	for i := range out {
		r := &out[i]
		r.Sorted = r.InBin + r.OnTheWay + r.Delivered + r.Missing
	}
	return out
}
