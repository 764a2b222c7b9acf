package main

import (
	"context"
	"fmt"
	"hash/fnv"
	"math"
	"time"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/planning"
)

// demoSizes are the votes of an ordinary day at the libraries; the others take
// demoSmall.
var demoSizes = map[string]int{"DOKK": 26, "GELL": 11, "VIBY": 11, "AABY": 10, "RISS": 12, "HOEJ": 9, "HASL": 8, "LYST": 6, "TILS": 6, "TRAN": 6}

const demoSmall = 3

func (p demoPlace) size() int {
	if n := demoSizes[p.id]; n > 0 {
		return n
	}
	return demoSmall
}

// library tells whether the place stands in the municipality's list of hours.
func (p demoPlace) library() bool { return p.booths > 0 && p.id != "AUH1" && p.id != "BOGB" }

// fillEarlier reads in the votes of the two local elections before, which the
// municipality kept in a spreadsheet of its own: the forecast has a past. All
// figures are made up.
func (d *demoTown) fillEarlier(ctx context.Context) error {
	for i, part := range []float64{0.8, 1.25} { // of an ordinary day: voting by post grows
		weeks := []int{417, 209}[i] // eight and four years, again a Tuesday
		last := d.kv.Last.Add(-7 * weeks)
		name := fmt.Sprintf("KV%02d", d.kv.Date.Add(-7*weeks).Year()%100)
		rows := [][]string{planning.EarlierColumns}
		for day := last.Add(-30); !day.After(last); day = day.Add(1) {
			for _, p := range demoPlaces {
				if n := p.votesBefore(name, day, last, part); n > 0 {
					rows = append(rows, []string{p.id, day.Danish(), fmt.Sprint(n)})
				}
			}
		}
		if _, _, err := d.store.KeepEarlier(ctx, d.act("koordinator", d.daysAgo(39, 10, 30*i)), d.kv.ID, name, last, rows); err != nil {
			return err
		}
	}
	return nil
}

// votesBefore makes up a day of an earlier election: more at the big places, on
// Mondays and in the last days, and never quite as expected.
func (p demoPlace) votesBefore(name string, day, last models.Date, part float64) int {
	week := map[time.Weekday]float64{time.Monday: 1.25, time.Tuesday: 1.05, time.Wednesday: 0.95, time.Thursday: 1, time.Friday: 1.1, time.Saturday: 0.5}[day.Weekday()]
	if week == 0 || !p.library() || day.Weekday() == time.Saturday && !p.saturday {
		return 0
	}
	h := fnv.New32a()
	_, _ = fmt.Fprint(h, p.id, name, day) // a hash takes every byte
	chance := 0.75 + float64(h.Sum32()%1000)/2000
	return int(math.Round(float64(p.size()) * part * demoRush(last.Sub(day)) * week * chance))
}

// demoRush is how much busier than an ordinary day it is some days before the last.
func demoRush(before int) float64 {
	return 1 + 1.6*math.Exp(-float64(before)/4)
}
