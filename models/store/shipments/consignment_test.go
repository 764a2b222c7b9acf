package shipments_test

import (
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/custody"
	"github.com/brevstemme/brevstemme/models/journal"
	"github.com/brevstemme/brevstemme/models/onward"
	"github.com/brevstemme/brevstemme/models/planning"
	"github.com/brevstemme/brevstemme/models/store/audits"
	"github.com/brevstemme/brevstemme/models/store/book"
	"github.com/brevstemme/brevstemme/models/store/shipments"
	"github.com/brevstemme/brevstemme/models/store/storetest"
)

// sent packs 7 votes for Odense and hands them to a courier.
func (w *town) sent(token string) onward.Consignment {
	w.T.Helper()
	ctx := w.T.Context()
	ds := w.MakeDistricts(2)
	w.Fill(5, "0461")
	w.Fill(12, custody.Own)
	w.SortPiles(map[string]int{onward.OwnBin(ds[0].ID): 10, onward.OtherBin("0461"): 7})
	car, err := w.SaveCarrier(ctx, w.Act("karen", ""), onward.Carrier{Name: "Bud", Kind: onward.CarrierCourier, Weekdays: []int{1, 2, 3, 4, 5}, Times: []int{14 * 60}, Minutes: 120})
	w.Must(err)
	if _, err := w.PackConsignment(ctx, w.Act("anna", ""), "BORG", onward.PackCmd{Election: w.KV.ID, To: "0461", Packets: []onward.Packet{{Count: 8}}}); models.CodeOf(err) != models.CodeBalance {
		w.T.Fatalf("more than the bin holds: %v", err)
	}
	c, err := w.PackConsignment(ctx, w.Act("anna", "bo"), "BORG", onward.PackCmd{Election: w.KV.ID, To: "0461", Packets: []onward.Packet{{Count: 4, Seals: []string{"A1"}}, {Count: 3}}})
	w.Must(err)
	if _, err := w.Dispatch(ctx, w.Act("anna", ""), c.ID, car.ID, w.Now.Add(100*24*time.Hour), token); err == nil {
		w.T.Fatal("a departure that arrives after the election was accepted")
	}
	leaves := models.DateOf(w.Now).At(14, 0)
	c, err = w.Dispatch(ctx, w.Act("anna", ""), c.ID, car.ID, leaves, token)
	w.Must(err)
	return c
}

func TestAConsignmentIsAcknowledgedOnce(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	c := w.sent("token-aaaaaaaaaaaaaaaaaaaa")
	if n := w.envelopes(custody.Municipality("0461"), w.KV.ID); n != 7 {
		t.Fatalf("%d with Odense", n)
	}
	if _, err := w.ByToken(t.Context(), "token-aaaaaaaaaaaaaaaaaaab"); models.CodeOf(err) != models.CodeNotFound {
		t.Fatalf("an altered code: %v", err)
	}
	blind, err := w.ByToken(t.Context(), "token-aaaaaaaaaaaaaaaaaaaa")
	if err != nil || blind.Total() != 0 {
		t.Fatalf("the recipient sees figures: %+v %v", blind, err)
	}
	w.Must(w.Acknowledge(t.Context(), models.Act{Key: "ack-1"}, "token-aaaaaaaaaaaaaaaaaaaa", onward.AckCmd{Count: 7, Packets: 2, Intact: true}))
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
	w.Now = models.NewDate(2025, 11, 16).At(9, 0)
	if got, err := w.Consignment(t.Context(), c.ID); err != nil || !got.Overdue(w.Now) {
		t.Fatalf("not overdue: %v", err)
	}
	if got, err := w.Chase(t.Context(), w.Act("anna", ""), c.ID); err != nil || len(got.Chased) != 1 {
		t.Fatal(err)
	}
	w.Now = models.NewDate(2025, 11, 18).At(9, 0)
	w.Must(w.Acknowledge(t.Context(), models.Act{Key: "ack-1"}, "token-bbbbbbbbbbbbbbbbbbbb", onward.AckCmd{Count: 6, Packets: 2, Intact: true}))
	got, err := w.Consignment(t.Context(), c.ID)
	if err != nil || got.State != onward.ConsignmentDiffers || got.Deviation == "" || !got.Ack.Late {
		t.Fatalf("%+v %v", got, err)
	}
	w2 := newTown(t)
	w2.sent("token-cccccccccccccccccccc")
	w2.Now = models.NewDate(2025, 12, 24).At(9, 0)
	if err := w2.Acknowledge(t.Context(), models.Act{Key: "ack-1"}, "token-cccccccccccccccccccc", onward.AckCmd{Count: 7, Packets: 2, Intact: true}); models.CodeOf(err) != models.CodeState {
		t.Fatalf("after its time: %v", err)
	}
}

