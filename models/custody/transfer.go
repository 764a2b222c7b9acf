package custody

import (
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/brevstemme/brevstemme/models"
)

// OfferCmd is the giver's half of a handover.
type OfferCmd struct {
	From, To    string // places
	Containers  []string
	Mode        string // "fetch" or "deliver"
	Direction   string // "out" (votes) or "in" (material)
	Reason      string
	Route       string
	Vehicle     string
	Courier     string
	StandIn     string
	PlannedFrom time.Time
	PlannedTo   time.Time
	NoSeal      string // why a container with content leaves without a seal
	OnPaper     bool   // signed on paper at act.At, entered now
	PaperForm   string
	Scan        string // attachment
}

func (c OfferCmd) valid() error {
	if c.From == "" || c.To == "" || c.From == c.To {
		return models.Invalid("to", "custody.choose")
	}
	if c.Mode != "fetch" && c.Mode != "deliver" {
		return models.Invalid("mode", "custody.choose")
	}
	if c.Direction != "out" && c.Direction != "in" {
		return models.Invalid("direction", "custody.choose")
	}
	if c.Courier == "" {
		return models.Invalid("courier", "custody.courier_named")
	}
	if c.StandIn == c.Courier {
		return models.Invalid("stand_in", "custody.stand_in_other")
	}
	if len(c.Containers) == 0 || len(c.Containers) > 100 {
		return models.Invalid("containers", "custody.count_range", 1, 100)
	}
	if !c.PlannedTo.IsZero() && c.PlannedTo.Before(c.PlannedFrom) {
		return models.Invalid("planned_to", "custody.before")
	}
	return words("reason", c.Reason, "route", c.Route, "vehicle", c.Vehicle, "no_seal", c.NoSeal, "paper_form", c.PaperForm)
}

// Offer makes a handover: the giver says what leaves, with whom, to where. It is
// open from now until the receiver has answered.
func Offer(b Book, a models.Act, now time.Time, cmd OfferCmd) (Outcome, error) {
	s := open(b, a, now, "handover.offered")
	if err := cmd.valid(); err != nil {
		return Outcome{}, err
	}
	if !a.MayActAt(cmd.From) {
		return Outcome{}, models.E(models.CodeForbidden, "custody.wrong_place")
	}
	if a.Witness == a.Person && a.Witness != "" {
		return Outcome{}, models.E(models.CodeSamePerson, "").On("witness")
	}
	if cmd.OnPaper && a.At.After(now) {
		return Outcome{}, models.Invalid("paper_at", "custody.not_yet")
	}
	if cmd.Mode == "fetch" && cmd.Courier == a.Person {
		return Outcome{}, models.E(models.CodeSamePerson, "custody.giver_carries").On("courier")
	}
	h := Handover{ID: models.DeriveID("H", a.Key), State: HandoverOffered, From: cmd.From, To: cmd.To, Mode: cmd.Mode, Direction: cmd.Direction,
		Reason: cmd.Reason, Route: cmd.Route, Vehicle: cmd.Vehicle, Courier: cmd.Courier, StandIn: cmd.StandIn,
		PlannedFrom: utc(cmd.PlannedFrom), PlannedTo: utc(cmd.PlannedTo), NoSeal: cmd.NoSeal, OnPaper: cmd.OnPaper, PaperForm: cmd.PaperForm}
	h.Giver = s.sign(a.Person, cmd.OnPaper, cmd.Scan)
	if a.Witness != "" {
		h.Witness = s.sign(a.Witness, cmd.OnPaper, "")
	}
	for _, id := range slices.Compact(slices.Sorted(slices.Values(cmd.Containers))) {
		if err := s.promise(&h, id); err != nil {
			return Outcome{}, err
		}
	}
	s.draft.Place, s.draft.Election = cmd.From, h.Election
	s.others = append(s.others, h)
	s.fact("handover", h.ID)
	s.fact("to", h.To)
	s.fact("containers", strings.Join(h.Outermost(), " "))
	s.fact("paper_form", h.PaperForm)
	return s.done()
}

func utc(t time.Time) time.Time {
	if t.IsZero() {
		return t
	}
	return t.UTC()
}

func (s *sheet) sign(person string, paper bool, scan string) Signature {
	means := "screen"
	if paper {
		means = "paper"
	}
	return Signature{Person: person, At: s.act.At.UTC(), Means: means, Scan: scan, Entered: s.now.UTC()}
}

// promise puts a container and what lies in it on the giver's list.
func (s *sheet) promise(h *Handover, id string) error {
	c, err := s.here(id)
	if err != nil {
		return err
	}
	if c.Holder != At(h.From) {
		return models.E(models.CodeState, "custody.stands_elsewhere", c.ID).On("containers")
	}
	if !ContainerStates.Allows(c.State, ActSend) {
		return models.Refused(ActSend, c.State).On("containers")
	}
	all, err := s.tree(id)
	if err != nil {
		return err
	}
	for i, x := range all {
		held, err := s.holds(InContainer(x.ID))
		if err != nil {
			return err
		}
		if i == 0 && len(x.Seals) == 0 && len(Units(held)) > 0 {
			if err := Words("no_seal", h.NoSeal, 10); err != nil {
				return models.Invalid("no_seal", "custody.not_sealed", x.ID)
			}
		}
		if x.Election != "" && h.Election != "" && x.Election != h.Election {
			return models.E(models.CodeState, "custody.other_election", x.ID, h.Election).On("containers")
		}
		if x.Election != "" {
			h.Election = x.Election
		}
		sent := Sent{Container: x.ID, Session: x.Session, Seals: slices.Clone(x.Seals), Counts: ByKind(held)}
		if i > 0 {
			sent.In = HolderID(x.Holder)
		}
		h.Sent = append(h.Sent, sent)
	}
	c.Leg = h.ID
	s.boxes[c.ID] = c
	return nil
}

