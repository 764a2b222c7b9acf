package main

import (
	"context"
	"crypto/rand"
	"fmt"
	"time"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/onward"
	"github.com/brevstemme/brevstemme/models/store/shipments"
)

// demoDistricts are made-up polling districts around real places.
var demoDistricts = []struct {
	number        int
	name, station string
	lat, lon      float64
	voters        int
}{
	{1, "Midtbyen", "Rådhushallen", 56.153, 10.203, 11240}, {2, "Øgaderne (nord/syd)", "Samsøgades Skole", 56.160, 10.208, 8920}, {3, "Trøjborg", "Skovvangskolen", 56.171, 10.214, 7710},
	{5, "Risskov", "Risskov Skole", 56.190, 10.230, 6980}, {6, "Vejlby, Vorrevang", "Ellevangskolen", 56.193, 10.204, 7450}, {8, "Lystrup", "Elsted Skole", 56.237, 10.237, 6120},
	{11, "Hasle", "Hasle Skole", 56.171, 10.160, 5230}, {12, "Gellerup", "Tovshøjskolen", 56.156, 10.140, 6340}, {14, "Åbyhøj", "Åby Skole", 56.154, 10.165, 7010},
	{17, "Viby", "Viby Skole", 56.129, 10.164, 8330}, {21, "Højbjerg", "Kragelundskolen", 56.115, 10.190, 6880}, {30, "Borum", "Borum Forsamlingshus", 56.201, 9.990, 549},
}

// fillOnward gives the town its polling districts and carriers, takes in votes
// from the neighbours, sorts, forwards and packs a trial delivery. One
// consignment waits to be counted again, one sorting is in its second count.
func (d *demoTown) fillOnward(ctx context.Context) error {
	var ds []onward.District
	for _, x := range demoDistricts {
		ds = append(ds, onward.District{Code: "0751", Number: x.number, Name: x.name, Station: x.station, Lat: x.lat, Lon: x.lon, Voters: x.voters})
	}
	if err := d.store.SaveDistricts(ctx, d.act("koordinator", d.daysAgo(26, 9, 0)), ds, true); err != nil {
		return err
	}
	for _, e := range []string{d.kv.ID, d.aer.ID} {
		if err := d.store.DecideProtocol(ctx, d.act("koordinator", d.daysAgo(26, 9, 20)), e, models.Decision{Date: d.day.Add(-60), Body: "Byrådet", Reference: "Dagsordenens pkt. 12"}); err != nil {
			return err
		}
	}
	if err := d.arrivals(ctx); err != nil {
		return err
	}
	if err := d.forward(ctx); err != nil {
		return err
	}
	x, err := d.store.PackDelivery(ctx, d.act("grethe", d.daysAgo(1, 15, 30)), d.kv.ID, "BORG", "0751-1", []string{"BB000101"})
	if err != nil {
		return err
	}
	if _, err := d.store.Hand(ctx, d.act("grethe", d.daysAgo(1, 16, 0)), x.ID, onward.HandCmd{Recount: x.Total()}); err != nil {
		return err
	}
	y, err := d.store.PackDelivery(ctx, d.act("grethe", d.daysAgo(1, 15, 40)), d.kv.ID, "BORG", "0751-2", []string{"BB000102"})
	if err != nil {
		return err
	}
	_, err = d.store.MakeRun(ctx, d.act("grethe", d.daysAgo(1, 15, 50)), d.kv.ID, "BORG", onward.RunCmd{Deliveries: []string{y.ID}, Driver: d.people["yusuf"].ID, Phone: "89 40 20 09", Leaves: d.kv.Date.At(5, 30)})
	return err
}

