package custody

import (
	"testing"
	"time"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/journal"
)

// world is the plainest store there is: maps. It checks law 2 on every act.
type world struct {
	t          testing.TB
	now        time.Time
	n          int
	containers map[string]Container
	seals      map[string]Seal
	handovers  map[string]Handover
	deviations map[string]Deviation
	held       map[string]map[string]int64
	entries    []journal.Entry
}

func newWorld(t testing.TB) *world {
	return &world{t: t, now: models.NewDate(2025, 11, 14).At(8, 0).UTC(), containers: map[string]Container{}, seals: map[string]Seal{},
		handovers: map[string]Handover{}, deviations: map[string]Deviation{}, held: map[string]map[string]int64{}}
}

func get[T any](m map[string]T, id string) (T, error) {
	v, ok := m[id]
	if !ok {
		return v, models.E(models.CodeNotFound, "")
	}
	return v, nil
}

func (w *world) Container(id string) (Container, error) { return get(w.containers, id) }
func (w *world) Seal(id string) (Seal, error)           { return get(w.seals, id) }
func (w *world) Handover(id string) (Handover, error)   { return get(w.handovers, id) }
func (w *world) Deviation(id string) (Deviation, error) { return get(w.deviations, id) }
func (w *world) Held(h string) (map[string]int64, error) {
	return w.held[h], nil
}

// act is the next act by a person, one minute later. Places nil means all.
func (w *world) act(person string, places ...string) models.Act {
	w.n++
	w.now = w.now.Add(time.Minute)
	return models.Act{Key: "k" + time.Duration(w.n).String(), Person: person, Role: models.RoleReceiver, Places: places, At: w.now}
}

// book writes an outcome down, or returns its error.
func (w *world) book(a models.Act, out Outcome, err error) error {
	w.t.Helper()
	if err != nil {
		return err
	}
	sum := map[string]int64{}
	for _, p := range out.Draft.Postings {
		sum[p.Item] += p.Delta
		if w.held[p.Holder] == nil {
			w.held[p.Holder] = map[string]int64{}
		}
		w.held[p.Holder][p.Item] += p.Delta
	}
	for item, n := range sum {
		if n != 0 {
			w.t.Fatalf("%s: postings of %s sum to %d", out.Draft.Kind, item, n)
		}
	}
	names := map[string]bool{}
	for _, f := range out.Draft.Facts {
		if names[f.Name] {
			w.t.Fatalf("%s: fact %s twice", out.Draft.Kind, f.Name)
		}
		names[f.Name] = true
	}
	for _, r := range out.Records {
		switch r := r.(type) {
		case Container:
			w.containers[r.ID] = r
		case Seal:
			w.seals[r.Serial] = r
		case Handover:
			w.handovers[r.ID] = r
		case Deviation:
			w.deviations[r.ID] = r
		case Attachment:
		default:
			w.t.Fatalf("record %T", r)
		}
	}
	w.entries = append(w.entries, journal.Entry{Draft: out.Draft, Seq: int64(len(w.entries) + 1), At: a.At, Recorded: w.now,
		Actors: []journal.Actor{{Person: a.Person, Role: a.Role}}})
	return nil
}

// must books an act that has to succeed.
func (w *world) must(a models.Act, out Outcome, err error) Outcome {
	w.t.Helper()
	if err := w.book(a, out, err); err != nil {
		w.t.Fatal(err)
	}
	return out
}

// refused wants an act to fail with a code.
func (w *world) refused(code models.Code, out Outcome, err error) {
	w.t.Helper()
	if models.CodeOf(err) != code {
		w.t.Fatalf("got %v, want code %s", err, code)
	}
}

// receive puts envelopes on a desk, as the desk's own act does.
func (w *world) receive(session, item string, n int64) {
	d := journal.Draft{Kind: "envelope.received"}.Move(item, Voter, Desk(session), n)
	w.must(w.act("anna"), Outcome{Draft: d}, nil)
}

// boxes registers n containers at a place and issues seals S001… there.
func (w *world) boxes(place string, n int, seals ...string) []string {
	a := w.act("chief")
	got, err := Register(w, a, w.now, RegisterCmd{Kind: BoxK, Place: place, Count: n})
	out := w.must(a, got, err)
	if len(seals) == 2 {
		a := w.act("chief")
		got, err := IssueSeals(w, a, w.now, IssueCmd{From: seals[0], To: seals[1], Place: place, Lot: "L1"})
		w.must(a, got, err)
	}
	var ids []string
	for _, r := range out.Records {
		ids = append(ids, r.RecordID())
	}
	return ids
}

func own() string { return Envelope("KV25", Own) }

// sealedBox is a container at LYS with 10 own and 3 other envelopes under seal S0001.
func sealedBox(t testing.TB) (*world, string) {
	w := newWorld(t)
	id := w.boxes("LYS", 1, "S0001", "S0020")[0]
	w.receive("S1", own(), 10)
	w.receive("S1", Envelope("KV25", "0730"), 2)
	w.receive("S1", Envelope("KV25", "0740"), 1)
	a := w.act("anna", "LYS")
	out, err := Pack(w, a, w.now, PackCmd{Container: id, From: Desk("S1"), Place: "LYS", Session: "S1", Election: "KV25"})
	w.must(a, out, err)
	a = w.act("anna", "LYS")
	out, err = CloseUp(w, a, w.now, SealCmd{Container: id, Serials: []string{"s 0001"}, Stock: []string{"S0001", "S0002"}})
	w.must(a, out, err)
	return w, id
}

// offered is sealedBox under an offer to BS with courier kurt.
func offered(t testing.TB) (*world, string, Handover) {
	w, id := sealedBox(t)
	a := w.act("anna", "LYS")
	a.Witness = "bo"
	out, err := Offer(w, a, w.now, OfferCmd{From: "LYS", To: "BS", Containers: []string{id}, Mode: "fetch", Direction: "out", Courier: "kurt", StandIn: "karl"})
	w.must(a, out, err)
	return w, id, w.handovers[models.DeriveID("H", a.Key)]
}

// onTheWay is offered, and collected by kurt.
func onTheWay(t testing.TB) (*world, string, Handover) {
	w, id, h := offered(t)
	a := w.act("kurt")
	out, err := Collect(w, a, w.now, CollectCmd{Handover: h.ID, Means: "pin"})
	w.must(a, out, err)
	return w, id, w.handovers[h.ID]
}

func reads(id string, own, other int, seals ...string) []Read {
	return []Read{{Container: id, Arrived: true, Opened: true, Seals: seals, Condition: Intact, Counts: map[string]int{"KV25/own": own, "KV25/other": other}}}
}

func (w *world) count(person, h string, r []Read) error {
	a := w.act(person, "BS")
	out, err := Count(w, a, w.now, CountCmd{Handover: h, Place: "BS", Reads: r})
	return w.book(a, out, err)
}

func (w *world) accept(person, h, words string) error {
	a := w.act(person, "BS")
	out, err := Accept(w, a, w.now, AcceptCmd{Handover: h, Place: "BS", Explanation: words})
	return w.book(a, out, err)
}
