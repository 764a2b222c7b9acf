package store

import (
	"strings"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/note"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/custody"
	"github.com/brevstemme/brevstemme/models/journal"
	"github.com/brevstemme/brevstemme/models/onward"
	"github.com/brevstemme/brevstemme/models/planning"
	"github.com/brevstemme/brevstemme/models/store/audits"
	"github.com/brevstemme/brevstemme/models/store/book"
	"github.com/brevstemme/brevstemme/models/store/pgtest"
	"github.com/brevstemme/brevstemme/models/store/shipments"
)

// sent packs 7 votes for Odense and hands them to a courier.
func (w *town) sent(token string) onward.Consignment {
	w.t.Helper()
	ctx := w.t.Context()
	ds := w.districts(2)
	w.office(5, "0461")
	w.office(12, custody.Own)
	w.sort(map[string]int{onward.OwnBin(ds[0].ID): 10, onward.OtherBin("0461"): 7})
	car, err := w.SaveCarrier(ctx, w.act("karen", ""), onward.Carrier{Name: "Bud", Kind: onward.CarrierCourier, Weekdays: []int{1, 2, 3, 4, 5}, Times: []int{14 * 60}, Minutes: 120})
	w.must(err)
	if _, err := w.PackConsignment(ctx, w.act("anna", ""), "BORG", onward.PackCmd{Election: w.kv.ID, To: "0461", Packets: []onward.Packet{{Count: 8}}}); models.CodeOf(err) != models.CodeBalance {
		w.t.Fatalf("more than the bin holds: %v", err)
	}
	c, err := w.PackConsignment(ctx, w.act("anna", "bo"), "BORG", onward.PackCmd{Election: w.kv.ID, To: "0461", Packets: []onward.Packet{{Count: 4, Seals: []string{"A1"}}, {Count: 3}}})
	w.must(err)
	if _, err := w.Dispatch(ctx, w.act("anna", ""), c.ID, car.ID, w.now.Add(100*24*time.Hour), token); err == nil {
		w.t.Fatal("a departure that arrives after the election was accepted")
	}
	leaves := models.DateOf(w.now).At(14, 0)
	c, err = w.Dispatch(ctx, w.act("anna", ""), c.ID, car.ID, leaves, token)
	w.must(err)
	return c
}

func TestAConsignmentIsAcknowledgedOnce(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	c := w.sent("token-aaaaaaaaaaaaaaaaaaaa")
	if n := w.envelopes(custody.Municipality("0461"), w.kv.ID); n != 7 {
		t.Fatalf("%d with Odense", n)
	}
	if _, err := w.ByToken(t.Context(), "token-aaaaaaaaaaaaaaaaaaab"); models.CodeOf(err) != models.CodeNotFound {
		t.Fatalf("an altered code: %v", err)
	}
	blind, err := w.ByToken(t.Context(), "token-aaaaaaaaaaaaaaaaaaaa")
	if err != nil || blind.Total() != 0 {
		t.Fatalf("the recipient sees figures: %+v %v", blind, err)
	}
	w.must(w.Acknowledge(t.Context(), models.Act{Key: "ack-1"}, "token-aaaaaaaaaaaaaaaaaaaa", onward.AckCmd{Count: 7, Packets: 2, Intact: true}))
	if err := w.Acknowledge(t.Context(), models.Act{Key: "ack-2"}, "token-aaaaaaaaaaaaaaaaaaaa", onward.AckCmd{Count: 6, Packets: 2, Intact: true}); models.CodeOf(err) != models.CodeState {
		t.Fatalf("twice: %v", err)
	}
	c, err = w.Consignment(t.Context(), c.ID)
	if err != nil || c.State != onward.ConsignmentDone || c.Deviation != "" {
		t.Fatalf("%+v %v", c, err)
	}
}

