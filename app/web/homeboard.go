package web

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/custody"
	"github.com/brevstemme/brevstemme/models/store"
)

// dayReaders watch the evening; dayClosers sign it off. The board shows standings
// and times, no figures: reception may see it too.
var (
	dayReaders = roles{models.RoleCoordinator, models.RoleReception, models.RoleLibraryLead, models.RoleAuditor}
	dayClosers = roles{models.RoleCoordinator}
)

func (s *Server) dayRoutes() []Route {
	return []Route{
		get("/tavle/hjem", dayReaders, s.homeBoard).nav("nav.home_board"),
		get("/tavle/hjem/strom", dayReaders, s.boardStream),
		get("/dagslut", dayReaders, s.dayEnd).nav("nav.day_end"),
		post("/dagslut", dayClosers, s.dayClose),
		get("/api/v1/day", dayReaders, s.apiDay).api(nil, DayOut{}),
	}
}

type homeBoardPage struct {
	Chrome
	At     time.Time
	Sums   []Fact
	Table  Table
	Alarms Table
}

type dayEndPage struct {
	Chrome
	Day      models.Date
	Closed   *custody.DayClose
	Facts    []Fact
	Open     Table
	Closes   bool
	NeedsTwo bool
}

// DayOut is the evening over JSON.
type DayOut struct {
	Day      string             `json:"day"`
	Closed   bool               `json:"closed"`
	Expected []ExpectedOut      `json:"expected"`
	Alarms   []custody.Alarm    `json:"alarms"`
	Open     []custody.OpenItem `json:"open"`
}

// ExpectedOut is one source that must be in.
type ExpectedOut struct {
	Session string    `json:"session"`
	Place   string    `json:"place"`
	Stand   string    `json:"stand"`
	Due     time.Time `json:"due"`
}

var (
	homeBoardView = newView[*homeBoardPage]("home-board")
	dayEndView    = newView[*dayEndPage]("day-end")
)

// today is the day that is asked for, this day when none is.
func (r *Request) today() models.Date {
	if d, err := models.ParseDate(r.Query("dag")); err == nil && !d.IsZero() {
		return d
	}
	return models.DateOf(r.server.now())
}

func (r *Request) standTag(e custody.Expectation, now time.Time) Tag {
	st := e.Stand(now)
	kind := map[custody.Standing]string{custody.StandIn: "ok", custody.StandNothing: "ok", custody.StandMissing: "bad", custody.StandSkipped: "warn", custody.StandNotOpened: "plain"}[st]
	if kind == "" {
		kind = "info"
	}
	if e.Late(now) > 0 {
		kind = "bad"
	}
	return Tag{kind, r.Text("stand." + string(st))}
}

// homeBoard is the wall board: what is not home yet, the latest first.
func (s *Server) homeBoard(r *Request) error {
	d, err := s.store.Day(r.Context(), r.today())
	if err != nil {
		return err
	}
	places, names, err := s.placesAndNames(r)
	if err != nil {
		return err
	}
	now := s.now()
	p := &homeBoardPage{At: now}
	p.Table = Table{Caption: r.Text("home-board.sources"), Empty: r.Text("home-board.none"), Columns: []Column{{Text: r.Text("containers.where")}, {Text: r.Text("home-board.stand")}, {Text: r.Text("home-board.closes")}, {Text: r.Text("home-board.due")}, {Text: r.Text("home-board.late")}, {Text: r.Text("handovers.courier")}}}
	counts := map[bool]int{}
	var settled [][]Cell
	for _, e := range d.Expected {
		row := []Cell{{Text: places[e.Place]}, {Tag: r.standTag(e, now)}, {Text: r.clock(e.Closes)}, {Text: r.clock(e.Due)}, {Text: r.minutes(e.Late(now))}, {Text: phone(names[e.Courier])}}
		done := e.Stand(now).Settled()
		counts[done]++
		if done {
			settled = append(settled, row)
			continue
		}
		p.Table.Rows = append(p.Table.Rows, row)
	}
	p.Table.Rows = append(p.Table.Rows, settled...)
	p.Sums = []Fact{{Name: r.Text("home-board.home"), Text: fmt.Sprint(counts[true])}, {Name: r.Text("home-board.out"), Text: fmt.Sprint(counts[false])}, {Name: r.Text("home-board.deviations"), Text: fmt.Sprint(len(d.Deviations))}}
	p.Alarms = s.alarmTable(r, d, places, names)
	return homeBoardView.render(r, p)
}

func (r *Request) minutes(d time.Duration) string {
	if d <= 0 {
		return ""
	}
	return r.Text("home-board.minutes", int(d.Minutes()))
}

// phone is a name with its number, which is not broken over two lines.
func phone(p models.Private) string {
	return strings.TrimSpace(p.Name + " " + strings.ReplaceAll(p.Phone, " ", "\u00a0"))
}

