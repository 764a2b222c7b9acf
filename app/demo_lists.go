package main

import (
	"context"
	"fmt"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/custody"
	"github.com/brevstemme/brevstemme/models/desk"
	"github.com/brevstemme/brevstemme/models/store/boxes"
)

// fillLists enters the candidate lists and notices, one of them recalled, hangs
// them up at two libraries, and issues emergency pads.
func (d *demoTown) fillLists(ctx context.Context) error {
	wrong, err := d.store.NewListVersion(ctx, d.act("koordinator", d.daysAgo(22, 9, 0)), d.kv.ID, desk.NoticeList, "Kandidatliste 1, Aarhus Kommune", "indenrigsministeriet.dk")
	if err != nil {
		return err
	}
	for _, e := range []models.Election{d.kv, d.aer} {
		right, err := d.store.NewListVersion(ctx, d.act("koordinator", d.daysAgo(21, 8, 0)), e.ID, desk.NoticeList, "Kandidatliste 2, "+e.Name, "indenrigsministeriet.dk")
		if err != nil {
			return err
		}
		d.lists[e.ID] = right.ID
	}
	hang := func(hour int, version string) error {
		for _, p := range demoPlaces {
			if p.booths == 0 || version == wrong.ID && p.id != "DOKK" && p.id != "LYST" {
				continue
			}
			at := d.daysAgo(20, hour, 0)
			if _, err := d.store.HangUp(ctx, d.act("koordinator", at), version, p.id, at); err != nil {
				return fmt.Errorf("hang up at %s: %w", p.id, err)
			}
		}
		return nil
	}
	if err := hang(9, wrong.ID); err != nil {
		return err
	}
	if err := hang(13, d.lists[d.kv.ID]); err != nil {
		return err
	}
	if err := hang(14, d.lists[d.aer.ID]); err != nil {
		return err
	}
	if err := d.store.RecallVersion(ctx, d.act("koordinator", d.daysAgo(20, 15, 0)), wrong.ID, "En kandidatliste manglede på opslaget"); err != nil {
		return err
	}
	if err := d.settleRecall(ctx); err != nil {
		return err
	}
	for _, place := range []string{"DOKK", "LYST"} {
		if _, err := d.store.IssuePad(ctx, d.act("koordinator", d.daysAgo(19, 10, 0)), place, 10); err != nil {
			return err
		}
	}
	return nil
}

// settleRecall: the recalled list is a deviation, which another than its finder
// closes the same afternoon.
func (d *demoTown) settleRecall(ctx context.Context) error {
	open, err := d.store.Deviations(ctx, boxes.DeviationFilter{State: "open"})
	if err != nil {
		return err
	}
	for _, x := range open {
		handle := custody.DeviateCmd{Deviation: x.ID, Act: custody.DeviationHandle, Words: "Opslaget er byttet begge steder kl. 13; ingen stemmer blev afgivet imens."}
		if _, err := d.store.Deviate(ctx, d.act("koordinator", d.daysAgo(20, 15, 30)), handle); err != nil {
			return err
		}
		end := custody.DeviateCmd{Deviation: x.ID, Act: custody.DeviationClose, Words: "Kontrolleret på stedet: den rigtige liste hænger."}
		if _, err := d.store.Deviate(ctx, d.act("grethe", d.daysAgo(20, 16, 0)), end); err != nil {
			return err
		}
	}
	return nil
}
