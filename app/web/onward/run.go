package onward

import (
	"slices"
	"strings"
	"time"

	"github.com/brevstemme/brevstemme/app/web/site"
	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/onward"
	"github.com/brevstemme/brevstemme/models/store/shipments"
	"github.com/brevstemme/brevstemme/pdf"
)

// drivers bring votes to the polling stations.
var drivers = site.Roles{models.RoleCourier, models.RoleReception, models.RoleCoordinator}

func (s *Server) runRoutes() []site.Route {
	return []site.Route{
		site.Get("/koerelister", drivers, show(s.runList)).InMenu("nav.runs"),
		site.Get("/koerelister/:id", drivers, show(s.runPage)),
		site.Get("/koerelister/:id/koereliste.pdf", drivers, s.runPDF),
		site.Get(site.APIPrefix+"elections/:election/runs", site.OfficeReaders, s.apiRuns).API(nil, []onward.DeliveryRun{}),
	}
}

// runList lists the drives: everybody's for the office, one's own for a driver.
func (s *Server) runList(r *site.Request) (*site.BlockPage, error) {
	driver := r.Account.Person
	if office(r) {
		driver = ""
	}
	runs, err := s.Store.Runs(r.Context(), "", driver)
	if err != nil {
		return nil, err
	}
	t, err := s.runTable(r, runs)
	return &site.BlockPage{Chrome: site.Chrome{TitleKey: "delivery.runs"}, Blocks: []site.Block{{Table: t}}}, err
}

func (s *Server) runTable(r *site.Request, runs []onward.DeliveryRun) (site.Table, error) {
	t := site.Table{Caption: r.Text("delivery.runs"), Quiet: true, Empty: r.Text("delivery.none"), Columns: []site.Column{{Text: r.Text("delivery.run")}, {Text: r.Text("delivery.run_leaves")}, {Text: r.Text("delivery.stops"), Number: true}, {Text: r.Text("delivery.driver")}}}
	var ids []string
	for _, x := range runs {
		ids = append(ids, x.Driver)
	}
	names, err := s.Store.Names(r.Context(), ids...)
	if err != nil {
		return t, err
	}
	for _, x := range runs {
		t.Rows = append(t.Rows, []site.Cell{{Text: models.GroupSerial(x.ID), Href: "/koerelister/" + x.ID}, {Text: r.Moment(x.Leaves)}, {Text: digits(r, len(x.Stops))}, {Text: names[x.Driver].Name}})
	}
	return t, nil
}

// run loads a drive, for the office and for its driver.
func (s *Server) run(r *site.Request) (onward.DeliveryRun, error) {
	x, err := s.Store.Run(r.Context(), r.Param("id"))
	if err == nil && !office(r) && x.Driver != r.Account.Person {
		return x, models.E(models.CodeNotFound, "")
	}
	return x, err
}

// stops are the stations of a drive with their deliveries.
func (s *Server) stops(r *site.Request, x onward.DeliveryRun) (map[string]onward.Delivery, map[string]onward.District, error) {
	all, err := s.Store.Deliveries(r.Context(), x.Election)
	if err != nil {
		return nil, nil, err
	}
	ds, err := s.Store.Districts(r.Context(), s.Municipality)
	deliveries := map[string]onward.Delivery{}
	for _, d := range all {
		deliveries[d.ID] = d
	}
	return deliveries, site.ByID(ds), err
}

