package main

import (
	"context"
	"fmt"
	"time"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/custody"
	"github.com/brevstemme/brevstemme/models/desk"
	"github.com/brevstemme/brevstemme/models/planning"
	"github.com/brevstemme/brevstemme/models/schedule"
	"github.com/brevstemme/brevstemme/models/store/readyplan"
)

// fillDesks opens today's sessions at two libraries and counts what has come in
// so far, for two elections at one desk.
func (d *demoTown) fillDesks(ctx context.Context) error {
	if err := d.fillPapers(ctx); err != nil {
		return err
	}
	for _, desk := range demoDesks {
		x, err := d.today(ctx, desk.place)
		if err != nil {
			return err
		}
		if _, err := d.store.ServeAlso(ctx, d.act("koordinator", d.daysAgo(25, 10, 0)), x.ID, d.aer.ID); err != nil {
			return err
		}
		if err := d.openDesk(ctx, x.ID, desk.first, desk.second, x.Starts); err != nil {
			return err
		}
		if err := d.countVotes(ctx, x, desk.first, desk.second, desk.votes); err != nil {
			return err
		}
	}
	return nil
}

// fillPapers gives both desks the candidate list, hung up since the morning, and
// an emergency pad each.
func (d *demoTown) fillPapers(ctx context.Context) error {
	v, err := d.store.NewListVersion(ctx, d.act("koordinator", d.daysAgo(15, 9, 0)), d.kv.ID, desk.NoticeList, "Kandidatliste, 1. udgave", "Valgbestyrelsens fortegnelse")
	if err != nil {
		return err
	}
	for _, place := range []string{"DOKK", "LYST"} {
		at := d.daysAgo(14, 9, 30)
		if _, err := d.store.HangUp(ctx, d.act("koordinator", at), v.ID, place, at); err != nil {
			return err
		}
		if _, err := d.store.IssuePad(ctx, d.act("koordinator", d.daysAgo(14, 10, 0)), place, 10); err != nil {
			return err
		}
	}
	return nil
}

// fillPractice gives everybody an exercise to try the desk on: a session of its
// own election at two libraries, which may be opened any day.
func (d *demoTown) fillPractice(ctx context.Context) error {
	at := d.daysAgo(12, 10, 0)
	e, err := d.store.CreateElection(ctx, d.act("koordinator", at), planning.NewElection{Type: models.TypeLocal, Name: "Øvelsesvalg for brevstemmemodtagere", Date: d.kv.Date, Municipality: "0751",
		Colour: "#8A3FFC", Word: "VIOLET", Practice: true})
	if err != nil {
		return err
	}
	list := "place,address,postcode,city,kind,weekday_or_date,opens,closes,note,source_url\n"
	day := d.day.Add(1)
	for day.Weekday() == time.Saturday || day.Weekday() == time.Sunday {
		day = day.Add(1)
	}
	for _, p := range demoPlaces {
		if p.id == "DOKK" || p.id == "LYST" {
			list += fmt.Sprintf("%q,%q,%s,%s,library,%s,13:00,14:00,,\n", p.name, p.address, p.postcode, p.city, day)
		}
	}
	if _, err := d.store.ImportPlan(ctx, d.act("koordinator", at), e.ID, schedule.Check([]byte(list), schedule.Period{First: e.First, Last: e.Last})); err != nil {
		return err
	}
	_, err = readyplan.Publish(ctx, d.store, func() models.Act { return d.act("koordinator", at.Add(time.Hour)) }, e.ID)
	return err
}

// today is the session of a place that is going on now.
func (d *demoTown) today(ctx context.Context, place string) (models.Session, error) {
	sessions, err := d.store.Sessions(ctx, d.kv.ID, d.day.At(0, 0), d.day.Add(1).At(0, 0))
	if err != nil {
		return models.Session{}, err
	}
	for _, x := range sessions {
		if x.Place == place && !x.Starts.After(d.now) && x.Ends.After(d.now) {
			return x, nil
		}
	}
	return models.Session{}, fmt.Errorf("no session at %s now", place)
}

// openDesk answers the whole checklist, as two people do at a counter.
func (d *demoTown) openDesk(ctx context.Context, session, first, second string, at time.Time) error {
	sh, err := d.store.Shift(ctx, session)
	if err != nil {
		return err
	}
	elections := make([]models.Election, 0, len(sh.Session.Elections))
	stock := map[string]int{}
	for _, id := range sh.Session.Elections {
		elections = append(elections, sh.Elections[id])
		stock[custody.Material(id, "set")] = 150
	}
	var checks []models.Check
	for _, l := range desk.Checklist(sh.Place, elections, sh.Session.Booths) {
		value := map[string]string{"serial": models.WithCheck("K" + sh.Place.ID), "version": "1", "number": "150"}[l.Value]
		if l.Group == "list" {
			value = d.lists[l.Election]
		}
		if l.Group == "booths" {
			value = fmt.Sprint(max(1, sh.Place.Booths))
		}
		checks = append(checks, models.Check{Key: l.Key, Value: value, Person: d.people[first].ID, Witness: d.people[second].ID})
	}
	act := d.act(first, at)
	act.Witness = d.people[second].ID
	crew := []desk.CrewCandidate{{Person: d.people[first].ID, Lead: true}, {Person: d.people[second].ID}}
	_, err = d.store.OpenSession(ctx, act, session, crew, desk.OpenCmd{Checks: checks, Stock: stock})
	return err
}

// countVotes counts n envelopes between the opening and now, most of them for
// this municipality, some for the neighbours.
func (d *demoTown) countVotes(ctx context.Context, x models.Session, first, second string, n int) error {
	step := d.now.Sub(x.Starts) / time.Duration(n+1)
	for i := range n {
		cmd := desk.ReceiveCmd{Election: d.kv.ID, Destination: custody.Own}
		switch {
		case i%9 == 4:
			cmd.Destination = []string{"0740", "0615", "0727", "0730"}[i%4]
		case i == 17:
			cmd.Destination = custody.Unknown
		case i%5 == 3:
			cmd.Election = d.aer.ID
		}
		who := first
		if i%2 == 1 {
			who = second
		}
		if _, err := d.store.Receive(ctx, d.act(who, x.Starts.Add(time.Duration(i+1)*step)), x.ID, cmd); err != nil {
			return err
		}
	}
	return nil
}
