package boxes_test

import (
	"bytes"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/custody"
	"github.com/brevstemme/brevstemme/models/store"
	"github.com/brevstemme/brevstemme/models/store/audits"
	"github.com/brevstemme/brevstemme/models/store/storetest"
	"github.com/brevstemme/brevstemme/models/trace"
)

// sealed packs and seals Lystrup's box and gives the offer that hands it over;
// nothing is sent yet.
func (w *relay) sealed(n int) (models.Act, custody.OfferCmd) {
	w.T.Helper()
	w.pack("Lystrup", n)
	_, err := w.SealContainer(w.T.Context(), w.Act("anna", ""), custody.SealCmd{Container: w.box["Lystrup"], Serials: []string{"L001"}, Certain: true})
	w.Must(err)
	return w.Act("anna", ""), custody.OfferCmd{From: w.place["Lystrup"], To: "BS", Containers: []string{w.box["Lystrup"]}, Mode: "fetch", Direction: "out", Courier: w.Who["carl"]}
}

func (w *relay) read(n int) []custody.Read {
	return []custody.Read{{Container: w.box["Lystrup"], Arrived: true, Opened: true, Seals: []string{"L001"}, Condition: custody.Intact, Counts: map[string]int{custody.CountKey(w.KV.ID, custody.Own): n}}}
}

// postings counts the containers' moves to and from a holder.
func (w *relay) postings(holder string) (n int) {
	w.T.Helper()
	w.Must(w.Book().Pool().QueryRow(w.T.Context(), `SELECT count(*) FROM posting WHERE holder = $1 AND item LIKE 'box:%'`, holder).Scan(&n))
	return n
}

// The receiver's device reaches the book first, then the giver's, and the
// courier's last: nothing is lost, nothing moves twice.
func TestEventsArriveInReversedOrder(t *testing.T) {
	t.Parallel()
	w := newRelay(t)
	giver, offer := w.sealed(5)
	id := models.DeriveID("H", giver.Key)
	start := w.Now
	w.Now = start.Add(40 * time.Minute)
	giver.At = start.Add(time.Minute)
	carrier := w.did("carl", start.Add(10*time.Minute))
	count, accept := w.did("dorte", start.Add(30*time.Minute)), w.did("dorte", start.Add(32*time.Minute))
	counted := custody.CountCmd{Handover: id, Place: "BS", Reads: w.read(5)}

	w.receiverIsTooEarly(count, counted)
	h, err := w.Offer(t.Context(), giver, offer)
	w.Must(err)
	if h.ID != id {
		t.Fatalf("the offer is %s, its paper says %s", h.ID, id)
	}
	w.receiverSendsAgain(count, accept, counted)
	w.carrierIsLate(id, carrier)
	w.takenInWithoutAGap(w.box["Lystrup"])
	if rep, err := audits.Verify(t.Context(), w.DSN); err != nil || !rep.OK {
		t.Errorf("%+v %v", rep, err)
	}
}

// did is an act of a device that was offline: done at a time, entered later.
func (w *relay) did(who string, at time.Time) models.Act {
	a := w.Act(who, "")
	a.At = at
	return a
}

// receiverIsTooEarly: the book knows of no handover yet.
func (w *relay) receiverIsTooEarly(count models.Act, cmd custody.CountCmd) {
	if _, err := w.CountHandover(w.T.Context(), count, cmd); models.CodeOf(err) != models.CodeNotFound {
		w.T.Fatalf("counted before there is a handover: %v", err)
	}
	if _, err := w.AcceptHandover(w.T.Context(), w.Act("dorte", ""), custody.AcceptCmd{Handover: cmd.Handover, Place: "BS"}); models.CodeOf(err) != models.CodeNotFound {
		w.T.Fatalf("accepted before there is a handover: %v", err)
	}
}