// runPage is the drive on a phone: the stops in order, each with its handover.
func (s *Server) runPage(r *site.Request) (*site.BlockPage, error) {
	x, err := s.run(r)
	if err != nil {
		return nil, err
	}
	deliveries, ds, err := s.stops(r, x)
	if err != nil {
		return nil, err
	}
	names, err := s.Store.Names(r.Context(), x.Driver)
	if err != nil {
		return nil, err
	}
	e, err := s.Store.Election(r.Context(), x.Election)
	if err != nil {
		return nil, err
	}
	opens, err := shipments.PollsOpen(e)
	if err != nil {
		return nil, err
	}
	p := &site.BlockPage{Chrome: site.Chrome{TitleKey: "delivery.run", Crumbs: []site.Link{{Href: "/koerelister", Key: "delivery.runs"}}}}
	p.Facts = []site.Fact{{Name: r.Text("delivery.run_leaves"), Text: r.Moment(x.Leaves)}, {Name: r.Text("onward.polls_open"), Text: r.Moment(opens)}, {Name: r.Text("delivery.driver"), Text: names[x.Driver].Name}, {Name: r.Text("delivery.car_phone"), Text: x.Phone}}
	if x.Tight(opens) {
		p.Banner = site.Banner{Kind: "warn", Text: r.Text("delivery.tight")}
	}
	var tasks []site.Task
	left := 0
	for _, st := range x.Stops {
		d, y := ds[st.District], deliveries[st.Delivery]
		t := site.Task{Text: d.Label(), Href: "/afstemningssteder/" + x.Election + "/aflevering/" + y.ID, Hint: strings.Trim(strings.Join([]string{d.Station, d.Address, guess(r, st.Arrives)}, ", "), ", "), Tag: site.Tag{Kind: "info", Text: r.Text("onward.delivery_state." + string(y.State))}}
		switch y.State {
		case onward.DeliveryDone:
			t.Tag.Kind = "ok"
		case onward.DeliveryPacked, onward.DeliveryDiffers:
			left++
		default:
			t.Tag.Kind = "plain"
		}
		tasks = append(tasks, t)
	}
	if left == 0 {
		p.Banner = site.Banner{Kind: "ok", Text: r.Text("delivery.none_left")}
	}
	p.Blocks = []site.Block{{Heading: r.Text("delivery.stops"), Tasks: tasks}, {Links: []site.Link{{Href: "/koerelister/" + x.ID + "/koereliste.pdf", Key: "delivery.run_pdf"}}}}
	return p, nil
}

func guess(r *site.Request, t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return r.Text("delivery.planned") + " " + r.Clock(t)
}

