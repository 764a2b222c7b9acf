package main

import (
	"context"
	"time"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/custody"
)

// fillCustody sends one box from Dokk1 that is on its way now, and lets the reception take in one from Lystrup that
// is an envelope short: the deviation is open.
func (d *demoTown) fillCustody(ctx context.Context) error {
	if _, err := d.ship(ctx, "DOKK", "ida", "mads", 14, 70*time.Minute); err != nil {
		return err
	}
	h, err := d.ship(ctx, "LYST", "soeren", "aase", 5, 90*time.Minute)
	if err != nil {
		return err
	}
	if err := d.fillPictures(ctx, h); err != nil {
		return err
	}
	return d.takeInShort(ctx, h)
}

func sealNumber(n int) string {
	return "AA" + string([]byte{byte('0' + n/100000%10), byte('0' + n/10000%10), byte('0' + n/1000%10), byte('0' + n/100%10), byte('0' + n/10%10), byte('0' + n%10)})
}

// ship packs n envelopes of a desk, seals the box and gives it to the courier,
// beginning some time ago.
func (d *demoTown) ship(ctx context.Context, place, giver, witness string, n int64, ago time.Duration) (custody.Handover, error) {
	x, err := d.today(ctx, place)
	if err != nil {
		return custody.Handover{}, err
	}
	box, at := d.box(place), d.now.Add(-ago)
	pack := custody.PackCmd{Container: box, Session: x.ID, Election: d.kv.ID, Contents: map[string]int64{custody.Envelope(d.kv.ID, custody.Own): n}}
	if _, err := d.store.Pack(ctx, d.act(giver, at), pack); err != nil {
		return custody.Handover{}, err
	}
	if _, err := d.store.SealContainer(ctx, d.act(giver, at.Add(4*time.Minute)), custody.SealCmd{Container: box, Serials: []string{d.seal(place)}}); err != nil {
		return custody.Handover{}, err
	}
	offer := d.act(giver, at.Add(10*time.Minute))
	offer.Witness = d.people[witness].ID
	h, err := d.store.Offer(ctx, offer, custody.OfferCmd{From: place, To: "BORG", Containers: []string{box}, Mode: "fetch", Direction: "out", Reason: "Daglig afhentning",
		Route: "Nord", Vehicle: "BX 12 345", Courier: d.people["yusuf"].ID, PlannedFrom: at.Add(15 * time.Minute), PlannedTo: at.Add(60 * time.Minute)})
	if err != nil {
		return h, err
	}
	return d.store.Collect(ctx, d.act("yusuf", at.Add(22*time.Minute)), custody.CollectCmd{Handover: h.ID, Containers: []string{box}, Means: "screen"})
}

// takeInShort: both counters find one envelope less than was given.
func (d *demoTown) takeInShort(ctx context.Context, h custody.Handover) error {
	at := h.Carrier.At.Add(35 * time.Minute)
	reads := make([]custody.Read, len(h.Sent))
	for i, x := range h.Sent {
		counts := map[string]int{}
		for k, n := range x.Counts {
			counts[k] = n - 1
		}
		reads[i] = custody.Read{Container: x.Container, Arrived: true, Opened: true, Seals: x.Seals, Condition: custody.Intact, Counts: counts}
	}
	for i, who := range []string{"grethe", "ole"} {
		if _, err := d.store.CountHandover(ctx, d.act(who, at.Add(time.Duration(i*6)*time.Minute)), custody.CountCmd{Handover: h.ID, Place: h.To, Reads: reads}); err != nil {
			return err
		}
	}
	accept := custody.AcceptCmd{Handover: h.ID, Place: h.To, Explanation: "Talt to gange: en kuvert mindre end afgivet. Lystrup er ringet op.", Room: "Alarmeret rum K2"}
	got, err := d.store.AcceptHandover(ctx, d.act("ole", at.Add(12*time.Minute)), accept)
	if err != nil {
		return err
	}
	_, err = d.store.Deviate(ctx, d.act("koordinator", at.Add(20*time.Minute)), custody.DeviateCmd{Deviation: got.Deviation, Act: custody.DeviationAssign,
		Owner: d.people["koordinator"].ID, Deadline: models.DateOf(d.now).Add(1)})
	return err
}
