package store_test

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/audit"
	"github.com/brevstemme/brevstemme/models/custody"
	"github.com/brevstemme/brevstemme/models/store/book"
)

// The acts of the road that move boxes, and what must hold after each act.

func (w *road) place() string {
	if w.draw("reception", 4) == 0 {
		return "BS"
	}
	return w.desk().place
}

func (b *roadBox) at() string {
	if custody.HolderKind(b.holder) == "store" {
		return custody.HolderID(b.holder)
	}
	return ""
}

func (w *road) register(ctx context.Context) (string, error) {
	place := w.place()
	made, err := w.RegisterContainers(ctx, w.Act("karen", ""), custody.RegisterCmd{Kind: custody.BoxK, Place: place, Count: 1})
	for _, c := range made {
		w.boxes[c.ID] = &roadBox{holder: custody.At(place), held: map[string]int64{}}
	}
	return "register", err
}

// issue brings three seals to a place; a number that was ever in the book is
// refused.
func (w *road) issue(ctx context.Context) (string, error) {
	n := w.draw("from", 900)
	cmd := custody.IssueCmd{From: fmt.Sprintf("S%04d", n), To: fmt.Sprintf("S%04d", n+2), Place: w.place()}
	fresh := true
	for i := range 3 {
		_, known := w.seals[fmt.Sprintf("S%04d", n+i)]
		fresh = fresh && !known
	}
	_, err := w.IssueSeals(ctx, w.Act("karen", ""), cmd)
	if (err == nil) != fresh {
		w.r.Fatalf("seals %s to %s, fresh %v: %v", cmd.From, cmd.To, fresh, err)
	}
	for i := range 3 {
		if fresh {
			w.seals[fmt.Sprintf("S%04d", n+i)], w.stock[fmt.Sprintf("S%04d", n+i)] = "", cmd.Place
		}
	}
	return "issue", err
}

func (w *road) packDesk(ctx context.Context) (string, error) {
	d := w.desk()
	id, b := w.box(func(b *roadBox) bool { return b.at() == d.place && len(b.seals) == 0 })
	_, err := w.Pack(ctx, w.Act("anna", "bo"), custody.PackCmd{Container: id, Session: d.id, Election: w.KV.ID})
	if err == nil {
		for item, n := range d.held {
			b.held[item] += n
			d.held[item] = 0
		}
	}
	return "pack", err
}

func (w *road) unpack(ctx context.Context) (string, error) {
	id, b := w.box(func(b *roadBox) bool { return b.at() != "" && len(b.seals) == 0 && sum(b.held) > 0 })
	to := custody.Bin("own:1")
	if b != nil && w.draw("into the store", 2) == 0 {
		to = b.holder
	}
	_, err := w.Unpack(ctx, w.Act("karen", ""), custody.UnpackCmd{Container: id, To: to})
	if err == nil {
		for item, n := range b.held {
			w.outer(to, item, n)
			b.held[item] = 0
		}
	}
	return "unpack", err
}

func sum(m map[string]int64) (n int64) {
	for _, v := range m {
		n += v
	}
	return n
}

func (w *road) seal(ctx context.Context) (string, error) {
	id, b := w.box(func(b *roadBox) bool { return b.at() != "" && len(b.seals) == 0 && sum(b.held) > 0 })
	serials := slices.Sorted(maps.Keys(w.seals))
	if b != nil && w.draw("from stock", 4) > 0 {
		serials = slices.DeleteFunc(serials, func(x string) bool { return w.seals[x] != "" || w.stock[x] != b.at() })
	}
	if len(serials) == 0 {
		return "seal", models.E(models.CodeNotFound, "")
	}
	serial := serials[w.draw("serial", len(serials))]
	_, err := w.SealContainer(ctx, w.Act("anna", "bo"), custody.SealCmd{Container: id, Serials: []string{serial}, Certain: true})
	if err == nil {
		if w.seals[serial] != "" {
			w.r.Fatalf("seal %s was on %s and is on %s now", serial, w.seals[serial], id)
		}
		w.seals[serial] = id
		b.seals = []string{serial}
	}
	return "seal", err
}

