package desks

import (
	"context"
	"time"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/custody"
	"github.com/brevstemme/brevstemme/models/desk"
	"github.com/brevstemme/brevstemme/models/store/book"
)

// Tally is what one desk has counted, per election: net of what was undone.
type Tally struct {
	Election string         `json:"election"`
	Received int            `json:"received"` // own + other + unknown, voided ones included
	Kinds    map[string]int `json:"kinds"`    // Own, "other", Unknown → received
	Voided   int            `json:"voided"`
	Spoiled  int            `json:"spoiled"`
}

// Standing is what lies at the desk: received and not voided.
func (t Tally) Standing() int { return t.Received - t.Voided }

// Tallies counts a session, one Tally per election of it.
func (s *Desks) Tallies(ctx context.Context, session models.Session) ([]Tally, error) {
	type row struct {
		Election, Act, Destination string
		N                          int
	}
	var rows []row
	err := s.book.DB(ctx).Raw(`SELECT election, act, destination, sum(n)::int AS n FROM desk_event
		WHERE session = ? AND act IN `+movers+` AND NOT undone GROUP BY 1, 2, 3`, session.ID).Scan(&rows).Error
	if err != nil {
		return nil, err
	}
	out := make([]Tally, len(session.Elections))
	at := map[string]*Tally{}
	for i, e := range session.Elections {
		out[i] = Tally{Election: e, Kinds: map[string]int{}}
		at[e] = &out[i]
	}
	for _, r := range rows {
		t := at[r.Election]
		if t == nil {
			continue
		}
		switch desk.Act(r.Act) {
		case desk.ActReceive:
			t.Received += r.N
			t.Kinds[custody.Kind(r.Destination)] += r.N
		case desk.ActVoid:
			t.Voided += r.N
		case desk.ActSpoil:
			t.Spoiled += r.N
		}
	}
	return out, nil
}

// DeskEvents lists the last events of a session, newest first.
func (s *Desks) DeskEvents(ctx context.Context, session string, limit int) ([]desk.Event, error) {
	return book.List[desk.Event](ctx, s.book, "session = ? ORDER BY seq DESC, id DESC LIMIT ?", session, limit)
}

// UndoableEvents lists the events of a session that can be taken back, newest first.
func (s *Desks) UndoableEvents(ctx context.Context, session, person string, limit int) ([]desk.Event, error) {
	return book.List[desk.Event](ctx, s.book, "session = ? AND (? = '' OR person = ?) AND act IN "+movers+" AND NOT undone ORDER BY seq DESC, id DESC LIMIT ?", session, person, person, limit)
}

// Shift reads a session with its place, elections and holdings, for a page.
func (s *Desks) Shift(ctx context.Context, session string) (desk.Shift, error) {
	sh := desk.Shift{Elections: map[string]models.Election{}, Held: map[string]int64{}, Stored: map[string]int64{}}
	var err error
	if sh.Session, err = s.plans.Session(ctx, session); err != nil {
		return sh, err
	}
	if sh.Place, err = s.plans.Place(ctx, sh.Session.Place); err != nil {
		return sh, err
	}
	elections, err := book.List[models.Election](ctx, s.book, "id IN ?", sh.Session.Elections)
	if err != nil {
		return sh, err
	}
	for _, e := range elections {
		sh.Elections[e.ID] = e
	}
	type row struct {
		Holder, Item string
		N            int64
	}
	var rows []row
	err = s.book.DB(ctx).Raw(`SELECT holder, item, n FROM balance WHERE holder IN (?, ?) AND n <> 0`, custody.Desk(session), custody.At(sh.Place.ID)).Scan(&rows).Error
	for _, r := range rows {
		if r.Holder == custody.Desk(session) {
			sh.Held[r.Item] = r.N
		} else {
			sh.Stored[r.Item] = r.N
		}
	}
	return sh, err
}