// receiverSendsAgain the count that was too early; without it nothing is accepted.
func (w *relay) receiverSendsAgain(count, accept models.Act, cmd custody.CountCmd) {
	ctx := w.T.Context()
	taken := custody.AcceptCmd{Handover: cmd.Handover, Place: "BS"}
	if _, err := w.AcceptHandover(ctx, w.Act("dorte", ""), taken); models.CodeOf(err) != models.CodeState {
		w.T.Fatalf("accepted without a count: %v", err)
	}
	h, err := w.CountHandover(ctx, count, cmd)
	w.Must(err)
	if h.State != custody.HandoverCounted || h.Counts[0].At != count.At.UTC() {
		w.T.Fatalf("%+v", h)
	}
	_, err = w.AcceptHandover(ctx, accept, taken)
	w.Must(err)
}

// carrierIsLate with a signature from before the box was taken in: it is kept, at
// its time, and moves nothing.
func (w *relay) carrierIsLate(handover string, carrier models.Act) {
	ctx, cmd := w.T.Context(), custody.CollectCmd{Handover: handover, Means: "pin"}
	before := w.postings(custody.Leg(handover))
	h, err := w.Collect(ctx, carrier, cmd)
	w.Must(err)
	if h.State != custody.HandoverAccepted || !h.Carrier.At.Before(h.Receiver.At) || !h.Carrier.Entered.Equal(w.Now) || w.postings(custody.Leg(handover)) != before {
		w.T.Errorf("the late signature: %+v", h)
	}
	if _, err := w.Collect(ctx, w.Act("carl", ""), cmd); models.CodeOf(err) != models.CodeState {
		w.T.Errorf("collected twice: %v", err)
	}
}

// takenInWithoutAGap: the box is at reception, and its proof knows who had it when.
func (w *relay) takenInWithoutAGap(box string) {
	c, err := w.Container(w.T.Context(), box)
	w.Must(err)
	if c.Holder != custody.At("BS") || c.Leg != "" {
		w.T.Errorf("%+v", c)
	}
	p, err := w.CustodyProof(w.T.Context(), box)
	w.Must(err)
	for _, g := range p.Gaps {
		if g.Code == trace.GapHolder || g.Code == trace.GapOverlap {
			w.T.Errorf("a gap that is none: %+v", g)
		}
	}
}

// Two of reception take the same box in, one on the screen and one from a device
// that was offline, with counts that both fit: one wins, the other is told, and
// the box is taken in once. The winner's message sent again changes nothing.
func TestAHandoverIsTakenInOfflineAndOnline(t *testing.T) {
	t.Parallel()
	w := newRelay(t)
	ctx := t.Context()
	giver, offer := w.sealed(4)
	h, err := w.Offer(ctx, giver, offer)
	w.Must(err)
	_, err = w.Collect(ctx, w.Act("carl", ""), custody.CollectCmd{Handover: h.ID})
	w.Must(err)
	w.Now = w.Now.Add(time.Hour)
	each := func(f func(models.Act) error) (won models.Act) {
		t.Helper()
		acts := []models.Act{w.Act("dorte", ""), w.Act("bo", "")}
		acts[1].At = w.Now.Add(-50 * time.Minute) // when it was done, offline
		errs := make([]error, len(acts))
		var both sync.WaitGroup
		for i := range acts {
			both.Go(func() { errs[i] = f(acts[i]) })
		}
		both.Wait()
		wins := 0
		for i, err := range errs {
			switch models.CodeOf(err) {
			case "":
				wins, won = wins+1, acts[i]
			case models.CodeState:
			default:
				t.Errorf("refused by %v", err)
			}
		}
		if wins != 1 {
			t.Fatalf("%d won: %v", wins, errs)
		}
		return won
	}
	each(func(a models.Act) error {
		_, err := w.CountHandover(ctx, a, custody.CountCmd{Handover: h.ID, Place: "BS", Reads: w.read(4)})
		return err
	})
	cmd := custody.AcceptCmd{Handover: h.ID, Place: "BS"}
	won := each(func(a models.Act) error {
		_, err := w.AcceptHandover(ctx, a, cmd)
		return err
	})
	before := w.postings(custody.At("BS"))
	again, err := w.AcceptHandover(ctx, won, cmd)
	w.Must(err)
	if again.Receiver.Person != won.Person || w.postings(custody.At("BS")) != before || before != 1 {
		t.Errorf("taken in %d times: %+v", before, again.Receiver)
	}
	all, err := w.ThreeWay(ctx, w.KV.ID)
	w.Must(err)
	if x := w.line(all, "Lystrup"); x.Received != (trace.Figure{N: 4, Known: true}) {
		t.Errorf("%+v", x)
	}
}