// envelopes are those of an election that a holder has.
func (w *town) envelopes(holder, election string) (n int) {
	w.T.Helper()
	held, err := w.Held(w.T.Context(), holder)
	w.Must(err)
	for item, k := range held[holder] {
		if strings.HasPrefix(item, "env:"+election+":") {
			n += int(k)
		}
	}
	return n
}

// Two installations, two databases, two keys: Aarhus sends, Odense verifies,
// counts blind and takes in, and answers with votes of its own.
func TestTwoInstallationsExchangeVotes(t *testing.T) {
	t.Parallel()
	aarhus := newTown(t)
	key := aarhus.WithKey("aarhus")
	c := aarhus.sent("token-dddddddddddddddddddd")
	file, err := aarhus.SignedManifest(t.Context(), c.ID)
	aarhus.Must(err)
	odense := newOdense(t, aarhus.Now)
	if _, err := odense.announced(file); err == nil {
		t.Fatal("a manifest of nobody known was believed")
	}
	odense.Must(odense.SavePeer(t.Context(), odense.Act("", ""), "0461", onward.Peer{Code: "0751", Key: key}))
	n := odense.takesIn(file)
	aarhus.Must(aarhus.Acknowledge(t.Context(), models.Act{Key: "ack-1"}, "token-dddddddddddddddddddd", onward.AckCmd{Count: n, Packets: 2, Intact: true}))
	odense.answers(aarhus, odense.KV)
	for _, dsn := range []string{aarhus.DSN, odense.DSN} {
		if rep, err := audits.Verify(t.Context(), dsn); err != nil || !rep.OK {
			t.Fatalf("%+v %v", rep, err)
		}
	}
}

// A manifest that was taken in is answered again under the same key after the peer
// has got another one; sent anew, it is refused.
func TestAManifestIsAnsweredAgainAfterThePeersKeyWasReplaced(t *testing.T) {
	t.Parallel()
	aarhus := newTown(t)
	old := aarhus.WithKey("aarhus")
	file, err := aarhus.SignedManifest(t.Context(), aarhus.sent("token-gggggggggggggggggggg").ID)
	aarhus.Must(err)
	odense := newOdense(t, aarhus.Now)
	peer := func(key string) {
		odense.Must(odense.SavePeer(t.Context(), odense.Act("", ""), "0461", onward.Peer{Code: "0751", Key: key}))
	}
	peer(old)
	act := odense.Act("", "")
	sent := func(act models.Act) (onward.Arrival, error) {
		return odense.ImportManifest(t.Context(), act, odense.KV.ID, "MODT", file)
	}
	first, err := sent(act)
	odense.Must(err)
	peer(aarhus.WithKey("aarhus"))
	if again, err := sent(act); err != nil || !reflect.DeepEqual(again, first) {
		t.Errorf("the same act: %+v %v; it was %+v", again, err, first)
	}
	if _, err := sent(odense.Act("", "")); models.CodeOf(err) != models.CodeInvalid {
		t.Errorf("a new act, with the key of before: %v", err)
	}
	act.Digest[0]++
	if _, err := sent(act); models.CodeOf(err) != models.CodeReplayOther {
		t.Errorf("another act under the same key: %v", err)
	}
}

// A signed manifest is believed as it is: every bit of the file is flipped once,
// and every character of its QR code changed.
func TestAnAlteredManifestIsNotBelieved(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	peers := []onward.Peer{{Code: "0751", Key: w.WithKey("aarhus")}}
	c := w.sent("token-eeeeeeeeeeeeeeeeeeee")
	file, err := w.SignedManifest(t.Context(), c.ID)
	w.Must(err)
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
	w := &town{storetest.Empty(t, now)}
	var err error
	w.KV, err = w.CreateElection(t.Context(), w.Act("", ""), planning.NewElection{Type: models.TypeLocal, Name: "Kommunalvalg", Date: models.NewDate(2025, 11, 18), Municipality: "0461", Colour: "#1A5FB4", Word: "BLÅ"})
	w.Must(err)
	return w
}

