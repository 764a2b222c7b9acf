package main

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/planning"
	"github.com/brevstemme/brevstemme/models/schedule"
	"github.com/brevstemme/brevstemme/models/store/plans"
)

// demoVotes is how many postal votes the example municipality reckons with.
const demoVotes = 6200

// fillPlan imports the list of hours, asks the libraries, and publishes: as a
// coordinator and two library leads would, with one hole, one counter-proposal
// that waits, and a change after publishing.
func (d *demoTown) fillPlan(ctx context.Context) error {
	first := d.day.Add(-20)
	if first.Before(d.kv.First) {
		first = d.kv.First
	}
	list := schedule.Check([]byte(d.hoursList()), schedule.Period{First: first, Last: d.kv.Last})
	if _, err := d.store.ImportPlan(ctx, d.act("koordinator", d.daysAgo(38, 13, 0)), d.kv.ID, list); err != nil {
		return err
	}
	if err := d.fillTour(ctx); err != nil {
		return err
	}
	if err := d.fillAgreements(ctx); err != nil {
		return err
	}
	if err := d.tickWarnings(ctx); err != nil {
		return err
	}
	if _, err := d.store.Publish(ctx, d.act("koordinator", d.daysAgo(30, 11, 0)), d.kv.ID, ""); err != nil {
		return err
	}
	// The board is held against what the municipality reckons with.
	if err := d.store.ExpectVotes(ctx, d.act("koordinator", d.daysAgo(30, 11, 30)), d.kv.ID, demoVotes); err != nil {
		return err
	}
	return d.changePlan(ctx)
}

// fillTour gives the mobile library its round by rules: from tomorrow on at two
// stops on Tuesdays, with time to drive between them, and at the third on Thursdays.
func (d *demoTown) fillTour(ctx context.Context) error {
	was, err := d.store.Patterns(ctx, d.kv.ID)
	if err != nil {
		return err
	}
	from := d.day.Add(1)
	_, err = d.store.SavePatterns(ctx, d.act("koordinator", d.daysAgo(38, 14, 0)), d.kv.ID, planning.Mark(was), []planning.Pattern{
		{Place: "BOGB", Stop: 0, Day: "tir", Opens: 14 * 60, Closes: 15*60 + 30, From: from},
		{Place: "BOGB", Stop: 1, Day: "tir", Opens: 16*60 + 45, Closes: 18 * 60, From: from},
		{Place: "BOGB", Stop: 2, Day: "tor", Opens: 14 * 60, Closes: 17 * 60, From: from},
	})
	return err
}

// leadOf is the library lead who answers for a place.
func leadOf(place string) string {
	for _, p := range demoPeople {
		if len(p.roles) > 0 && p.roles[0] == models.RoleLibraryLead && slices.Contains(p.places, place) {
			return p.key
		}
	}
	return ""
}

// fillAgreements: every library is asked for its series; all say yes but for a
// day of book-keeping at one, and other hours at another.
func (d *demoTown) fillAgreements(ctx context.Context) error {
	plan, _, err := d.store.Plan(ctx, d.kv.ID)
	if err != nil {
		return err
	}
	for _, p := range plan.Places {
		lead := leadOf(p.ID)
		var ids, ahead []string
		for _, x := range plan.Sessions {
			if x.Place == p.ID {
				ids = append(ids, x.ID)
				if x.Date().After(d.day.Add(3)) {
					ahead = append(ahead, x.ID)
				}
			}
		}
		if lead == "" || len(ids) == 0 {
			continue
		}
		ask := plans.AgreementStep{Sessions: ids, Act: planning.AgreementPropose, Due: d.day.Add(-32)}
		if _, err := d.store.Agree(ctx, d.act("koordinator", d.daysAgo(36, 9, 0)), ask); err != nil {
			return err
		}
		answer := plans.AgreementStep{Sessions: ids, Act: planning.AgreementAccept}
		if len(ahead) > 0 && (p.ID == "SKOE" || p.ID == "TILS") {
			other := plans.AgreementStep{Sessions: ahead[:1], Act: planning.AgreementDecline, Reason: "Personaledag: biblioteket holder lukket"}
			if p.ID == "TILS" {
				other = plans.AgreementStep{Sessions: ahead[:1], Act: planning.AgreementCounter, Hours: &planning.Span{From: 12 * 60, To: 17 * 60}, Reason: "Salen er udlejet om formiddagen"}
			}
			if _, err := d.store.Agree(ctx, d.act(lead, d.daysAgo(34, 14, 0)), other); err != nil {
				return err
			}
			answer.Sessions = slices.DeleteFunc(slices.Clone(ids), func(id string) bool { return id == ahead[0] })
		}
		if _, err := d.store.Agree(ctx, d.act(lead, d.daysAgo(33, 10, 0)), answer); err != nil {
			return err
		}
	}
	return nil
}

// tickWarnings accepts what is left, each sort with its own reason.
func (d *demoTown) tickWarnings(ctx context.Context) error {
	plan, ticks, err := d.store.Plan(ctx, d.kv.ID)
	if err != nil {
		return err
	}
	reasons := map[planning.Code]string{
		planning.Unstaffed:   "Biblioteket bemander ekstra på dagen",
		planning.NoAgreement: "Svar er lovet inden ugens udgang",
		planning.Declined:    "Nabobiblioteket har åbent den dag",
		planning.LastDay:     "Borgerservice på Dokk1 holder åbent kl. 9-16",
	}
	which := map[planning.Code][]planning.Tick{}
	for _, f := range planning.Blocking(planning.Of(plan, d.kv.ID), ticks.Ticks) {
		if f.Severity == planning.Warning {
			which[f.Code] = append(which[f.Code], planning.Tick{Code: f.Code, Place: f.Place, Session: f.Session})
		}
	}
	for _, code := range planning.Codes {
		reason := reasons[code]
		if reason == "" {
			reason = "Aftalt med valgbestyrelsens formand"
		}
		if len(which[code]) == 0 {
			continue
		}
		if err := d.store.Tick(ctx, d.act("koordinator", d.daysAgo(31, 15, 0)), d.kv.ID, which[code], reason); err != nil {
			return err
		}
	}
	return nil
}

// changePlan keeps two places open an hour longer on a day ahead, after the plan
// was published.
func (d *demoTown) changePlan(ctx context.Context) error {
	day := d.day.Add(2)
	for day.Weekday() == time.Saturday || day.Weekday() == time.Sunday {
		day = day.Add(1)
	}
	_, err := d.store.ExtendHours(ctx, d.act("koordinator", d.daysAgo(1, 15, 30)), d.kv.ID, []string{"VIBY", "HASL"}, day, 20*60, "Lange køer i sidste uge")
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
		if !p.library() {
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
		if p.id == "TRIG" { // a line that a person must look at: the import has a remark
			row(p, "efter aftale", "", "")
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