// Withdraw takes an offer back before the courier took anything.
func Withdraw(b Book, a models.Act, now time.Time, handover, reason string) (Outcome, error) {
	s := open(b, a, now, "handover.withdrawn")
	h, err := b.Handover(handover)
	if err != nil {
		return Outcome{}, err
	}
	if !a.MayActAt(h.From) {
		return Outcome{}, models.E(models.CodeForbidden, "custody.wrong_place")
	}
	if err := Words("reason", reason, 5); err != nil {
		return Outcome{}, err
	}
	if h.State, err = HandoverStates.Next(h.State, HandoverWithdraw); err != nil {
		return Outcome{}, err
	}
	for _, id := range h.Outermost() {
		c, err := s.container(id)
		if err != nil {
			return Outcome{}, err
		}
		c.Leg = ""
		s.boxes[id] = c
	}
	h.Explanation = reason
	return s.handed(h, h.From, "reason", reason)
}

// handed closes the sheet of an act on a handover.
func (s *sheet) handed(h Handover, place, fact, value string) (Outcome, error) {
	s.draft.Place, s.draft.Election = place, h.Election
	s.others = append(s.others, h)
	s.fact("handover", h.ID)
	s.fact(fact, value)
	return s.done()
}

// CollectCmd is the courier's confirmation.
type CollectCmd struct {
	Handover   string
	Containers []string // ids the courier scanned; nil when none were
	Vehicle    string
	Means      string // "screen", "pin" (one-time link) or "paper"
	Scan       string
	OnBehalf   string // person id of the courier, when somebody else enters the paper
}

// Collect books that the courier took the containers. Only the named courier or
// the stand-in can. When the receiver has counted already (the courier's message
// was late), only the signature is added.
func Collect(b Book, a models.Act, now time.Time, cmd CollectCmd) (Outcome, error) {
	s := open(b, a, now, "handover.collected")
	h, err := b.Handover(cmd.Handover)
	if err != nil {
		return Outcome{}, err
	}
	courier := a.Person
	if cmd.OnBehalf != "" {
		if cmd.Means != "paper" || !a.MayActAt(h.From) {
			return Outcome{}, models.E(models.CodeForbidden, "custody.not_the_courier")
		}
		courier = cmd.OnBehalf
	}
	switch {
	case cmd.Means == "paper" && a.At.After(now):
		return Outcome{}, models.Invalid("paper_at", "custody.not_yet")
	case cmd.Means == "paper" && a.At.Before(h.Giver.At.Truncate(time.Minute)):
		return Outcome{}, models.Invalid("paper_at", "custody.before_giver")
	case cmd.Means == "paper" && a.At.Before(h.Giver.At): // a clock on a wall tells minutes
		s.act.At = h.Giver.At
	}
	if courier != h.Courier && (courier != h.StandIn || h.StandIn == "") {
		return Outcome{}, models.E(models.CodeForbidden, "custody.not_the_courier")
	}
	if len(cmd.Containers) > 0 && !slices.Equal(cleanSorted(cmd.Containers), slices.Sorted(slices.Values(h.Outermost()))) {
		return Outcome{}, models.Invalid("containers", "custody.wrong_containers", strings.Join(h.Outermost(), ", "))
	}
	if err := words("vehicle", cmd.Vehicle); err != nil {
		return Outcome{}, err
	}
	act := HandoverCollect
	if !h.Carrier.Signed() && h.State != HandoverOffered {
		act = HandoverLateSign
	}
	if h.State, err = HandoverStates.Next(h.State, act); err != nil {
		return Outcome{}, err
	}
	if act == HandoverCollect {
		if err := s.depart(h); err != nil {
			return Outcome{}, err
		}
	}
	h.Carrier = s.sign(courier, cmd.Means == "paper", cmd.Scan)
	if cmd.Means != "" {
		h.Carrier.Means = cmd.Means
	}
	if cmd.Vehicle != "" {
		h.Vehicle = cmd.Vehicle
	}
	return s.handed(h, h.From, "means", h.Carrier.Means)
}

// depart moves the containers of a handover onto its leg.
func (s *sheet) depart(h Handover) error {
	for _, id := range h.Outermost() {
		c, err := s.container(id)
		if err != nil {
			return err
		}
		if err := s.move(Box(id), c.Holder, Leg(h.ID), 1); err != nil {
			return err
		}
		c.Holder, c.Room, c.Key = Leg(h.ID), "", ""
		if err := s.next(&c, ActSend); err != nil {
			return err
		}
	}
	return nil
}

// Arrive notes when the courier came to the receiver's door.
func Arrive(b Book, a models.Act, now time.Time, handover string) (Outcome, error) {
	s := open(b, a, now, "handover.arrived")
	h, err := b.Handover(handover)
	if err != nil {
		return Outcome{}, err
	}
	if !a.MayActAt(h.To) {
		return Outcome{}, models.E(models.CodeForbidden, "custody.wrong_place")
	}
	if !h.Arrived.IsZero() {
		return Outcome{}, models.E(models.CodeState, "custody.arrived_already")
	}
	if h.State, err = HandoverStates.Next(h.State, HandoverArrive); err != nil {
		return Outcome{}, err
	}
	h.Arrived = s.act.At.UTC()
	return s.handed(h, h.To, "", "")
}

// equalCounts compares two counts; a missing key is a zero.
func equalCounts(a, b map[string]int) bool {
	drop := func(m map[string]int) map[string]int {
		m = maps.Clone(m)
		maps.DeleteFunc(m, func(_ string, n int) bool { return n == 0 })
		return m
	}
	return maps.Equal(drop(a), drop(b))
}
