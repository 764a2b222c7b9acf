package main

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/custody"
	"github.com/brevstemme/brevstemme/models/desk"
)

// demoMoment is one act of a day that waits for its time.
type demoMoment struct {
	at time.Time
	do func(context.Context) error
}

// demoShift is one session of the past on its way from the opening to the
// reception's room.
type demoShift struct {
	models.Session
	first, second string
	votes         []desk.ReceiveCmd
	handover      string
}

// demoCouriers drive the rounds of the days before today.
var demoCouriers = []string{"bent", "sofie", "yusuf"}

// fillStock gives every place containers and seals for the whole period.
func (d *demoTown) fillStock(ctx context.Context) error {
	d.boxes, d.seals = map[string][]string{}, map[string]int{}
	for i, p := range demoPlaces {
		if p.booths == 0 {
			continue
		}
		from := 1001 + i*50
		d.seals[p.id] = from
		issue := custody.IssueCmd{From: sealNumber(from), To: sealNumber(from + 49), Lot: "2026-A", Place: p.id}
		if _, err := d.store.IssueSeals(ctx, d.act("koordinator", d.daysAgo(28, 9, 0)), issue); err != nil {
			return err
		}
		cmd := custody.RegisterCmd{Kind: custody.BoxK, Capacity: 400, Place: p.id, Count: 21}
		list, err := d.store.RegisterContainers(ctx, d.act("koordinator", d.daysAgo(28, 9, 30)), cmd)
		if err != nil {
			return err
		}
		for _, c := range list {
			d.boxes[p.id] = append(d.boxes[p.id], c.ID)
		}
	}
	return nil
}

// box is the next unused container of a place, seal its next unused seal.
func (d *demoTown) box(place string) string {
	id := d.boxes[place][0]
	d.boxes[place] = d.boxes[place][1:]
	return id
}

func (d *demoTown) seal(place string) string {
	d.seals[place]++
	return sealNumber(d.seals[place] - 1)
}

// fillDays plays every session that is over by now, as it would have gone:
// opened by two, counted, closed, sealed, fetched, counted again at the
// reception; and each day before today is signed off.
func (d *demoTown) fillDays(ctx context.Context) error {
	sessions, err := d.store.Sessions(ctx, d.kv.ID, d.day.Add(-42).At(0, 0), d.now)
	if err != nil {
		return err
	}
	byDay := map[models.Date][]models.Session{}
	for _, x := range sessions {
		if x.State == models.SessionPublished && x.Ends.Before(d.now) {
			byDay[x.Date()] = append(byDay[x.Date()], x)
		}
	}
	days := make([]models.Date, 0, len(byDay))
	for day := range byDay {
		days = append(days, day)
	}
	slices.SortFunc(days, models.Date.Compare)
	for _, day := range days {
		if err := d.playDay(ctx, day, byDay[day]); err != nil {
			return fmt.Errorf("%s: %w", day, err)
		}
	}
	return nil
}

// playDay does the acts of a day in the order of the clock; what would lie after
// this minute has not happened yet.
func (d *demoTown) playDay(ctx context.Context, day models.Date, sessions []models.Session) error {
	slices.SortFunc(sessions, func(a, b models.Session) int { return cmp.Or(a.Ends.Compare(b.Ends), cmp.Compare(a.Place, b.Place)) })
	var moments []demoMoment
	turn := map[time.Time]int{}
	for _, x := range sessions {
		moments = append(moments, d.playShift(turn[x.Ends], x)...)
		turn[x.Ends]++
	}
	if day.Before(d.day) {
		moments = append(moments, demoMoment{day.At(21, 30), func(ctx context.Context) error {
			_, err := d.store.CloseDay(ctx, d.act("koordinator", day.At(21, 30)), day, "")
			return err
		}})
	}
	slices.SortStableFunc(moments, func(a, b demoMoment) int { return a.at.Compare(b.at) })
	for _, m := range moments {
		if m.at.After(d.now) {
			break
		}
		if err := m.do(ctx); err != nil {
			return err
		}
	}
	return nil
}

// playShift is a whole session: turn is its place among those that close at the
// same time.
func (d *demoTown) playShift(turn int, x models.Session) []demoMoment {
	s := &demoShift{Session: x, votes: d.votesOf(x)}
	s.first, s.second = d.crewOf(x)
	moments := []demoMoment{{x.Starts.Add(-20 * time.Minute), func(ctx context.Context) error {
		return d.openDesk(ctx, x.ID, s.first, s.second, x.Starts.Add(-20*time.Minute))
	}}}
	step := x.Ends.Sub(x.Starts) / time.Duration(len(s.votes)+1)
	for n, cmd := range s.votes {
		at, who := x.Starts.Add(time.Duration(n+1)*step), []string{s.first, s.second}[n%2]
		moments = append(moments, demoMoment{at, func(ctx context.Context) error {
			_, err := d.store.Receive(ctx, d.act(who, at), x.ID, cmd)
			return err
		}})
	}
	return append(moments, d.closeAndShip(turn, s)...)
}