// arrivals takes in what the neighbours sent, and sorts it by two people. One
// sorting is being counted again at the screen.
func (d *demoTown) arrivals(ctx context.Context) error {
	for i, a := range []struct {
		from string
		n    int
	}{{"0746", 31}, {"0710", 24}, {onward.Abroad, 12}} {
		cmd := onward.ArriveCmd{From: a.from, Reference: fmt.Sprint("FL-", 210+i), Stated: a.n, Count: a.n}
		if _, err := d.store.Arrive(ctx, d.act("grethe", d.daysAgo(2, 9, 10+i*7)), d.kv.ID, "BORG", cmd); err != nil {
			return err
		}
	}
	piles := map[string]int{onward.BinUnknown: 2, onward.OtherBin("0746"): 4, onward.OtherBin("0730"): 3, onward.OwnBin("0751-1"): 21, onward.OwnBin("0751-2"): 14, onward.OwnBin("0751-17"): 11, onward.OwnBin("0751-21"): 9, onward.OwnBin("0751-30"): 3}
	x, err := d.store.SortFirst(ctx, d.act("grethe", d.daysAgo(2, 11, 0)), d.kv.ID, "BORG", "", piles)
	if err != nil {
		return err
	}
	if _, err := d.store.SortAgain(ctx, d.act("ole", d.daysAgo(2, 11, 40)), x.ID, piles); err != nil {
		return err
	}
	if _, err := d.store.Arrive(ctx, d.act("grethe", d.daysAgo(1, 9, 5)), d.kv.ID, "BORG", onward.ArriveCmd{From: "0615", Reference: "FL-88", Stated: 9, Count: 9}); err != nil {
		return err
	}
	y, err := d.store.SortFirst(ctx, d.act("ole", d.daysAgo(1, 10, 0)), d.kv.ID, "BORG", "", map[string]int{onward.OwnBin("0751-5"): 6, onward.OwnBin("0751-6"): 3})
	if err != nil {
		return err
	}
	if _, err := d.store.BeginRecount(ctx, d.act("grethe", d.daysAgo(1, 10, 20)), y.ID); err != nil {
		return err
	}
	for i, bin := range []string{onward.OwnBin("0751-5"), onward.OwnBin("0751-5"), onward.OwnBin("0751-6")} {
		if _, err := d.store.MarkPile(ctx, d.act("grethe", d.daysAgo(1, 10, 21+i)), y.ID, onward.MarkCmd{Bin: bin}); err != nil {
			return err
		}
	}
	_, err = d.store.Arrive(ctx, d.act("grethe", d.daysAgo(1, 10, 30)), d.kv.ID, "BORG", onward.ArriveCmd{From: "0851", Reference: "FL-17", Stated: 18, Count: 17})
	return err
}

// forward sends to Skanderborg with a courier; Randers still waits.
func (d *demoTown) forward(ctx context.Context) error {
	week, all := []int{1, 2, 3, 4, 5}, []int{1, 2, 3, 4, 5, 6, 7}
	var courier onward.Carrier
	for _, c := range []onward.Carrier{
		{Name: "Daglig post", Kind: onward.CarrierPost, Weekdays: week, Times: []int{15 * 60}, Days: 3, ArrivesAt: 11 * 60, Extra: map[string]int{"0741": 1, "0825": 1}},
		{Name: "Fælles afhentning", Kind: onward.CarrierJoint, Dates: []models.Date{d.kv.Date.Add(-12), d.kv.Date.Add(-3)}, Times: []int{13 * 60}, Minutes: 20 * 60},
		{Name: "Bud", Kind: onward.CarrierCourier, Weekdays: all, Times: []int{8 * 60, 14*60 + 30}, Minutes: 150, Not: []string{"0741", "0825"}},
	} {
		var err error
		if courier, err = d.store.SaveCarrier(ctx, d.act("koordinator", d.daysAgo(26, 10, 0)), c); err != nil {
			return err
		}
	}
	at := d.daysAgo(2, 13, 0)
	act := d.act("grethe", at)
	act.Witness = d.people["ole"].ID
	c, err := d.store.PackConsignment(ctx, act, "BORG", onward.PackCmd{Election: d.kv.ID, To: "0746", Packets: []onward.Packet{{Count: 4, Seals: []string{"BB000100"}}}})
	if err != nil {
		return err
	}
	opens, err := shipments.PollsOpen(d.kv)
	if err != nil {
		return err
	}
	deps := courier.Departures("0746", at, opens)
	if len(deps) == 0 {
		return fmt.Errorf("no courier before the election")
	}
	_, err = d.store.Dispatch(ctx, d.act("grethe", at.Add(time.Hour)), c.ID, courier.ID, deps[0].Leaves, rand.Text())
	return err
}
