package web

import (
	"fmt"
	"slices"
	"strings"
	"time"

	custodypages "github.com/brevstemme/brevstemme/app/web/custody"
	"github.com/brevstemme/brevstemme/app/web/site"
	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/evening"
	"github.com/brevstemme/brevstemme/models/store/boxes"
)

func (s *Server) dayRoutes() []site.Route {
	return []site.Route{
		site.Get("/tavle/hjem", site.DayReaders, s.homeBoard).InMenu("nav.home_board"),
		site.Get("/tavle/hjem/strom", site.DayReaders, custodypages.At(s.Server).BoardStream),
		site.Get("/dagslut", site.DayReaders, s.dayEnd).InMenu("nav.day_end"),
		site.Post("/dagslut", site.DayClosers, s.dayClose),
		site.Get("/api/v1/day", site.DayReaders, s.apiDay).API(nil, DayOut{}),
	}
}

type homeBoardPage struct {
	site.Chrome
	At     time.Time
	Sums   []site.Fact
	Table  site.Table
	Alarms site.Table
}

type dayEndPage struct {
	site.Chrome
	Day      models.Date
	Closed   *evening.DayClose
	Facts    []site.Fact
	Open     site.Table
	Closes   bool
	NeedsTwo bool
}

// DayOut is the evening over JSON.
type DayOut struct {
	Day      string             `json:"day"`
	Closed   bool               `json:"closed"`
	Expected []ExpectedOut      `json:"expected"`
	Alarms   []evening.Alarm    `json:"alarms"`
	Open     []evening.OpenItem `json:"open"`
}

// ExpectedOut is one source that must be in.
type ExpectedOut struct {
	Session string    `json:"session"`
	Place   string    `json:"place"`
	Stand   string    `json:"stand"`
	Due     time.Time `json:"due"`
}

var (
	homeBoardView = site.NewView[*homeBoardPage]("home-board")
	dayEndView    = site.NewView[*dayEndPage]("day-end")
)

func standTag(r *site.Request, e evening.Expectation, now time.Time) site.Tag {
	st := e.Stand(now)
	kind := map[evening.Standing]string{evening.StandIn: "ok", evening.StandNothing: "ok", evening.StandMissing: "bad", evening.StandSkipped: "warn", evening.StandNotOpened: "plain"}[st]
	if kind == "" {
		kind = "info"
	}
	if e.Late(now) > 0 {
		kind = "bad"
	}
	return site.Tag{Kind: kind, Text: r.Text("stand." + string(st))}
}

// homeBoard is the wall board: what is not home yet, the latest first.
func (s *Server) homeBoard(r *site.Request) error {
	d, err := s.Store.Day(r.Context(), r.Today())
	if err != nil {
		return err
	}
	places, names, err := s.PlacesAndNames(r)
	if err != nil {
		return err
	}
	now := s.Now()
	p := &homeBoardPage{At: now}
	p.Table = site.Table{Caption: r.Text("home-board.sources"), Empty: r.Text("home-board.none"), Columns: []site.Column{{Text: r.Text("containers.where")}, {Text: r.Text("home-board.stand")}, {Text: r.Text("home-board.closes")}, {Text: r.Text("home-board.due")}, {Text: r.Text("home-board.late")}, {Text: r.Text("handovers.courier")}}}
	counts := map[bool]int{}
	var settled [][]site.Cell
	for _, e := range d.Expected {
		row := []site.Cell{{Text: places[e.Place]}, {Tag: standTag(r, e, now)}, {Text: r.Clock(e.Closes)}, {Text: r.Clock(e.Due)}, {Text: minutes(r, e.Late(now))}, {Text: site.Phone(names[e.Courier])}}
		done := e.Stand(now).Settled()
		counts[done]++
		if done {
			settled = append(settled, row)
			continue
		}
		p.Table.Rows = append(p.Table.Rows, row)
	}
	p.Table.Rows = append(p.Table.Rows, settled...)
	p.Sums = []site.Fact{{Name: r.Text("home-board.home"), Text: fmt.Sprint(counts[true])}, {Name: r.Text("home-board.out"), Text: fmt.Sprint(counts[false])}, {Name: r.Text("home-board.deviations"), Text: fmt.Sprint(len(d.Deviations))}}
	p.Alarms = s.alarmTable(r, d, places, names)
	return homeBoardView.Render(r, p)
}

func minutes(r *site.Request, d time.Duration) string {
	if d <= 0 {
		return ""
	}
	return r.Text("home-board.minutes", int(d.Minutes()))
}