// runPDF is the drive on paper. It carries no counts.
func (s *Server) runPDF(r *site.Request) error {
	x, err := s.run(r)
	if err != nil {
		return err
	}
	deliveries, ds, err := s.stops(r, x)
	if err != nil {
		return err
	}
	e, err := s.Store.Election(r.Context(), x.Election)
	if err != nil {
		return err
	}
	names, err := s.Store.Names(r.Context(), x.Driver)
	if err != nil {
		return err
	}
	place, err := s.Store.Place(r.Context(), x.Place)
	if err != nil {
		return err
	}
	run := pdf.CourierRun{Courier: names[x.Driver].Name, Phone: x.Phone, From: x.Leaves, To: x.Leaves}
	if run.Form, err = s.form(r, e, pdf.TypeCourierRun, running(x.ID)); err != nil {
		return err
	}
	if len(place.Contacts) > 0 {
		run.Dispatcher = place.Contacts[0].Phone
	}
	var packets []string
	for _, st := range x.Stops {
		for _, p := range deliveries[st.Delivery].Packets {
			packets = append(packets, p.Number)
		}
	}
	run.Stops = []pdf.Stop{{Planned: x.Leaves, Place: place.Name, Address: place.Address, Pick: packets}}
	for _, st := range x.Stops {
		d, stop := ds[st.District], pdf.Stop{Planned: st.Arrives}
		stop.Place, stop.Address = d.Label(), strings.Trim(d.Station+", "+d.Address, ", ")
		for _, p := range deliveries[st.Delivery].Packets {
			stop.Leave = append(stop.Leave, p.Number)
		}
		run.Stops, run.To = append(run.Stops, stop), later(run.To, st.Arrives)
	}
	r.About.Election, r.About.Place = x.Election, x.Place
	return paper(r, "koereliste.pdf", run)
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

// runBlocks adds the drives to the page of the stations, and the form for a new one.
func (s *Server) runBlocks(r *site.Request, blocks []site.Block, path string, xs []onward.Delivery, all []onward.Readiness) ([]site.Block, error) {
	runs, err := s.Store.Runs(r.Context(), r.Param("election"), "")
	if err != nil {
		return nil, err
	}
	taken := map[string]bool{}
	for _, x := range runs {
		for _, st := range x.Stops {
			taken[st.Delivery] = true
		}
	}
	if len(runs) > 0 {
		t, err := s.runTable(r, runs)
		if err != nil {
			return nil, err
		}
		blocks = append(blocks, site.Block{Heading: r.Text("delivery.runs"), Table: t})
	}
	labels := map[string]string{}
	for _, x := range all {
		labels[x.District.ID] = x.District.Label()
	}
	var free []site.Option
	for _, x := range xs {
		if x.State == onward.DeliveryPacked && !taken[x.ID] {
			free = append(free, site.Option{Value: x.ID, Text: labels[x.District]})
		}
	}
	if len(free) == 0 {
		return blocks, nil
	}
	people, err := s.secondPerson(r)
	if err != nil {
		return nil, err
	}
	if r.Account.Person != "" {
		people = slices.Insert(people, 1, site.Option{Value: r.Account.Person, Text: r.Account.Name})
	}
	return append(blocks, site.Block{Heading: r.Text("delivery.run_make"), Text: r.Text("delivery.run_text"), Form: site.BlockForm{Action: path, Do: "run", Button: r.Text("delivery.run_make"), Fields: []site.BlockField{
		{Kind: "checks", Name: "delivery", Label: r.Text("delivery.deliveries"), Options: free}, {Kind: "date", Name: "run_day", Label: r.Text("delivery.run_day"), Value: models.DateOf(s.Now()).String()},
		{Name: "leaves", Label: r.Text("delivery.run_time"), Hint: r.Text("delivery.run_time_hint")}, {Kind: "select", Name: "driver", Label: r.Text("delivery.driver"), Options: people, Optional: true},
		{Name: "phone", Label: r.Text("delivery.car_phone"), Optional: true}}}}), nil
}

// makeRun reads the form of a drive.
func (s *Server) makeRun(r *site.Request, p *site.BlockPage, place string) error {
	day, err := r.Date("run_day")
	if err != nil {
		return site.BlockView.Again(r, err, p)
	}
	at, err := onward.ParseTimes(r.Field("leaves"))
	if err != nil || len(at) != 1 {
		return site.BlockView.Again(r, models.Invalid("leaves", "onward.run_late"), p)
	}
	x, err := s.Store.MakeRun(r.Context(), r.Act(), r.Param("election"), place, onward.RunCmd{Deliveries: r.Fields("delivery"), Driver: r.Field("driver"), Phone: r.Field("phone"), Leaves: day.At(at[0]/60, at[0]%60)})
	if err != nil {
		return site.BlockView.Again(r, err, p)
	}
	return r.Done("/koerelister/"+x.ID, "delivery.run_made", len(x.Stops))
}

// afterHanding is where the person came from: the stations for the office, the
// drive for its driver. Others may not hand over.
func (s *Server) afterHanding(r *site.Request, x onward.Delivery) (site.Link, error) {
	if office(r) {
		return site.Link{Href: "/afstemningssteder/" + x.Election, Key: "onward.stations"}, nil
	}
	runs, err := s.Store.Runs(r.Context(), x.Election, r.Account.Person)
	if err != nil {
		return site.Link{}, err
	}
	for _, run := range runs {
		if slices.ContainsFunc(run.Stops, func(st onward.RunStop) bool { return st.Delivery == x.ID }) {
			return site.Link{Href: "/koerelister/" + run.ID, Key: "delivery.run"}, nil
		}
	}
	return site.Link{}, models.E(models.CodeForbidden, "delivery.not_yours")
}
