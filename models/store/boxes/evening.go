package boxes

import (
	"context"
	"time"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/custody"
	"github.com/brevstemme/brevstemme/models/evening"
	"github.com/brevstemme/brevstemme/models/journal"
	"github.com/brevstemme/brevstemme/models/store/book"
)

// expected is one row of what must be in.
type expected struct {
	Session, Place                      string
	Ends                                time.Time
	State                               string
	Closed, Offered, Collected, Arrived *time.Time
	AtDesk, Boxes                       int
	Missing                             bool
	Courier, Handover                   string
}

// expectedSQL reads sessions with where their envelopes are: at the desk, in
// boxes (found from the outermost inwards, since nearly all stand in reception
// and need no look), on the way, in.
const expectedSQL = `WITH RECURSIVE out AS (
			SELECT c.id, c.session, c.holder AS root, 0 AS depth FROM container c LEFT JOIN place p ON c.holder = 'store:' || p.id
			WHERE c.holder LIKE 'leg:%' OR c.holder LIKE 'difference:%' OR (c.holder LIKE 'store:%' AND p.kind IS DISTINCT FROM 'reception')
			UNION ALL
			SELECT c.id, c.session, o.root, o.depth + 1 FROM out o JOIN container c ON c.holder = 'container:' || o.id WHERE o.depth < 16
		), box AS (
			SELECT session, count(*) FILTER (WHERE root NOT LIKE 'difference:%') AS boxes, bool_or(root LIKE 'difference:%') AS missing FROM out WHERE session <> '' GROUP BY 1
		), desk AS (
			SELECT substr(holder, 6) AS session, sum(n)::int AS n FROM balance WHERE holder LIKE 'desk:%' AND item LIKE 'env:%' AND n > 0 GROUP BY 1
		), run AS (
			SELECT x.session, max(h.given) AS offered, max(brev_instant(h.doc->'carrier'->>'at')) FILTER (WHERE h.state IN ('in_transit', 'counted', 'recount', 'accepted', 'accepted_in_part')) AS collected,
				max(brev_instant(h.doc->'receiver'->>'at')) FILTER (WHERE h.state IN ('accepted', 'accepted_in_part')) AS arrived,
				(array_agg(h.courier ORDER BY h.seq DESC))[1] AS courier, (array_agg(h.id ORDER BY h.seq DESC))[1] AS id
			FROM handover h CROSS JOIN LATERAL (SELECT DISTINCT y->>'session' AS session FROM jsonb_array_elements(h.doc->'sent') y) x
			WHERE x.session <> '' AND h.state NOT IN ('withdrawn', 'refused') AND h.given >= @since GROUP BY 1
		)
		SELECT s.id AS session, s.place, s.ends, s.state, brev_instant(nullif(s.doc->>'closed_at', '')) AS closed, coalesce(desk.n, 0) AS at_desk, coalesce(box.boxes, 0) AS boxes,
			coalesce(box.missing, false) AS missing, run.offered, run.collected, run.arrived, coalesce(run.courier, '') AS courier, coalesce(run.id, '') AS handover
		FROM session s LEFT JOIN desk ON desk.session = s.id LEFT JOIN box ON box.session = s.id LEFT JOIN run ON run.session = s.id
		WHERE s.state NOT IN ('draft', 'cancelled') AND ((s.starts >= @from AND s.starts < @until) OR (s.starts < @from AND (desk.n > 0 OR box.boxes > 0 OR box.missing OR s.state IN ('open', 'closing'))))
		ORDER BY s.ends, s.place, s.id`

// Expectations lists what has to be in for a day: every session of the day, and
// older ones whose envelopes are not in yet.
func (s *Boxes) Expectations(ctx context.Context, day models.Date) ([]evening.Expectation, error) {
	set, err := s.Evening(ctx)
	if err != nil {
		return nil, err
	}
	var rows []expected
	if err := s.book.DB(ctx).Raw(expectedSQL, map[string]any{"from": day.At(0, 0), "until": day.Add(1).At(0, 0), "since": day.Add(-7).At(0, 0)}).Scan(&rows).Error; err != nil {
		return nil, err
	}
	places, err := s.plans.Places(ctx)
	if err != nil {
		return nil, err
	}
	byID, reception := map[string]models.Place{}, models.Place{}
	for _, p := range places {
		byID[p.ID] = p
		if p.Kind == models.PlaceReception {
			reception = p
		}
	}
	out := make([]evening.Expectation, len(rows))
	for i, r := range rows {
		p := byID[r.Place]
		out[i] = r.expectation(p, set.Due(r.Ends, p, reception))
	}
	return out, nil
}