// alarmTable has one line for each place that is late: the steps that fell due
// there, the latest first, with whom to call.
func (s *Server) alarmTable(r *Request, d store.DayState, places map[string]string, names map[string]models.Private) Table {
	t := Table{Caption: r.Text("home-board.alarms"), Empty: r.Text("home-board.no_alarms"), Columns: []Column{{Text: r.Text("containers.where")}, {Text: r.Text("home-board.since")}, {Text: r.Text("home-board.call")}, {Text: r.Text("home-board.called")}}}
	for _, p := range custody.FoldAlarms(d.Alarms) {
		var told []string
		for _, a := range p.Steps {
			told = append(told, r.Text("alarm.to."+a.To)+" "+r.clock(a.At))
		}
		now := p.Steps[0]
		to := r.Text("alarm.to." + now.To)
		if i := slices.IndexFunc(d.Expected, func(e custody.Expectation) bool { return e.Session == now.Session && e.Courier != "" }); i >= 0 {
			to += " · " + r.Text("alarm.to.courier") + ": " + phone(names[d.Expected[i].Courier])
		}
		t.Rows = append(t.Rows, []Cell{{Text: places[p.Place]}, {Tag: Tag{"bad", r.clock(p.Since)}}, {Text: to}, {Text: strings.Join(told, ", ")}})
	}
	return t
}

func (s *Server) dayEnd(r *Request) error {
	p, err := s.dayEndPage(r)
	if err != nil {
		return err
	}
	return dayEndView.render(r, p)
}

func (s *Server) dayEndPage(r *Request) (*dayEndPage, error) {
	day := r.today()
	d, err := s.store.Day(r.Context(), day)
	if err != nil {
		return nil, err
	}
	places, err := s.placeNames(r)
	if err != nil {
		return nil, err
	}
	p := &dayEndPage{Day: day, Closed: d.Close, Closes: r.Account.Is(dayClosers...) && d.Close == nil, NeedsTwo: len(d.Open) > 0}
	open := d.Open
	if d.Close != nil {
		names, err := s.store.Names(r.Context(), d.Close.ClosedBy, d.Close.Second)
		if err != nil {
			return nil, err
		}
		open = d.Close.Open
		p.Facts = []Fact{{Name: r.Text("day-end.closed_at"), Text: r.moment(d.Close.ClosedAt)}, {Name: r.Text("day-end.by"), Text: names[d.Close.ClosedBy].Name}, {Name: r.Text("day-end.second"), Text: names[d.Close.Second].Name}, {Name: r.Text("day-end.reason"), Text: d.Close.Reason}}
	}
	p.Open = r.openTable(open, d, places)
	return p, nil
}

// openTable lists what keeps the day from being closed, with a link to what the
// person may see.
func (r *Request) openTable(open []custody.OpenItem, d store.DayState, places map[string]string) Table {
	where, sees, act := map[string]string{}, map[string]bool{}, r.act()
	for _, e := range d.Expected {
		where[e.Session] = places[e.Place]
	}
	for _, h := range d.Handovers {
		sees[h.ID] = act.MayActAt(h.From) || act.MayActAt(h.To)
	}
	for _, x := range d.Deviations {
		sees[x.ID] = x.Place == "" || act.MayActAt(x.Place)
	}
	link := func(path, id string) string {
		if act.Places == nil || sees[id] {
			return path + id
		}
		return ""
	}
	t := Table{Caption: r.Text("day-end.open"), Empty: r.Text("day-end.nothing_open"), Columns: []Column{{Text: r.Text("day-end.what")}, {Text: r.Text("handovers.state")}}}
	for _, o := range open {
		switch o.Kind {
		case "session":
			t.Rows = append(t.Rows, []Cell{{Text: where[o.ID]}, {Text: r.Text("stand." + o.Text)}})
		case "handover":
			t.Rows = append(t.Rows, []Cell{{Text: r.Text("handover.title", models.GroupSerial(o.ID)), Href: link("/overdragelser/", o.ID)}, {Text: r.Text("handover.state." + o.Text)}})
		case "deviation":
			t.Rows = append(t.Rows, []Cell{{Text: r.Text("deviation.title", models.GroupSerial(o.ID)), Href: link("/afvigelser/", o.ID)}, {Text: r.Text("deviation.state." + o.Text)}})
		}
	}
	return t
}

func (s *Server) dayClose(r *Request) (err error) {
	act := r.act()
	if r.Field("witness_login") != "" {
		act, err = s.witnessed(r)
	}
	var day models.Date
	if err == nil {
		day, err = r.Date("day")
	}
	if err == nil {
		_, err = s.store.CloseDay(r.Context(), act, day, r.Field("reason"))
	}
	if err != nil {
		p, perr := s.dayEndPage(r)
		if perr != nil {
			return perr
		}
		return dayEndView.again(r, err, p)
	}
	return r.done("/dagslut?dag="+day.String(), "day-end.done", r.shortDay(day))
}

func (s *Server) apiDay(r *Request) error {
	day := r.today()
	d, err := s.store.Day(r.Context(), day)
	if err != nil {
		return err
	}
	out := DayOut{Day: day.String(), Closed: d.Close != nil, Alarms: append([]custody.Alarm{}, d.Alarms...), Open: append([]custody.OpenItem{}, d.Open...), Expected: []ExpectedOut{}}
	for _, e := range d.Expected {
		out.Expected = append(out.Expected, ExpectedOut{e.Session, e.Place, string(e.Stand(s.now())), e.Due})
	}
	return r.json(200, out)
}