func (w *road) unseal(ctx context.Context) (string, error) {
	id, b := w.box(func(b *roadBox) bool { return b.at() != "" && len(b.seals) > 0 })
	var noted []string
	if b != nil {
		noted = b.seals
	}
	_, err := w.BreakSeals(ctx, w.Act("karen", ""), custody.BreakCmd{Container: id, Noted: noted, Reason: "skal pakkes om nu", KeptIn: "skuffe"})
	if err == nil {
		b.seals = nil
	}
	return "unseal", err
}

func (w *road) offer(ctx context.Context) (string, error) {
	id, b := w.box(func(b *roadBox) bool { return b.at() != "" && b.at() != "BS" && sum(b.held) > 0 })
	if b == nil {
		return "offer", models.E(models.CodeNotFound, "")
	}
	h, err := w.Offer(ctx, w.Act("anna", ""), custody.OfferCmd{From: b.at(), To: "BS", Containers: []string{id}, Mode: "fetch", Direction: "out", Courier: w.Who["carl"], NoSeal: "ingen plomber tilbage"})
	if err == nil {
		w.runs[h.ID] = h
	}
	return "offer", err
}

func (w *road) collect(ctx context.Context) (string, error) {
	h, ok := w.run(custody.HandoverOffered)
	if !ok {
		return "collect", models.E(models.CodeNotFound, "")
	}
	got, err := w.Collect(ctx, w.Act("carl", ""), custody.CollectCmd{Handover: h.ID, Means: "screen"})
	if err == nil {
		w.runs[h.ID] = got
		w.boxes[h.Sent[0].Container].holder = custody.Leg(h.ID)
	}
	return "collect", err
}

// count is blind: the first may be wrong, the second is what is there.
func (w *road) count(ctx context.Context) (string, error) {
	h, ok := w.run(custody.HandoverInTransit, custody.HandoverRecount)
	if !ok {
		return "count", models.E(models.CodeNotFound, "")
	}
	b, who, opened := w.boxes[h.Sent[0].Container], "dorte", w.draw("opened", 2) == 0
	counts := map[string]int{}
	for item, n := range b.held {
		_, dest, _ := custody.EnvelopeOf(item)
		counts[custody.CountKey(w.KV.ID, custody.Kind(dest))] += int(n)
	}
	wrong := opened && h.State == custody.HandoverInTransit && w.draw("wrong", 3) == 0
	if wrong {
		counts[custody.CountKey(w.KV.ID, custody.Own)]++
	}
	if h.State == custody.HandoverRecount {
		who, opened = "karen", true
	}
	got, err := w.CountHandover(ctx, w.Act(who, ""), custody.CountCmd{Handover: h.ID, Place: h.To, Reads: []custody.Read{{Container: h.Sent[0].Container, Arrived: true, Seals: b.seals, Condition: sealsOf(b), Opened: opened, Counts: counts}}})
	if err == nil {
		if h.State == custody.HandoverInTransit && wrong != (got.State == custody.HandoverRecount) && len(b.seals) > 0 {
			w.r.Fatalf("a count that is wrong (%v) led to %q", wrong, got.State)
		}
		w.runs[h.ID] = got
	}
	return "count", err
}

func sealsOf(b *roadBox) custody.Condition {
	if len(b.seals) == 0 {
		return custody.MissingSeal
	}
	return custody.Intact
}

func (w *road) accept(ctx context.Context) (string, error) {
	h, ok := w.run(custody.HandoverCounted, custody.HandoverAccepted, custody.HandoverOffered)
	if !ok {
		return "accept", models.E(models.CodeNotFound, "")
	}
	got, err := w.AcceptHandover(ctx, w.Act("dorte", "karen"), custody.AcceptCmd{Handover: h.ID, Place: h.To, Explanation: "talt igen, og det passer"})
	if (err == nil) != (h.State == custody.HandoverCounted) {
		w.r.Fatalf("accepted while %q: %v", h.State, err)
	}
	if err == nil {
		w.runs[h.ID] = got
		b, last := w.boxes[h.Sent[0].Container], h.Counts[len(h.Counts)-1]
		b.holder = custody.At(h.To)
		if last.Reads[0].Opened {
			b.seals = nil
		}
	}
	return "accept", err
}