func TestAnotherCountOrALateAnswerIsSeen(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	c := w.sent("token-bbbbbbbbbbbbbbbbbbbb")
	w.now = models.NewDate(2025, 11, 16).At(9, 0)
	if got, err := w.Consignment(t.Context(), c.ID); err != nil || !got.Overdue(w.now) {
		t.Fatalf("not overdue: %v", err)
	}
	if got, err := w.Chase(t.Context(), w.act("anna", ""), c.ID); err != nil || len(got.Chased) != 1 {
		t.Fatal(err)
	}
	w.now = models.NewDate(2025, 11, 18).At(9, 0)
	w.must(w.Acknowledge(t.Context(), models.Act{Key: "ack-1"}, "token-bbbbbbbbbbbbbbbbbbbb", onward.AckCmd{Count: 6, Packets: 2, Intact: true}))
	got, err := w.Consignment(t.Context(), c.ID)
	if err != nil || got.State != onward.ConsignmentDiffers || got.Deviation == "" || !got.Ack.Late {
		t.Fatalf("%+v %v", got, err)
	}
	w2 := newTown(t)
	w2.sent("token-cccccccccccccccccccc")
	w2.now = models.NewDate(2025, 12, 24).At(9, 0)
	if err := w2.Acknowledge(t.Context(), models.Act{Key: "ack-1"}, "token-cccccccccccccccccccc", onward.AckCmd{Count: 7, Packets: 2, Intact: true}); models.CodeOf(err) != models.CodeState {
		t.Fatalf("after its time: %v", err)
	}
}

// envelopes are those of an election that a holder has.
func (w *town) envelopes(holder, election string) (n int) {
	w.t.Helper()
	held, err := w.Held(w.t.Context(), holder)
	w.must(err)
	for item, k := range held[holder] {
		if strings.HasPrefix(item, "env:"+election+":") {
			n += int(k)
		}
	}
	return n
}

// withKey opens the town's database once more with a signing key.
func (w *town) withKey(name string) (verifier string) {
	w.t.Helper()
	private, public, err := note.GenerateKey(nil, name)
	w.must(err)
	w.reopen(private)
	return public
}

// Two installations, two databases, two keys: Aarhus sends, Odense verifies,
// counts blind and takes in, and answers with votes of its own.
func TestTwoInstallationsExchangeVotes(t *testing.T) {
	t.Parallel()
	aarhus := newTown(t)
	key := aarhus.withKey("aarhus")
	c := aarhus.sent("token-dddddddddddddddddddd")
	file, err := aarhus.SignedManifest(t.Context(), c.ID)
	aarhus.must(err)
	odense := newOdense(t, aarhus.now)
	if _, err := odense.announced(file); err == nil {
		t.Fatal("a manifest of nobody known was believed")
	}
	odense.must(odense.SavePeer(t.Context(), odense.act("", ""), "0461", onward.Peer{Code: "0751", Key: key}))
	n := odense.takesIn(file)
	aarhus.must(aarhus.Acknowledge(t.Context(), models.Act{Key: "ack-1"}, "token-dddddddddddddddddddd", onward.AckCmd{Count: n, Packets: 2, Intact: true}))
	odense.answers(aarhus, odense.kv)
	for _, dsn := range []string{aarhus.dsn, odense.dsn} {
		if rep, err := audits.Verify(t.Context(), dsn); err != nil || !rep.OK {
			t.Fatalf("%+v %v", rep, err)
		}
	}
}

// A signed manifest is believed as it is: every bit of the file is flipped once,
// and every character of its QR code changed.
func TestAnAlteredManifestIsNotBelieved(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	peers := []onward.Peer{{Code: "0751", Key: w.withKey("aarhus")}}
	c := w.sent("token-eeeeeeeeeeeeeeeeeeee")
	file, err := w.SignedManifest(t.Context(), c.ID)
	w.must(err)
	if _, err := shipments.OpenManifest(peers, file); err != nil {
		t.Fatalf("unaltered: %v", err)
	}
	for i := range file {
		for bit := range 8 {
			b := append([]byte(nil), file...)
			b[i] ^= 1 << bit
			if _, err := shipments.OpenManifest(peers, b); err == nil {
				t.Fatalf("byte %d, bit %d flipped and accepted:\n%s", i, bit, b)
			}
		}
	}
	code := onward.ManifestCode(file)
	for i := range code {
		b := []byte(code)
		if b[i]++; b[i] == '[' || b[i] == ':' {
			b[i] = 'A'
		}
		if again, err := onward.FromCode(b); err == nil {
			if _, err := shipments.OpenManifest(peers, again); err == nil {
				t.Fatalf("character %d of the code changed and accepted", i)
			}
		}
	}
}