// announced reads the manifest of what is on its way here.
func (w *town) announced(manifest []byte) (onward.Arrival, error) {
	return w.ImportManifest(w.T.Context(), w.Act("", ""), w.KV.ID, "MODT", manifest)
}

// takesIn scans the manifest's code, once, counts the seven without seeing how many
// they should be, and gives how many the store holds then.
func (w *town) takesIn(manifest []byte) (n int) {
	ctx := w.T.Context()
	code := onward.ManifestCode(manifest)
	x, err := w.announced([]byte(strings.ToLower(code[:100]) + "\r\n " + code[100:])) // as a scanner may send it
	if err != nil || x.State != onward.ArrivalAnnounced || x.Blind().Stated != -1 {
		w.T.Fatalf("%+v %v", x, err)
	}
	if _, err := w.announced(manifest); models.CodeOf(err) != models.CodeState {
		w.T.Fatalf("the same manifest twice: %v", err)
	}
	if x, err = w.CountArrival(ctx, w.Act("", ""), x.ID, 7, ""); err != nil || x.State != onward.ArrivalReceived {
		w.T.Fatalf("%+v %v", x, err)
	}
	w.Must(w.Book().Pool().QueryRow(ctx, `SELECT n FROM balance WHERE holder = 'store:MODT'`).Scan(&n))
	if n != 7 {
		w.T.Fatalf("%d in the store", n)
	}
	return n
}

// answers sends three votes the other way, with the other key: they are counted
// wrongly first, blind, and then rightly by another person.
func (w *town) answers(to *town, kv models.Election) {
	w.T.Helper()
	ctx := w.T.Context()
	key := w.WithKey("odense")
	_, _, err := w.Book().Append(ctx, w.Act("", ""), book.Need{}, func(*book.Working) (journal.Draft, error) {
		return journal.Draft{Kind: "test.filled", Election: kv.ID}.Move(custody.Envelope(kv.ID, "0751"), custody.Voter, custody.Bin(onward.OtherBin("0751")), 3), nil
	})
	w.Must(err)
	car, err := w.SaveCarrier(ctx, w.Act("", ""), onward.Carrier{Name: "Bud", Kind: onward.CarrierCourier, Weekdays: []int{1, 2, 3, 4, 5}, Times: []int{15 * 60}, Minutes: 120})
	w.Must(err)
	c, err := w.PackConsignment(ctx, w.Act("", ""), "MODT", onward.PackCmd{Election: kv.ID, To: "0751", Packets: []onward.Packet{{Count: 3, Seals: []string{"OD1"}}}})
	w.Must(err)
	_, err = w.Dispatch(ctx, w.Act("", ""), c.ID, car.ID, models.DateOf(w.Now).At(15, 0), "token-ffffffffffffffffffff")
	w.Must(err)
	file, err := w.SignedManifest(ctx, c.ID)
	w.Must(err)
	if _, err := to.ImportManifest(ctx, to.Act("anna", ""), to.KV.ID, "BORG", file); err == nil {
		w.T.Fatal("a manifest of a municipality without a key was believed")
	}
	to.Must(to.SavePeer(ctx, to.Act("karen", ""), "0751", onward.Peer{Code: "0461", Key: key}))
	x, err := to.ImportManifest(ctx, to.Act("anna", ""), to.KV.ID, "BORG", file)
	to.Must(err)
	if x, err = to.CountArrival(ctx, to.Act("anna", ""), x.ID, 2, ""); err != nil || x.State != onward.ArrivalDiffers || x.Blind().Stated != -1 {
		w.T.Fatalf("%+v %v", x, err)
	}
	if x, err = to.CountArrival(ctx, to.Act("bo", ""), x.ID, 3, ""); err != nil || x.State != onward.ArrivalReceived || x.Deviation != "" {
		w.T.Fatalf("%+v %v", x, err)
	}
	w.Must(w.Acknowledge(ctx, models.Act{Key: "ack-back"}, "token-ffffffffffffffffffff", onward.AckCmd{Count: 3, Packets: 1, Intact: true}))
}