func (w *road) refuse(ctx context.Context) (string, error) {
	h, ok := w.run(custody.HandoverInTransit)
	if !ok || w.draw("really", 2) == 0 {
		return "refuse", models.E(models.CodeNotFound, "")
	}
	to := w.sessions[0].place
	if h.To == to {
		to = "BS"
	}
	got, err := w.RefuseHandover(ctx, w.Act("dorte", ""), custody.RefuseCmd{Handover: h.ID, Place: h.To, Reason: "der er ingen plads i rummet", NewDest: to})
	if err == nil {
		w.runs[h.ID] = got
		on, err := w.Handover(ctx, got.Next)
		if err != nil {
			w.r.Fatal(err)
		}
		w.runs[on.ID] = on
		w.boxes[h.Sent[0].Container].holder = custody.Leg(on.ID)
	}
	return "refuse", err
}

// catchUp replays what is new in the journal and holds the changed records
// against their tables.
func (w *road) catchUp(t interface{ Fatalf(string, ...any) }) {
	bodies, err := bodiesAfter(w.Book(), w.replay.Seq)
	if err != nil {
		t.Fatalf("%v", err)
	}
	type key struct{ Kind, ID string }
	changed := map[key]bool{}
	for _, body := range bodies {
		e, f := w.replay.Add(body)
		if f != nil {
			t.Fatalf("%v", f)
		}
		for _, c := range e.Changes {
			changed[key{c.Kind, c.ID}] = true
		}
	}
	for k := range changed {
		var seq int64
		var doc string
		if err := w.Book().Pool().QueryRow(context.Background(), `SELECT seq, doc::text FROM `+k.Kind+` WHERE id = $1`, k.ID).Scan(&seq, &doc); err != nil {
			t.Fatalf("%v: %v", k, err)
		}
		if want := w.replay.Records[k.Kind][k.ID]; want.Seq != seq || !audit.SameJSON(want.Doc, []byte(doc)) {
			t.Fatalf("%v: the replay says entry %d, the table %d", k, want.Seq, seq)
		}
	}
}

func bodiesAfter(b *book.Book, seq int64) (bodies [][]byte, err error) {
	err = b.DB(context.Background()).Raw(`SELECT body FROM journal_entry WHERE seq > ? ORDER BY seq`, seq).Scan(&bodies).Error
	return bodies, err
}

// agree holds the table of balances against the replay, and the plain model
// against both.
func (w *road) agree(t interface{ Fatalf(string, ...any) }) {
	var rows []custody.Balance
	if err := w.Book().DB(context.Background()).Raw(`SELECT holder, item, n FROM balance`).Scan(&rows).Error; err != nil {
		t.Fatalf("%v", err)
	}
	table := map[audit.Pair]int64{}
	holders := map[string]string{} // box → holder
	for _, b := range rows {
		table[audit.Pair{Holder: b.Holder, Item: b.Item}] = b.N
		if custody.HolderKind(b.Item) == "box" && b.N != 0 && b.Holder != custody.Registry {
			if holders[custody.HolderID(b.Item)] != "" || b.N != 1 {
				t.Fatalf("%s has %d at %s beside %s", b.Item, b.N, b.Holder, holders[custody.HolderID(b.Item)])
			}
			holders[custody.HolderID(b.Item)] = b.Holder
		}
	}
	for p, n := range w.replay.Balances {
		if table[p] != n {
			t.Fatalf("%v: the replay says %d, the table %d", p, n, table[p])
		}
	}
	want := map[audit.Pair]int64{}
	add := func(holder string, held map[string]int64) {
		for item, n := range held {
			want[audit.Pair{Holder: holder, Item: item}] += n
		}
	}
	for holder, held := range w.outside {
		add(holder, held)
	}
	for _, d := range w.sessions {
		add(custody.Desk(d.id), d.held)
	}
	for id, b := range w.boxes {
		add(custody.InContainer(id), b.held)
		if holders[id] != b.holder {
			t.Fatalf("box %s is at %q, the model says %q", id, holders[id], b.holder)
		}
	}
	for p, n := range table {
		if _, _, ok := custody.EnvelopeOf(p.Item); ok && want[p] != n {
			t.Fatalf("%v: %d, the model says %d", p, n, want[p])
		}
	}
	for p, n := range want {
		if table[p] != n {
			t.Fatalf("%v: %d, the model says %d", p, table[p], n)
		}
	}
}