// newOdense is the other municipality: a program and a database of its own, with
// the same election.
func newOdense(t *testing.T, now time.Time) *town {
	t.Helper()
	w := &town{t: t, now: now, people: map[string]string{}, dsn: pgtest.DB(t).AppDSN}
	w.reopen("")
	var err error
	w.kv, err = w.CreateElection(t.Context(), w.act("", ""), planning.NewElection{Type: models.TypeLocal, Name: "Kommunalvalg", Date: models.NewDate(2025, 11, 18), Municipality: "0461", Colour: "#1A5FB4", Word: "BLÅ"})
	w.must(err)
	return w
}

// announced reads the manifest of what is on its way here.
func (w *town) announced(manifest []byte) (onward.Arrival, error) {
	return w.ImportManifest(w.t.Context(), w.act("", ""), w.kv.ID, "MODT", manifest)
}

// takesIn scans the manifest's code, once, counts the seven without seeing how many
// they should be, and gives how many the store holds then.
func (w *town) takesIn(manifest []byte) (n int) {
	ctx := w.t.Context()
	code := onward.ManifestCode(manifest)
	x, err := w.announced([]byte(strings.ToLower(code[:100]) + "\r\n " + code[100:])) // as a scanner may send it
	if err != nil || x.State != onward.ArrivalAnnounced || x.Blind().Stated != -1 {
		w.t.Fatalf("%+v %v", x, err)
	}
	if _, err := w.announced(manifest); models.CodeOf(err) != models.CodeState {
		w.t.Fatalf("the same manifest twice: %v", err)
	}
	if x, err = w.CountArrival(ctx, w.act("", ""), x.ID, 7, ""); err != nil || x.State != onward.ArrivalReceived {
		w.t.Fatalf("%+v %v", x, err)
	}
	w.must(w.book.Pool().QueryRow(ctx, `SELECT n FROM balance WHERE holder = 'store:MODT'`).Scan(&n))
	if n != 7 {
		w.t.Fatalf("%d in the store", n)
	}
	return n
}

// answers sends three votes the other way, with the other key: they are counted
// wrongly first, blind, and then rightly by another person.
func (w *town) answers(to *town, kv models.Election) {
	w.t.Helper()
	ctx := w.t.Context()
	key := w.withKey("odense")
	_, _, err := w.book.Append(ctx, w.act("", ""), book.Need{}, func(*book.Working) (journal.Draft, error) {
		return journal.Draft{Kind: "test.filled", Election: kv.ID}.Move(custody.Envelope(kv.ID, "0751"), custody.Voter, custody.Bin(onward.OtherBin("0751")), 3), nil
	})
	w.must(err)
	car, err := w.SaveCarrier(ctx, w.act("", ""), onward.Carrier{Name: "Bud", Kind: onward.CarrierCourier, Weekdays: []int{1, 2, 3, 4, 5}, Times: []int{15 * 60}, Minutes: 120})
	w.must(err)
	c, err := w.PackConsignment(ctx, w.act("", ""), "MODT", onward.PackCmd{Election: kv.ID, To: "0751", Packets: []onward.Packet{{Count: 3, Seals: []string{"OD1"}}}})
	w.must(err)
	_, err = w.Dispatch(ctx, w.act("", ""), c.ID, car.ID, models.DateOf(w.now).At(15, 0), "token-ffffffffffffffffffff")
	w.must(err)
	file, err := w.SignedManifest(ctx, c.ID)
	w.must(err)
	if _, err := to.ImportManifest(ctx, to.act("anna", ""), to.kv.ID, "BORG", file); err == nil {
		w.t.Fatal("a manifest of a municipality without a key was believed")
	}
	to.must(to.SavePeer(ctx, to.act("karen", ""), "0751", onward.Peer{Code: "0461", Key: key}))
	x, err := to.ImportManifest(ctx, to.act("anna", ""), to.kv.ID, "BORG", file)
	to.must(err)
	if x, err = to.CountArrival(ctx, to.act("anna", ""), x.ID, 2, ""); err != nil || x.State != onward.ArrivalDiffers || x.Blind().Stated != -1 {
		w.t.Fatalf("%+v %v", x, err)
	}
	if x, err = to.CountArrival(ctx, to.act("bo", ""), x.ID, 3, ""); err != nil || x.State != onward.ArrivalReceived || x.Deviation != "" {
		w.t.Fatalf("%+v %v", x, err)
	}
	w.must(w.Acknowledge(ctx, models.Act{Key: "ack-back"}, "token-ffffffffffffffffffff", onward.AckCmd{Count: 3, Packets: 1, Intact: true}))
}