// A link that is guessed, stolen, used, expired, blocked or of another leg does
// nothing, and each try stands in the log without the link itself.
func TestEveryDeadLinkIsLogged(t *testing.T) {
	t.Parallel()
	w := newRelay(t)
	ctx := t.Context()
	giver, offer := w.sealed(2)
	h, err := w.Offer(ctx, giver, offer)
	w.Must(err)
	var out bytes.Buffer
	s := storetest.Open(t, store.Config{DSN: w.DSN, Clock: func() time.Time { return w.Now }, Log: slog.New(slog.NewTextHandler(&out, nil))})
	refused := func(why, token string, err error, code models.Code) {
		t.Helper()
		line := out.String()
		out.Reset()
		got, gerr := w.Handover(ctx, h.ID)
		w.Must(gerr)
		if models.CodeOf(err) != code || !strings.Contains(line, "why="+why) || strings.Contains(line, token) || got.State != custody.HandoverOffered {
			t.Errorf("%s: %v, state %s, log %q", why, err, got.State, line)
		}
	}
	l, err := s.MakeCourierLink(ctx, w.Act("anna", ""), h.ID)
	w.Must(err)
	_, err = s.CollectByLink(ctx, strings.Repeat("A", 32), "phone", l.PIN)
	refused("unknown", l.Token, err, models.CodeForbidden)
	_, err = s.OpenCourierLink(ctx, l.Token, "phone")
	w.Must(err)
	_, err = s.OpenCourierLink(ctx, l.Token, "thief")
	refused(`"other device"`, l.Token, err, models.CodeForbidden)
	_, err = s.CollectByLink(ctx, l.Token, "thief", l.PIN)
	refused(`"other device"`, l.Token, err, models.CodeForbidden)
	_, err = s.CollectByLink(ctx, l.Token, "phone", "000000x")
	refused("pin", l.Token, err, models.CodeInvalid)
	_, err = s.LiveCourierLink(ctx, w.Act("anna", ""), "H-OTHER", l.Token)
	refused(`"other handover"`, l.Token, err, models.CodeForbidden)
	w.Now = l.Expires
	_, err = s.CollectByLink(ctx, l.Token, "phone", l.PIN)
	refused("expired", l.Token, err, models.CodeForbidden)
	old := l
	l, err = s.MakeCourierLink(ctx, w.Act("anna", ""), h.ID)
	w.Must(err)
	w.Now = w.Now.Add(-time.Hour)
	_, err = s.OpenCourierLink(ctx, old.Token, "phone")
	refused("blocked", old.Token, err, models.CodeForbidden)

	_, err = s.OpenCourierLink(ctx, l.Token, "phone")
	w.Must(err)
	_, err = s.CollectByLink(ctx, l.Token, "phone", l.PIN)
	w.Must(err)
	head := w.headSeq()
	_, err = s.CollectByLink(ctx, l.Token, "phone", l.PIN)
	if line := out.String(); models.CodeOf(err) != models.CodeForbidden || !strings.Contains(line, "why=used") || w.headSeq() != head {
		t.Errorf("replayed: %v, log %q", err, line)
	}
}

func (w *relay) headSeq() (seq int64) {
	w.T.Helper()
	w.Must(w.Book().Pool().QueryRow(w.T.Context(), `SELECT seq FROM journal_head`).Scan(&seq))
	return seq
}
