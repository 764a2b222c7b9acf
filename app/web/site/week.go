package site

import (
	"fmt"
	"strings"
	"time"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/forecast"
	"github.com/brevstemme/brevstemme/models/planning"
)

func SlotsOf(e models.Election, plan planning.Plan) []forecast.Slot {
	out := make([]forecast.Slot, len(plan.Sessions))
	for i, x := range plan.Sessions {
		out[i] = forecast.Slot{ID: x.ID, Place: x.Place, DaysBefore: e.Last.Sub(x.Date()), Hours: x.Ends.Sub(x.Starts).Hours()}
	}
	return out
}

type MatrixDay struct{ Weekday, Day, Note string }

// WeekAll shows every week of the period side by side.
const WeekAll = "alle"

// FirstThree are the first three letters of a weekday: "lør".
func FirstThree(word string) string { return string([]rune(word)[:3]) }

// WeekOf is the week to show: the one asked for, else this week when it lies in
// the period, else the first.
func (r *Request) WeekOf(e models.Election, asked string, now time.Time) string {
	if asked == WeekAll || len(DaysOf(e, asked)) > 0 {
		return asked
	}
	today := models.DateOf(now)
	if today.Before(e.First) || today.After(e.Last) {
		today = e.First
	}
	return WeekKey(today)
}

func WeekKey(d models.Date) string {
	y, w := d.ISOWeek()
	return fmt.Sprintf("%d-%02d", y, w)
}

// DaysOf are the days of the period in a week, or all of them.
func DaysOf(e models.Election, week string) []models.Date {
	var out []models.Date
	for d := e.First; !d.After(e.Last); d = d.Add(1) {
		if week == WeekAll || WeekKey(d) == week {
			out = append(out, d)
		}
	}
	return out
}

func (r *Request) WeekLinks(e models.Election, current string) []NavItem {
	var out []NavItem
	for d := e.First; !d.After(e.Last); d = d.Add(1) {
		if k := WeekKey(d); len(out) == 0 || !strings.HasSuffix(out[len(out)-1].Href, k) {
			_, w := d.ISOWeek()
			out = append(out, NavItem{Href: "/plan/" + e.ID + "?uge=" + k, Key: r.Text("plan.week", w), Current: k == current})
		}
	}
	return append(out, NavItem{Href: "/plan/" + e.ID + "?uge=" + WeekAll, Key: r.Text("plan.all_weeks"), Current: current == WeekAll})
}
