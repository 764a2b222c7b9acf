package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/brevstemme/brevstemme/models/schedule"
)

// fillPlan imports the list of hours as a coordinator would, and publishes it.
func (d *demoTown) fillPlan(ctx context.Context) error {
	first := d.day.Add(-20)
	if first.Before(d.kv.First) {
		first = d.kv.First
	}
	list := schedule.Check([]byte(d.hoursList()), schedule.Period{First: first, Last: d.kv.Last})
	if _, err := d.store.ImportPlan(ctx, d.act("koordinator", d.daysAgo(38, 13, 0)), d.kv.ID, list); err != nil {
		return err
	}
	_, err := d.store.PublishPlan(ctx, d.act("koordinator", d.daysAgo(30, 11, 0)), d.kv.ID)
	return err
}

// hoursList is the municipality's own list of places and staffed hours. Dokk1 is
// open around this minute, so that the demo has a session going on.
func (d *demoTown) hoursList() string {
	var b strings.Builder
	b.WriteString("place,address,postcode,city,kind,weekday_or_date,opens,closes,note,source_url\n")
	row := func(p demoPlace, day string, opens, closes string) {
		fmt.Fprintf(&b, "%q,%q,%s,%s,library,%s,%s,%s,,\n", p.name, p.address, p.postcode, p.city, day, opens, closes)
	}
	for _, p := range demoPlaces {
		if p.booths == 0 || p.id == "AUH1" || p.id == "BOGB" {
			continue
		}
		for _, day := range []string{"man", "tir", "ons", "tor", "fre"} {
			row(p, day, fmt.Sprintf("%02d:00", p.opens), fmt.Sprintf("%02d:00", p.closes))
		}
		if p.saturday {
			row(p, "lør", "10:00", "15:00")
		}
		if p.id == "DOKK" || p.id == "LYST" {
			opens, closes := d.aroundNow()
			row(p, d.day.String(), opens, closes)
		}
	}
	return b.String()
}

// aroundNow is a session's hours that hold this minute, whatever the time of day.
func (d *demoTown) aroundNow() (opens, closes string) {
	now := d.now.In(d.day.At(12, 0).Location())
	from, until := max(0, min(9, now.Hour()-3)), min(23, max(18, now.Hour()+2))
	return fmt.Sprintf("%02d:00", from), fmt.Sprintf("%02d:59", until)
}