// alarmTable has one line for each place that is late: the steps that fell due
// there, the latest first, with whom to call.
func (s *Server) alarmTable(r *site.Request, d boxes.DayState, places map[string]string, names map[string]models.Private) site.Table {
	t := site.Table{Caption: r.Text("home-board.alarms"), Empty: r.Text("home-board.no_alarms"), Columns: []site.Column{{Text: r.Text("containers.where")}, {Text: r.Text("home-board.since")}, {Text: r.Text("home-board.call")}, {Text: r.Text("home-board.called")}}}
	for _, p := range evening.FoldAlarms(d.Alarms) {
		var told []string
		for _, a := range p.Steps {
			told = append(told, r.Text("alarm.to."+a.To)+" "+r.Clock(a.At))
		}
		now := p.Steps[0]
		to := r.Text("alarm.to." + now.To)
		if i := slices.IndexFunc(d.Expected, func(e evening.Expectation) bool { return e.Session == now.Session && e.Courier != "" }); i >= 0 {
			to += " · " + r.Text("alarm.to.courier") + ": " + site.Phone(names[d.Expected[i].Courier])
		}
		t.Rows = append(t.Rows, []site.Cell{{Text: places[p.Place]}, {Tag: site.Tag{Kind: "bad", Text: r.Clock(p.Since)}}, {Text: to}, {Text: strings.Join(told, ", ")}})
	}
	return t
}

func (s *Server) dayEnd(r *site.Request) error {
	p, err := s.dayEndPage(r)
	if err != nil {
		return err
	}
	return dayEndView.Render(r, p)
}

func (s *Server) dayEndPage(r *site.Request) (*dayEndPage, error) {
	day := r.Today()
	d, err := s.Store.Day(r.Context(), day)
	if err != nil {
		return nil, err
	}
	places, err := s.PlaceNames(r)
	if err != nil {
		return nil, err
	}
	p := &dayEndPage{Day: day, Closed: d.Close, Closes: r.Account.Is(site.DayClosers...) && d.Close == nil, NeedsTwo: len(d.Open) > 0}
	open := d.Open
	if d.Close != nil {
		names, err := s.Store.Names(r.Context(), d.Close.ClosedBy, d.Close.Second)
		if err != nil {
			return nil, err
		}
		open = d.Close.Open
		p.Facts = []site.Fact{{Name: r.Text("day-end.closed_at"), Text: r.Moment(d.Close.ClosedAt)}, {Name: r.Text("day-end.by"), Text: names[d.Close.ClosedBy].Name}, {Name: r.Text("day-end.second"), Text: names[d.Close.Second].Name}, {Name: r.Text("day-end.reason"), Text: d.Close.Reason}}
	}
	p.Open = openTable(r, open, d, places)
	return p, nil
}

// openTable lists what keeps the day from being closed, with a link to what the
// person may see.
func openTable(r *site.Request, open []evening.OpenItem, d boxes.DayState, places map[string]string) site.Table {
	where, sees, act := map[string]string{}, map[string]bool{}, r.Act()
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
	t := site.Table{Caption: r.Text("day-end.open"), Empty: r.Text("day-end.nothing_open"), Columns: []site.Column{{Text: r.Text("day-end.what")}, {Text: r.Text("handovers.state")}}}
	for _, o := range open {
		switch o.Kind {
		case "session":
			t.Rows = append(t.Rows, []site.Cell{{Text: where[o.ID]}, {Text: r.Text("stand." + o.Text)}})
		case "handover":
			t.Rows = append(t.Rows, []site.Cell{{Text: r.Text("handover.title", models.GroupSerial(o.ID)), Href: link("/overdragelser/", o.ID)}, {Text: r.Text("handover.state." + o.Text)}})
		case "deviation":
			t.Rows = append(t.Rows, []site.Cell{{Text: r.Text("deviation.title", models.GroupSerial(o.ID)), Href: link("/afvigelser/", o.ID)}, {Text: r.Text("deviation.state." + o.Text)}})
		}
	}
	return t
}

func (s *Server) dayClose(r *site.Request) (err error) {
	act := r.Act()
	if r.Field("witness_login") != "" {
		act, err = s.Witnessed(r)
	}
	var day models.Date
	if err == nil {
		day, err = r.Date("day")
	}
	if err == nil {
		_, err = s.Store.CloseDay(r.Context(), act, day, r.Field("reason"))
	}
	if err != nil {
		p, perr := s.dayEndPage(r)
		if perr != nil {
			return perr
		}
		return dayEndView.Again(r, err, p)
	}
	return r.Done("/dagslut?dag="+day.String(), "day-end.done", r.ShortDay(day))
}

func (s *Server) apiDay(r *site.Request) error {
	day := r.Today()
	d, err := s.Store.Day(r.Context(), day)
	if err != nil {
		return err
	}
	out := DayOut{Day: day.String(), Closed: d.Close != nil, Alarms: append([]evening.Alarm{}, d.Alarms...), Open: append([]evening.OpenItem{}, d.Open...), Expected: []ExpectedOut{}}
	for _, e := range d.Expected {
		out.Expected = append(out.Expected, ExpectedOut{e.Session, e.Place, string(e.Stand(s.Now())), e.Due})
	}
	return r.JSON(200, out)
}