// DeskSessions lists the sessions to choose from at the desk: those of a day
// that are published or under way, and every one that was left open before. nil
// places means everywhere.
func (s *Desks) DeskSessions(ctx context.Context, places []string, day models.Date) ([]models.Session, error) {
	all := places == nil
	if len(places) == 0 {
		places = []string{""}
	}
	return book.List[models.Session](ctx, s.book, `(@all OR place IN @places) AND ((starts >= @from AND starts < @until AND state <> 'draft')
		OR state IN ('open', 'closing')) ORDER BY starts, place, id`,
		map[string]any{"all": all, "places": places, "from": day.At(0, 0), "until": day.Add(1).At(0, 0)})
}

// PracticeSessions lists the published sessions of running exercises, any day.
func (s *Desks) PracticeSessions(ctx context.Context, places []string) ([]models.Session, error) {
	all := places == nil
	if len(places) == 0 {
		places = []string{""}
	}
	return book.List[models.Session](ctx, s.book, `(@all OR place IN @places) AND state IN ('published', 'open', 'closing')
		AND EXISTS (SELECT FROM election e WHERE jsonb_exists(session.elections, e.id) AND (e.doc->>'practice')::boolean)
		ORDER BY starts, place, id LIMIT 50`, map[string]any{"all": all, "places": places})
}

// Receivers lists the people who may stand in the crew at a place, by name.
func (s *Desks) Receivers(ctx context.Context, place string) ([]models.Person, error) {
	return book.List[models.Person](ctx, s.book, `NOT coalesce((doc->>'left')::boolean, false)
		AND (coalesce((doc->>'receiver')::boolean, false) OR jsonb_exists(coalesce(nullif(doc->'roles', 'null'), '[]'), 'receiver'))
		AND (jsonb_array_length(coalesce(nullif(doc->'places', 'null'), '[]')) = 0 OR jsonb_exists(doc->'places', ?))
		ORDER BY (SELECT name FROM person_private v WHERE v.person = id), id`, place)
}

// BoardLine is one place on the coordinator's board.
type BoardLine struct {
	Session  models.Session
	Place    string // name
	Count    map[string]int
	Total    int
	InLine   int
	LineAt   time.Time
	Help     string // last call that is not over: MarkHelp or MarkMaterial
	HelpAt   time.Time
	LastAt   time.Time // last event
	SeenAt   time.Time // last sign of life of any of its devices
	Waiting  int       // events waiting in its devices
	Devices  int
	Held     map[string]int64 // material at the desk
	LateAt   int              // events written late
	Incident int
}

// Board reads every session of a day for the board, in one query per kind of fact.
func (s *Desks) Board(ctx context.Context, day models.Date) ([]BoardLine, error) {
	sessions, err := book.List[models.Session](ctx, s.book, "starts >= ? AND starts < ? AND state NOT IN ('draft', 'cancelled') ORDER BY starts, place, id", day.At(0, 0), day.Add(1).At(0, 0))
	if err != nil || len(sessions) == 0 {
		return nil, err
	}
	places, err := s.plans.Places(ctx)
	if err != nil {
		return nil, err
	}
	names := map[string]string{}
	for _, p := range places {
		names[p.ID] = p.Name
	}
	lines := make([]BoardLine, len(sessions))
	at, ids := map[string]*BoardLine{}, make([]string, len(sessions))
	for i, x := range sessions {
		lines[i] = BoardLine{Session: x, Place: names[x.Place], Count: map[string]int{}, Held: map[string]int64{}}
		at[x.ID], ids[i] = &lines[i], x.ID
	}
	if err := s.boardCounts(ctx, ids, at); err != nil {
		return nil, err
	}
	return lines, s.boardSigns(ctx, ids, at)
}

func (s *Desks) boardCounts(ctx context.Context, ids []string, at map[string]*BoardLine) error {
	type row struct {
		Session, Act, Election, What string
		N, Latest, Times, Late       int
		At                           time.Time
	}
	var rows []row
	err := s.book.DB(ctx).Raw(`SELECT session, act, election, CASE WHEN act = 'mark' THEN what ELSE '' END AS what,
		sum(n)::int AS n, (array_agg(n ORDER BY seq DESC))[1]::int AS latest, count(*)::int AS times, count(*) FILTER (WHERE late)::int AS late, max(at) AS at
		FROM desk_event WHERE session IN ? AND NOT undone AND act <> 'undo' GROUP BY 1, 2, 3, 4`, ids).Scan(&rows).Error
	if err != nil {
		return err
	}
	for _, r := range rows {
		l := at[r.Session]
		if r.At.After(l.LastAt) {
			l.LastAt = r.At
		}
		l.LateAt += r.Late
		switch desk.Act(r.Act) {
		case desk.ActReceive:
			l.Count[r.Election] += r.N
			l.Total += r.N
		case desk.ActIncident:
			l.Incident += r.Times
		case desk.ActMark:
			l.mark(r.What, r.Latest, r.At)
		}
	}
	for _, l := range at {
		if l.Help == desk.MarkFine {
			l.Help = ""
		}
	}
	return nil
}

