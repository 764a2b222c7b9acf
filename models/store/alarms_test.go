package store

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/evening"
)

// The evening of the last Sunday of October, a day of 25 hours: a box that
// nobody fetches calls its steps at their minutes, each person once, although
// the program ends and starts again while they fall due, and stands still over
// the third step. The next morning it is still told to nobody twice.
func TestAlarmsOnTheEveningOfTheClockChangeSurviveRestarts(t *testing.T) {
	w := newLastDayOn(t, models.NewDate(2025, 10, 26), 1)
	defer func() { w.must(w.Close(context.Background())) }()
	ctx := t.Context()
	if w.day.Add(1).At(0, 0).Sub(w.day.At(0, 0)) != 25*time.Hour {
		t.Fatal("the day has not 25 hours")
	}
	w.until(8, 30)
	w.work()
	w.until(18, 10)
	w.shut(0)
	w.pack(0)
	w.sign(0)
	w.offer(0, "kurt", false)
	all, err := w.Expectations(ctx, w.day)
	w.must(err)
	due := all[0].Due
	if closes := w.day.At(18, 0); len(all) != 1 || !all[0].Closes.Equal(closes) || closes.UTC().Hour() != 17 || due.Before(closes.Add(50*time.Minute)) {
		t.Fatalf("%+v", all)
	}

	told, first := map[string]int{}, map[int]time.Time{}
	remind := func() {
		out, err := w.Remind(ctx)
		w.must(err)
		for _, r := range out {
			if r.Kind != "late_home" {
				continue
			}
			told[fmt.Sprint(r.Step, r.Person)]++
			if _, ok := first[r.Step]; !ok {
				first[r.Step] = w.now
			}
			if !r.Due.Equal(due.Add(evening.DefaultSteps[r.Step-1].After)) {
				t.Errorf("step %d says that it was due at %s", r.Step, r.Due)
			}
		}
	}
	minute := func(t time.Time) time.Time { return t.Truncate(time.Minute).Add(time.Minute) }
	down := due.Add(evening.DefaultSteps[2].After) // from before the third step until a quarter after
	for w.now = minute(due.Add(-5 * time.Minute)); w.now.Before(due.Add(2 * time.Hour)); w.now = w.now.Add(time.Minute) {
		if w.now.After(down.Add(-2*time.Minute)) && w.now.Before(down.Add(15*time.Minute)) {
			continue
		}
		if w.now.Minute()%10 == 0 {
			w.restart()
		}
		remind()
	}
	for i, st := range evening.DefaultSteps {
		at := due.Add(st.After)
		want := minute(at.Add(-time.Nanosecond))
		if i == 2 {
			want = minute(down.Add(15*time.Minute - time.Nanosecond))
		}
		if got := first[i+1]; !got.Equal(want) {
			t.Errorf("step %d told at %s, due %s, want %s", i+1, got.Format(time.TimeOnly), at.Format(time.TimeOnly), want.Format(time.TimeOnly))
		}
	}
	before := len(told)
	for _, at := range []time.Time{w.day.Add(1).At(0, 30), w.day.Add(1).At(7, 0), w.day.Add(1).At(23, 0)} {
		w.now = at
		w.restart()
		remind()
	}
	if len(told) != before {
		t.Errorf("%d told in the evening, %d by the next night", before, len(told))
	}
	for who, n := range told {
		if n != 1 {
			t.Errorf("%s was told %d times", who, n)
		}
	}
}