// votesOf makes up what comes in: more at the big places, on Mondays, and the
// nearer the election is; one in eight from another municipality.
func (d *demoTown) votesOf(x models.Session) []desk.ReceiveCmd {
	size := demoPlace{id: x.Place}.size()
	day := int(x.Date().Sub(d.kv.First))
	n := size + size*day/60 + int(x.Place[0]+x.Place[3])*(day+3)%5
	if x.Date().Weekday() == time.Monday {
		n += size / 3
	}
	out := make([]desk.ReceiveCmd, n)
	for i := range out {
		out[i] = desk.ReceiveCmd{Election: d.kv.ID, Destination: custody.Own}
		if (i+day)%8 == 5 {
			out[i].Destination = []string{"0740", "0746", "0730", "0615"}[(i+day)/8%4]
		}
	}
	return out
}

// counted is what a person finds in the desk's box at the end.
func (s *demoShift) counted() (piles map[string]int, contents map[string]int64) {
	piles, contents = map[string]int{}, map[string]int64{}
	for _, k := range desk.Piles(s.Session) {
		piles[k] = 0
	}
	for _, v := range s.votes {
		class := v.Destination
		if class != custody.Own && class != custody.Unknown {
			class = "other"
		}
		piles[v.Election+"/"+class]++
		contents[custody.Envelope(v.Election, v.Destination)]++
	}
	return piles, contents
}

// closeAndShip is the evening of one session; each courier comes five minutes
// later to the next library of the round.
func (d *demoTown) closeAndShip(turn int, s *demoShift) []demoMoment {
	box, seal, courier := d.box(s.Place), d.seal(s.Place), demoCouriers[turn%len(demoCouriers)]
	after := func(minutes int) time.Time { return s.Ends.Add(time.Duration(minutes) * time.Minute) }
	leg := 21 + turn/len(demoCouriers)*5
	piles, contents := s.counted()
	by := func(who string, minutes int, do func(context.Context, models.Act) error) demoMoment {
		return demoMoment{after(minutes), func(ctx context.Context) error { return do(ctx, d.act(who, after(minutes))) }}
	}
	both := func(a models.Act) models.Act { a.Witness = d.people[s.second].ID; return a }
	return []demoMoment{
		by(s.first, 2, func(ctx context.Context, a models.Act) error {
			_, err := d.store.ShutSession(ctx, a, s.ID, 0)
			return err
		}),
		by(s.first, 8, func(ctx context.Context, a models.Act) error {
			_, err := d.store.HandCount(ctx, a, s.ID, piles)
			return err
		}),
		by(s.first, 11, func(ctx context.Context, a models.Act) error {
			_, err := d.store.Pack(ctx, a, custody.PackCmd{Container: box, Session: s.ID, Election: d.kv.ID, Contents: contents})
			return err
		}),
		by(s.second, 13, func(ctx context.Context, a models.Act) error {
			_, err := d.store.SealContainer(ctx, a, custody.SealCmd{Container: box, Serials: []string{seal}})
			return err
		}),
		by(s.first, 17, func(ctx context.Context, a models.Act) error {
			_, err := d.store.CloseSession(ctx, both(a), s.ID, d.closing(s))
			return err
		}),
		by(s.first, 19, func(ctx context.Context, a models.Act) error {
			h, err := d.store.Offer(ctx, both(a), custody.OfferCmd{From: s.Place, To: "BORG", Containers: []string{box}, Mode: "fetch", Direction: "out", Reason: "Daglig afhentning",
				Route: "Rute " + courier, Courier: d.people[courier].ID, PlannedFrom: after(leg), PlannedTo: after(leg + 20)})
			s.handover = h.ID
			return err
		}),
		by(courier, leg, func(ctx context.Context, a models.Act) error {
			_, err := d.store.Collect(ctx, a, custody.CollectCmd{Handover: s.handover, Containers: []string{box}, Means: "screen"})
			return err
		}),
		by("grethe", leg+20, func(ctx context.Context, a models.Act) error {
			read := custody.Read{Container: box, Arrived: true, Opened: true, Seals: []string{seal}, Condition: custody.Intact, Counts: piles}
			_, err := d.store.CountHandover(ctx, a, custody.CountCmd{Handover: s.handover, Place: "BORG", Reads: []custody.Read{read}})
			return err
		}),
		by("ole", leg+24, func(ctx context.Context, a models.Act) error {
			_, err := d.store.AcceptHandover(ctx, a, custody.AcceptCmd{Handover: s.handover, Place: "BORG", Room: "Alarmeret rum K2"})
			return err
		}),
	}
}

// closing is what two people sign: the stock left, and every spot searched.
func (d *demoTown) closing(s *demoShift) desk.CloseCmd {
	cmd := desk.CloseCmd{Left: map[string]int{custody.Material(d.kv.ID, "set"): 150 - len(s.votes)}}
	for _, p := range demoPlaces {
		if p.id != s.Place {
			continue
		}
		for _, spot := range p.record().SearchAt {
			cmd.Searched = append(cmd.Searched, models.Check{Key: spot, Person: d.people[s.first].ID, Witness: d.people[s.second].ID, At: d.clock})
		}
	}
	return cmd
}
