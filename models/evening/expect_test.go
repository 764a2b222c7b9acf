package evening

import (
	"slices"
	"testing"
	"time"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/custody"
)

// evening is the last Friday: a library closes at 18, its box is due at 19.15.
func evening() (Expectation, time.Time) {
	day := models.NewDate(2025, 11, 14)
	closes := day.At(18, 0)
	return Expectation{Session: "S1", Place: "LYS", Closes: closes, Due: DueFor(closes, 30*time.Minute, 25*time.Minute, 20*time.Minute), Opened: true}, day.At(0, 0)
}

func TestStandings(t *testing.T) {
	e, day := evening()
	at := func(h, m int) time.Time { return day.Add(time.Duration(h)*time.Hour + time.Duration(m)*time.Minute) }
	steps := []struct {
		change func()
		now    time.Time
		want   Standing
	}{
		{func() {}, at(17, 0), StandReceiving},
		{func() { e.Closed, e.AtDesk = at(18, 5), 40 }, at(18, 5), StandAtDesk},
		{func() { e.AtDesk, e.Boxes = 0, 1 }, at(18, 20), StandBoxed},
		{func() { e.Offered = at(18, 25) }, at(18, 25), StandOffered},
		{func() { e.Collected = at(18, 30) }, at(18, 30), StandOnWay},
		{func() { e.Missing = true }, at(19, 30), StandMissing},
		{func() { e.Missing, e.Boxes, e.Arrived = false, 0, at(19, 40) }, at(19, 40), StandIn},
	}
	for _, s := range steps {
		s.change()
		if got := e.Stand(s.now); got != s.want {
			t.Errorf("%s: %s, want %s", s.now, got, s.want)
		}
	}
	if got := (Expectation{Closes: at(18, 0)}).Stand(at(18, 1)); got != StandSkipped {
		t.Error(got)
	}
	if got := (Expectation{Opened: true, Closed: at(18, 0)}).Stand(at(18, 1)); got != StandNothing {
		t.Error(got)
	}
}

func TestAlarmsFallDueAtTheirMinute(t *testing.T) {
	e, day := evening()
	e.Closed, e.Boxes = e.Closes, 1
	due := day.Add(19*time.Hour + 15*time.Minute)
	if !e.Due.Equal(due) {
		t.Fatal(e.Due)
	}
	fired := map[string]time.Time{}
	for now := due.Add(-time.Hour); now.Before(due.Add(2 * time.Hour)); now = now.Add(time.Minute) {
		for _, a := range Alarms([]Expectation{e}, DefaultSteps, now) {
			if _, ok := fired[a.To]; !ok {
				fired[a.To] = now
			}
			if !a.At.Equal(due.Add(DefaultSteps[a.Step-1].After)) {
				t.Errorf("%s says %s", a.To, a.At)
			}
		}
	}
	for _, st := range DefaultSteps {
		if !fired[st.To].Equal(due.Add(st.After)) {
			t.Errorf("%s at %s", st.To, fired[st.To])
		}
	}
}

// A program that was down all evening raises the same alarms with the same
// times, and arrival stops only the steps after it.
func TestAlarmsSurviveARestartAndStopAtTheArrival(t *testing.T) {
	e, _ := evening()
	e.Closed, e.Boxes = e.Closes, 1
	now := e.Due.Add(20 * time.Minute)
	before := Alarms([]Expectation{e}, DefaultSteps, now)
	e.Boxes, e.Arrived = 0, now
	for _, later := range []time.Duration{0, time.Hour, 10 * time.Hour} {
		after := Alarms([]Expectation{e}, DefaultSteps, now.Add(later))
		if !slices.Equal(before, after) || len(after) != 2 {
			t.Errorf("%s later: %v, want %v", later, after, before)
		}
	}
	e.Arrived = e.Due
	if got := Alarms([]Expectation{e}, DefaultSteps, now); len(got) != 0 {
		t.Errorf("in at the minute: %v", got)
	}
}

// The night of the clock change: 02.30 comes twice, a due time is an instant.
func TestAlarmsAtTheClockChange(t *testing.T) {
	closes := models.NewDate(2025, 10, 26).At(1, 30)
	e := Expectation{Session: "S1", Opened: true, Closed: closes, Boxes: 1, Closes: closes, Due: DueFor(closes, 30*time.Minute, 30*time.Minute, 30*time.Minute)}
	if got := e.Due.Sub(closes); got != 90*time.Minute {
		t.Fatal(got)
	}
	if got := e.Due.In(models.Copenhagen).Format("15:04 -0700"); got != "02:00 +0100" {
		t.Fatalf("due at %s", got)
	}
	first := e.Due.Add(-time.Minute)
	if n := len(Alarms([]Expectation{e}, DefaultSteps, first)); n != 0 {
		t.Errorf("%d alarms a minute early", n)
	}
	if n := len(Alarms([]Expectation{e}, DefaultSteps, e.Due)); n != 1 {
		t.Errorf("%d alarms", n)
	}
}

func TestADayIsClosedOnceAndByTwoWhenSomethingIsOpen(t *testing.T) {
	e, day := evening()
	date := models.DateOf(day)
	now := day.Add(21 * time.Hour)
	e.Closed, e.Boxes = e.Closes, 1
	open := OpenItems([]Expectation{e}, []custody.Handover{{ID: "H1", State: custody.HandoverInTransit}, {ID: "H2", State: custody.HandoverAccepted}}, []custody.Deviation{{ID: "D1", State: custody.DeviationOpen}}, now)
	if len(open) != 3 {
		t.Fatalf("%v", open)
	}
	one := models.Act{Key: "k", Person: "karen"}
	if _, err := CloseDay(one, now, date, nil, open, "the car broke down"); models.CodeOf(err) != models.CodeSamePerson {
		t.Error(err)
	}
	two := models.Act{Key: "k", Person: "karen", Witness: "rita"}
	if _, err := CloseDay(two, now, date, nil, open, ""); models.CodeOf(err) != models.CodeInvalid {
		t.Error(err)
	}
	out, err := CloseDay(two, now, date, nil, open, "the car broke down")
	if err != nil {
		t.Fatal(err)
	}
	d := out.Records[0].(DayClose)
	if len(d.Open) != 3 || d.Second != "rita" {
		t.Errorf("%+v", d)
	}
	if _, err := CloseDay(two, now, date, &d, nil, ""); models.CodeOf(err) != models.CodeState {
		t.Error(err)
	}
	if _, err := CloseDay(one, now, date.Add(1), nil, nil, ""); models.CodeOf(err) != models.CodeInvalid {
		t.Error(err)
	}
	if _, err := CloseDay(one, now, date, nil, nil, ""); err != nil {
		t.Error(err)
	}
}