// One bin holds votes of two elections for the same municipality: a consignment
// takes those of its own election alone, and never more than there are of it.
func TestTwoElectionsAreNeverMixed(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	ctx := t.Context()
	for e, n := range map[string]int64{w.kv.ID: 3, w.aer.ID: 4} {
		_, _, err := w.book.Append(ctx, w.act("anna", ""), book.Need{}, func(*book.Working) (journal.Draft, error) {
			return journal.Draft{Kind: "test.filled", Election: e, Place: "BORG"}.Move(custody.Envelope(e, "0461"), custody.Voter, custody.Bin(onward.OtherBin("0461")), n), nil
		})
		w.must(err)
	}
	pack := func(n int) (onward.Consignment, error) {
		return w.PackConsignment(ctx, w.act("anna", "bo"), "BORG", onward.PackCmd{Election: w.kv.ID, To: "0461", Packets: []onward.Packet{{Count: n}}})
	}
	if _, err := pack(4); models.CodeOf(err) != models.CodeBalance {
		t.Fatalf("a vote of the other election was packed: %v", err)
	}
	c, err := pack(3)
	w.must(err)
	for e, want := range map[string]int{w.kv.ID: 3, w.aer.ID: 0} {
		if n := w.envelopes(custody.Leg(c.ID), e); n != want {
			t.Errorf("%s: %d on the leg", e, n)
		}
	}
	e, err := w.Election(ctx, w.kv.ID)
	w.must(err)
	if _, err := onward.PackConsignment(onward.Table{Election: e, Place: "BORG"}, models.Act{Key: "k"}, onward.PackCmd{Election: w.aer.ID, To: "0461", Packets: []onward.Packet{{Count: 1}}}, w.now); models.CodeOf(err) != models.CodeInvalid {
		t.Errorf("a consignment of another election than the table's: %v", err)
	}
}

// On a Sunday voting starts at 9: half past eight is in time, nine is not.
func TestASundayOpensAtNine(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	ctx := t.Context()
	w.now = models.NewDate(2024, 6, 8).At(12, 0)
	ep, err := w.CreateElection(ctx, w.act("karen", ""), planning.NewElection{Type: models.TypeEuropean, Name: "Europa-Parlamentsvalg", Date: models.NewDate(2024, 6, 9), Municipality: "0751", Colour: "#1A5FB4", Word: "BLÅ"})
	w.must(err)
	ds := w.districts(2)
	piles := map[string]int{onward.OwnBin(ds[0].ID): 9, onward.OwnBin(ds[1].ID): 8}
	_, err = w.Arrive(ctx, w.act("anna", ""), ep.ID, "BORG", onward.ArriveCmd{From: "0461", Stated: -1, Count: 17})
	w.must(err)
	x, err := w.SortFirst(ctx, w.act("anna", ""), ep.ID, "BORG", "", piles)
	w.must(err)
	_, err = w.SortAgain(ctx, w.act("bo", ""), x.ID, piles)
	w.must(err)
	w.now = models.NewDate(2024, 6, 9).At(8, 30)
	xs, err := w.PackDeliveries(ctx, w.act("anna", ""), ep.ID, "BORG", []string{ds[0].ID, ds[1].ID}, nil)
	w.must(err)
	w.now = models.NewDate(2024, 6, 9).At(8, 59)
	_, err = w.Hand(ctx, w.act("anna", ""), xs[0].ID, onward.HandCmd{Recount: xs[0].Total()})
	w.must(err)
	w.now = models.NewDate(2024, 6, 9).At(9, 0)
	if _, err := w.Hand(ctx, w.act("anna", ""), xs[1].ID, onward.HandCmd{Recount: xs[1].Total()}); models.CodeOf(err) != models.CodeState {
		t.Fatalf("handed over when voting had started: %v", err)
	}
	y, err := w.ReturnDelivery(ctx, w.act("anna", ""), xs[1].ID, "Bilen holdt i kø på motorvejen")
	if err != nil || y.State != onward.DeliveryCameLate {
		t.Fatalf("%+v %v", y, err)
	}
	late, err := w.LateLots(ctx, ep.ID)
	if err != nil || len(late) != 1 || late[0].N != xs[1].Total() {
		t.Fatalf("%+v %v", late, err)
	}
}
