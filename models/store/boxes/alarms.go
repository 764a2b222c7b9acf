package boxes

import (
	"context"
	"slices"
	"strconv"
	"time"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/evening"
	"github.com/brevstemme/brevstemme/models/store/persons"
)

// AlarmReminders tell named people of every step of every alarm that has fallen
// due tonight, and after midnight of those of the evening before.
func (s *Boxes) AlarmReminders(ctx context.Context, now time.Time) ([]models.Reminder, error) {
	set, err := s.Evening(ctx)
	if err != nil {
		return nil, err
	}
	var out []models.Reminder
	today := models.DateOf(now)
	for _, day := range []models.Date{today.Add(-1), today} {
		all, err := s.Expectations(ctx, day)
		if err != nil {
			return nil, err
		}
		alarms := evening.Alarms(all, set.Steps(), now)
		// An older source is in the list of both days: it belongs to its own.
		alarms = slices.DeleteFunc(alarms, func(a evening.Alarm) bool {
			i := slices.IndexFunc(all, func(e evening.Expectation) bool { return e.Session == a.Session })
			return models.DateOf(all[i].Closes) != day
		})
		found, err := s.tellAlarms(ctx, set, all, alarms)
		if err != nil {
			return nil, err
		}
		out = append(out, found...)
	}
	return out, nil
}

func (s *Boxes) tellAlarms(ctx context.Context, set evening.Evening, all []evening.Expectation, alarms []evening.Alarm) ([]models.Reminder, error) {
	if len(alarms) == 0 {
		return nil, nil
	}
	people, err := s.persons.People(ctx)
	if err != nil {
		return nil, err
	}
	name, err := s.plans.PlaceNames(ctx)
	if err != nil {
		return nil, err
	}
	var out []models.Reminder
	for _, a := range alarms {
		e := all[slices.IndexFunc(all, func(e evening.Expectation) bool { return e.Session == a.Session })]
		x, err := s.plans.Session(ctx, a.Session)
		if err != nil {
			return nil, err
		}
		who := calls(a.To, e, x, set, people)
		r := models.Reminder{Kind: "late_home", Subject: a.Session, Step: a.Step, Place: a.Place, Link: "/tavle/hjem",
			Words: []string{name[a.Place], e.Due.UTC().Format(time.RFC3339), strconv.Itoa(int(a.At.Sub(e.Due).Minutes()))}, Due: a.At}
		if len(x.Elections) > 0 {
			r.Election = x.Elections[0]
		}
		if a.To == "place" || a.To == "courier" {
			r.Link = "/overdragelser" // the board is the office's
		}
		out = append(out, persons.ToEach(who, []models.Reminder{r})...)
	}
	return out, nil
}

// calls are the people of a step: the crew that is there and the leads of the
// place, the courier, the coordinators, the head on duty.
func calls(to string, e evening.Expectation, x models.Session, set evening.Evening, people []models.Person) []string {
	var out []string
	with := func(role models.Role, place string) {
		for _, p := range people {
			if !p.Erased && slices.Contains(p.Roles, role) && (place == "" || slices.Contains(p.Places, place)) {
				out = append(out, p.ID)
			}
		}
	}
	switch to {
	case "place":
		for _, c := range x.Crew {
			if c.Until.IsZero() || !e.Closed.IsZero() && !c.Until.Before(e.Closed) {
				out = append(out, c.Person)
			}
		}
		with(models.RoleLibraryLead, e.Place)
	case "courier":
		if e.Courier != "" {
			out = append(out, e.Courier)
		}
	case "duty_head":
		if set.DutyHead != "" {
			return []string{set.DutyHead}
		}
		with(models.RoleCoordinator, "")
	default:
		with(models.RoleCoordinator, "")
	}
	slices.Sort(out)
	return slices.Compact(out)
}