func (r expected) expectation(p models.Place, due time.Time) evening.Expectation {
	at := func(t *time.Time) time.Time {
		if t == nil {
			return time.Time{}
		}
		return *t
	}
	return evening.Expectation{Session: r.Session, Place: r.Place, Kind: p.Kind, Closes: r.Ends, Due: due,
		Opened: r.State != string(models.SessionPublished), Closed: at(r.Closed), AtDesk: r.AtDesk, Boxes: r.Boxes, Offered: at(r.Offered),
		Collected: at(r.Collected), Courier: r.Courier, Arrived: at(r.Arrived), Missing: r.Missing, Handover: r.Handover}
}

// Evening reads the settings of the way home.
func (s *Boxes) Evening(ctx context.Context) (evening.Evening, error) {
	e, err := book.Load[evening.Evening](ctx, s.book, evening.Default.ID)
	if models.CodeOf(err) == models.CodeNotFound {
		return evening.Default, nil
	}
	return e, err
}

// SetEvening decides the settings of the way home.
func (s *Boxes) SetEvening(ctx context.Context, act models.Act, set evening.Evening) error {
	_, _, err := s.book.Append(ctx, act, book.Need{}, func(w *book.Working) (journal.Draft, error) {
		out, err := evening.Set(w.Act, set)
		if err != nil {
			return journal.Draft{}, err
		}
		w.Put(out.Records[0])
		return out.Draft, nil
	})
	return err
}

// DayState is what the page of the day's end shows.
type DayState struct {
	Expected   []evening.Expectation
	Open       []evening.OpenItem
	Alarms     []evening.Alarm
	Handovers  []custody.Handover
	Deviations []custody.Deviation
	Close      *evening.DayClose
}

// Day reads a day as it stands now.
func (s *Boxes) Day(ctx context.Context, day models.Date) (DayState, error) {
	var d DayState
	var err error
	if d.Expected, err = s.Expectations(ctx, day); err != nil {
		return d, err
	}
	if d.Handovers, err = s.Handovers(ctx, HandoverFilter{Open: true}); err != nil {
		return d, err
	}
	if d.Deviations, err = s.Deviations(ctx, DeviationFilter{State: "open"}); err != nil {
		return d, err
	}
	c, err := book.Load[evening.DayClose](ctx, s.book, day.String())
	switch models.CodeOf(err) {
	case "":
		d.Close = &c
	case models.CodeNotFound:
	default:
		return d, err
	}
	d.Open = evening.OpenItems(d.Expected, d.Handovers, d.Deviations, s.book.Now())
	set, err := s.Evening(ctx)
	d.Alarms = evening.Alarms(d.Expected, set.Steps(), s.book.Now())
	return d, err
}

// CloseDay signs a day off.
func (s *Boxes) CloseDay(ctx context.Context, act models.Act, day models.Date, reason string) (evening.DayClose, error) {
	state, err := s.Day(ctx, day)
	if err != nil {
		return evening.DayClose{}, err
	}
	e, _, err := s.book.Append(ctx, act, book.Needs("day_close", day.String()), func(w *book.Working) (journal.Draft, error) {
		was, ok, err := book.Find[evening.DayClose](w, day.String())
		if err != nil {
			return journal.Draft{}, err
		}
		var before *evening.DayClose
		if ok {
			before = &was
		}
		out, err := evening.CloseDay(w.ByNow(), w.Now, day, before, state.Open, reason)
		if err != nil {
			return journal.Draft{}, err
		}
		w.Put(out.Records[0])
		return out.Draft, nil
	})
	if err != nil {
		return evening.DayClose{}, err
	}
	return book.Changed[evening.DayClose](e)
}
