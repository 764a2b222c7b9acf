package shipments

import (
	"context"
	"strconv"
	"time"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/calendar"
	"github.com/brevstemme/brevstemme/models/onward"
	"github.com/brevstemme/brevstemme/models/store/book"
	"github.com/brevstemme/brevstemme/models/store/persons"
)

// DispatchMargin is kept between the arrival at the other municipality and the
// start of voting: the votes must go on to the polling stations. A setting, not law.
const DispatchMargin = 2 * time.Hour

// Slack below which a last safe dispatch is told: first a day, then four hours.
const (
	slackSoon = 24 * time.Hour
	slackNow  = 4 * time.Hour
)

// OnwardReminders are what the end of the road reminds of: acknowledgements that
// did not come, last safe dispatches, and material that may now be destroyed.
func (s *Shipments) OnwardReminders(ctx context.Context, now time.Time) ([]models.Reminder, error) {
	elections, err := s.plans.Elections(ctx)
	if err != nil {
		return nil, err
	}
	office, err := s.persons.WithRole(ctx, models.RoleCoordinator, models.RoleReception)
	if err != nil {
		return nil, err
	}
	heads, err := s.persons.WithRole(ctx, models.RoleCoordinator)
	if err != nil {
		return nil, err
	}
	var out []models.Reminder
	for _, e := range elections {
		if e.Practice {
			continue
		}
		opens, err := PollsOpen(e)
		if err != nil {
			return nil, err
		}
		missing, err := s.ackReminders(ctx, e, now, opens)
		if err != nil {
			return nil, err
		}
		out = append(out, persons.ToEach(office, missing)...)
		if now.Before(opens) {
			safe, err := s.safeReminders(ctx, e, now, opens)
			if err != nil {
				return nil, err
			}
			out = append(out, persons.ToEach(office, safe)...)
		}
		due, err := s.destructionReminders(ctx, e, now)
		if err != nil {
			return nil, err
		}
		out = append(out, persons.ToEach(heads, due)...)
	}
	return out, nil
}

// ackReminders: consignments whose acknowledgement should have come; told again
// each day of the first three.
func (s *Shipments) ackReminders(ctx context.Context, e models.Election, now, opens time.Time) ([]models.Reminder, error) {
	if now.After(opens.AddDate(0, 0, 14)) {
		return nil, nil // the code has expired
	}
	all, err := book.List[onward.Consignment](ctx, s.book, "election = ? AND state = 'dispatched' ORDER BY id", e.ID)
	var out []models.Reminder
	for _, c := range all {
		due := c.AckDue(opens)
		if !now.After(due) {
			continue
		}
		step := min(3, 1+int(now.Sub(due)/(24*time.Hour)))
		out = append(out, models.Reminder{Kind: "ack_missing", Subject: c.ID, Step: step, Election: e.ID, Place: c.Place, Link: "/videresendelse/" + e.ID + "/se/" + c.ID,
			Words: []string{municipality(c.To), models.GroupSerial(c.ID), c.Arrives.Format(time.RFC3339)}, Due: due})
	}
	return out, err
}

// safeReminders: municipalities whose votes must leave within a day, within four
// hours, or can no longer be sent in time.
func (s *Shipments) safeReminders(ctx context.Context, e models.Election, now, opens time.Time) ([]models.Reminder, error) {
	safe, err := s.Safe(ctx, e.ID, DispatchMargin)
	var out []models.Reminder
	for _, x := range safe {
		r := models.Reminder{Kind: "last_safe", Subject: e.ID + "-" + x.To, Step: 1, Election: e.ID, Link: "/videresendelse/" + e.ID, Due: now}
		switch {
		case x.Last == nil:
			r.Kind, r.Words, r.Due = "none_safe", []string{municipality(x.To), strconv.Itoa(x.N), opens.Format(time.RFC3339)}, opens
		case x.Slack >= slackSoon:
			continue
		default:
			if x.Slack < slackNow {
				r.Step = 2
			}
			r.Words, r.Due = []string{municipality(x.To), strconv.Itoa(x.N), x.Last.Leaves.Format(time.RFC3339), x.Last.Name}, x.Last.Leaves
		}
		out = append(out, r)
	}
	return out, err
}

// destructionReminders: the complaint period is over and nothing stands in the way.
func (s *Shipments) destructionReminders(ctx context.Context, e models.Election, now time.Time) ([]models.Reminder, error) {
	last, err := calendarMoment(e, calendar.ComplaintLast)
	if err != nil || !models.DateOf(now).After(models.DateOf(last)) {
		return nil, err
	}
	x, err := s.Estate(ctx, e.ID)
	if err != nil || x.Due(models.DateOf(now)) != nil || len(x.Lots) == 0 {
		return nil, err
	}
	return []models.Reminder{{Kind: "destruction_due", Subject: e.ID, Step: 1, Election: e.ID, Link: "/tilintetgoerelse/" + e.ID, Words: []string{e.Name}, Due: models.DateOf(last).Add(1).At(0, 0)}}, nil
}

func municipality(code string) string {
	if m, ok := models.MunicipalityByCode(code); ok {
		return m.Name
	}
	return code
}