// One bin holds votes of two elections for the same municipality: a consignment
// takes those of its own election alone, and never more than there are of it.
func TestTwoElectionsAreNeverMixed(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	ctx := t.Context()
	for e, n := range map[string]int64{w.KV.ID: 3, w.Aer.ID: 4} {
		_, _, err := w.Book().Append(ctx, w.Act("anna", ""), book.Need{}, func(*book.Working) (journal.Draft, error) {
			return journal.Draft{Kind: "test.filled", Election: e, Place: "BORG"}.Move(custody.Envelope(e, "0461"), custody.Voter, custody.Bin(onward.OtherBin("0461")), n), nil
		})
		w.Must(err)
	}
	pack := func(n int) (onward.Consignment, error) {
		return w.PackConsignment(ctx, w.Act("anna", "bo"), "BORG", onward.PackCmd{Election: w.KV.ID, To: "0461", Packets: []onward.Packet{{Count: n}}})
	}
	if _, err := pack(4); models.CodeOf(err) != models.CodeBalance {
		t.Fatalf("a vote of the other election was packed: %v", err)
	}
	c, err := pack(3)
	w.Must(err)
	for e, want := range map[string]int{w.KV.ID: 3, w.Aer.ID: 0} {
		if n := w.envelopes(custody.Leg(c.ID), e); n != want {
			t.Errorf("%s: %d on the leg", e, n)
		}
	}
	e, err := w.Election(ctx, w.KV.ID)
	w.Must(err)
	if _, err := onward.PackConsignment(onward.Table{Election: e, Place: "BORG"}, models.Act{Key: "k"}, onward.PackCmd{Election: w.Aer.ID, To: "0461", Packets: []onward.Packet{{Count: 1}}}, w.Now); models.CodeOf(err) != models.CodeInvalid {
		t.Errorf("a consignment of another election than the table's: %v", err)
	}
}

// On a Sunday voting starts at 9: half past eight is in time, nine is not.
func TestASundayOpensAtNine(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	ctx := t.Context()
	w.Now = models.NewDate(2024, 6, 8).At(12, 0)
	ep, err := w.CreateElection(ctx, w.Act("karen", ""), planning.NewElection{Type: models.TypeEuropean, Name: "Europa-Parlamentsvalg", Date: models.NewDate(2024, 6, 9), Municipality: "0751", Colour: "#1A5FB4", Word: "BLÅ"})
	w.Must(err)
	ds := w.MakeDistricts(2)
	piles := map[string]int{onward.OwnBin(ds[0].ID): 9, onward.OwnBin(ds[1].ID): 8}
	_, err = w.Arrive(ctx, w.Act("anna", ""), ep.ID, "BORG", onward.ArriveCmd{From: "0461", Stated: -1, Count: 17})
	w.Must(err)
	x, err := w.SortFirst(ctx, w.Act("anna", ""), ep.ID, "BORG", "", piles)
	w.Must(err)
	_, err = w.SortAgain(ctx, w.Act("bo", ""), x.ID, piles)
	w.Must(err)
	w.Now = models.NewDate(2024, 6, 9).At(8, 30)
	xs, err := w.PackDeliveries(ctx, w.Act("anna", ""), ep.ID, "BORG", []string{ds[0].ID, ds[1].ID}, nil)
	w.Must(err)
	w.Now = models.NewDate(2024, 6, 9).At(8, 59)
	_, err = w.Hand(ctx, w.Act("anna", ""), xs[0].ID, onward.HandCmd{Recount: xs[0].Total()})
	w.Must(err)
	w.Now = models.NewDate(2024, 6, 9).At(9, 0)
	if _, err := w.Hand(ctx, w.Act("anna", ""), xs[1].ID, onward.HandCmd{Recount: xs[1].Total()}); models.CodeOf(err) != models.CodeState {
		t.Fatalf("handed over when voting had started: %v", err)
	}
	y, err := w.ReturnDelivery(ctx, w.Act("anna", ""), xs[1].ID, "Bilen holdt i kø på motorvejen")
	if err != nil || y.State != onward.DeliveryCameLate {
		t.Fatalf("%+v %v", y, err)
	}
	late, err := w.LateLots(ctx, ep.ID)
	if err != nil || len(late) != 1 || late[0].N != xs[1].Total() {
		t.Fatalf("%+v %v", late, err)
	}
}