// mark keeps the latest state of line and calls.
func (l *BoardLine) mark(what string, n int, at time.Time) {
	switch what {
	case desk.MarkLine:
		l.InLine, l.LineAt = n, at
	default:
		if at.After(l.HelpAt) {
			l.Help, l.HelpAt = what, at
		}
	}
}

func (s *Desks) boardSigns(ctx context.Context, ids []string, at map[string]*BoardLine) error {
	type sign struct {
		Session string
		Seen    time.Time
		Waiting int
		Devices int
	}
	var signs []sign
	if err := s.book.DB(ctx).Raw(`SELECT session, max(seen) AS seen, sum(waiting)::int AS waiting, count(*)::int AS devices FROM desk_sign WHERE session IN ?`+stillWaiting+` GROUP BY 1`, ids).Scan(&signs).Error; err != nil {
		return err
	}
	for _, x := range signs {
		l := at[x.Session]
		l.SeenAt, l.Waiting, l.Devices = x.Seen, x.Waiting, x.Devices
	}
	type held struct {
		Session, Item string
		N             int64
	}
	var hs []held
	err := s.book.DB(ctx).Raw(`SELECT substr(holder, 6) AS session, item, n FROM balance WHERE holder IN (SELECT 'desk:' || x FROM unnest(string_to_array(?, ',')) x) AND item LIKE 'mat:%' AND n <> 0`, joinIDs(ids)).Scan(&hs).Error
	for _, h := range hs {
		at[h.Session].Held[h.Item] = h.N
	}
	return err
}

func joinIDs(ids []string) string {
	out := ""
	for i, id := range ids {
		if i > 0 {
			out += ","
		}
		out += id
	}
	return out
}

// HourCount is the number of envelopes of one election received in one hour.
type HourCount struct {
	Hour     int // local
	Election string
	N        int
}

// Hours counts a day's envelopes per hour and election at some places; nil is
// everywhere. Exercises are left out.
func (s *Desks) Hours(ctx context.Context, day models.Date, places []string) ([]HourCount, error) {
	where, args := "", []any{day.At(0, 0), day.Add(1).At(0, 0)}
	if places != nil {
		where, args = " AND place IN ?", append(args, places)
	}
	var out []HourCount
	err := s.book.DB(ctx).Raw(`SELECT extract(hour FROM at AT TIME ZONE 'Europe/Copenhagen')::int AS hour, election, sum(n)::int AS n FROM desk_event
		WHERE act = 'receive' AND NOT undone AND at >= ? AND at < ?`+where+`
		AND NOT EXISTS (SELECT FROM election e WHERE e.id = desk_event.election AND (e.doc->>'practice')::boolean) GROUP BY 1, 2 ORDER BY 1, 2`, args...).Scan(&out).Error
	return out, err
}

// SessionContainers lists the containers that were packed at a session.
func (s *Desks) SessionContainers(ctx context.Context, session string) ([]custody.Container, error) {
	return book.List[custody.Container](ctx, s.book, "session = ? ORDER BY election, id", session)
}

// DeskWaiting is how many events the devices of a session still had in their
// outboxes when they were last heard of, but for those declared lost: while there
// are any, figures are provisional.
func (s *Desks) DeskWaiting(ctx context.Context, session string) (int, error) {
	var n int
	err := s.book.DB(ctx).Raw(`SELECT coalesce(sum(waiting), 0)::int FROM desk_sign WHERE session = ?`+stillWaiting, session).Scan(&n).Error
	return n, err
}
