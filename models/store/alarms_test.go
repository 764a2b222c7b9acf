package store

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/evening"
)

// lateBox is the evening of a box that nobody fetches: when it is due at
// Borgerservice, and who was told of it.
type lateBox struct {
	*lastDay
	due   time.Time
	told  map[string]int    // step and person → how often
	first map[int]time.Time // step → the minute at which it was told first
}

// The evening of the last Sunday of October, a day of 25 hours: a box that
// nobody fetches calls its steps at their minutes, each person once, although
// the program ends and starts again while they fall due, and stands still over
// the third step. The next morning it is still told to nobody twice.
func TestAlarmsOnTheEveningOfTheClockChangeSurviveRestarts(t *testing.T) {
	w := newLastDayOn(t, models.NewDate(2025, 10, 26), 1)
	defer func() { w.must(w.Close(context.Background())) }()
	if w.day.Add(1).At(0, 0).Sub(w.day.At(0, 0)) != 25*time.Hour {
		t.Fatal("the day has not 25 hours")
	}
	b := &lateBox{lastDay: w, told: map[string]int{}, first: map[int]time.Time{}}
	b.waits()
	third := b.due.Add(evening.DefaultSteps[2].After)
	down, up := third.Add(-2*time.Minute), third.Add(15*time.Minute)
	b.evening(down, up)
	b.toldAtTheirMinutes(up)
	b.night()
	for who, n := range b.told {
		if n != 1 {
			t.Errorf("%s was told %d times", who, n)
		}
	}
}

// waits works the day and offers the box to a courier who does not come.
func (b *lateBox) waits() {
	b.until(8, 30)
	b.work()
	b.until(18, 10)
	b.shut(0)
	b.pack(0)
	b.sign(0)
	b.offer(0, "kurt", false)
	all, err := b.Expectations(b.t.Context(), b.day)
	b.must(err)
	b.due = all[0].Due
	if closes := b.day.At(18, 0); len(all) != 1 || !all[0].Closes.Equal(closes) || closes.UTC().Hour() != 17 || b.due.Before(closes.Add(50*time.Minute)) {
		b.t.Fatalf("%+v", all)
	}
}

// remind tells whom there is to tell now, and notes it.
func (b *lateBox) remind() {
	out, err := b.Remind(b.t.Context())
	b.must(err)
	for _, r := range out {
		if r.Kind != "late_home" {
			continue
		}
		b.told[fmt.Sprint(r.Step, r.Person)]++
		if _, ok := b.first[r.Step]; !ok {
			b.first[r.Step] = b.now
		}
		if !r.Due.Equal(b.due.Add(evening.DefaultSteps[r.Step-1].After)) {
			b.t.Errorf("step %d says that it was due at %s", r.Step, r.Due)
		}
	}
}

// nextMinute is the first full minute after a time.
func nextMinute(t time.Time) time.Time { return t.Truncate(time.Minute).Add(time.Minute) }

// evening reminds each minute until two hours after the box was due, starts the
// program again every ten minutes, and stands still between down and up.
func (b *lateBox) evening(down, up time.Time) {
	for b.now = nextMinute(b.due.Add(-5 * time.Minute)); b.now.Before(b.due.Add(2 * time.Hour)); b.now = b.now.Add(time.Minute) {
		if b.now.After(down) && b.now.Before(up) {
			continue
		}
		if b.now.Minute()%10 == 0 {
			b.restart()
		}
		b.remind()
	}
}

// toldAtTheirMinutes: each step was told when it fell due, the third when the
// program was up again.
func (b *lateBox) toldAtTheirMinutes(up time.Time) {
	for i, st := range evening.DefaultSteps {
		at := b.due.Add(st.After)
		want := nextMinute(at.Add(-time.Nanosecond))
		if i == 2 {
			want = nextMinute(up.Add(-time.Nanosecond))
		}
		if got := b.first[i+1]; !got.Equal(want) {
			b.t.Errorf("step %d told at %s, due %s, want %s", i+1, got.Format(time.TimeOnly), at.Format(time.TimeOnly), want.Format(time.TimeOnly))
		}
	}
}

// night: whoever was told in the evening is all that is told.
func (b *lateBox) night() {
	before := len(b.told)
	for _, at := range []time.Time{b.day.Add(1).At(0, 30), b.day.Add(1).At(7, 0), b.day.Add(1).At(23, 0)} {
		b.now = at
		b.restart()
		b.remind()
	}
	if len(b.told) != before {
		b.t.Errorf("%d told in the evening, %d by the next night", before, len(b.told))
	}
}
