package planning

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/brevstemme/brevstemme/app/web/site"
	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/language"
	"github.com/brevstemme/brevstemme/models/planning"
)

// placeReaders see places: everybody who works at one.
var placeReaders = site.Roles{models.RoleCoordinator, models.RoleLibraryLead, models.RoleReceiver, models.RoleReception, models.RoleAuditor}

func (s *Server) placeRoutes() []site.Route {
	return []site.Route{
		site.Get("/steder", placeReaders, s.places).InMenu("nav.places"),
		site.Get("/steder.csv", planReaders, s.placesCSV),
		site.Get("/steder.xlsx", planReaders, s.placesXLSX),
		site.Get("/steder/ny", site.Coordinator, s.placeNew),
		site.Post("/steder/ny", site.Coordinator, s.placeAdd),
		site.Get("/steder/import", site.Coordinator, s.placesImportForm),
		site.Post("/steder/import", site.Coordinator, s.placesImport),
		site.Get("/steder/:id", placeReaders, s.place),
		site.Get(site.APIPrefix+"places/:place/tasks", placeReaders, s.APITasks).API(nil, []site.TaskOut{}),
		site.Get("/steder/:id/ret", site.Coordinator, s.placeForm),
		site.Post("/steder/:id/ret", site.Coordinator, s.placeSave),
	}
}

type placesPage struct {
	site.Chrome
	Table   site.Table
	CanPlan bool
}

type placePage struct {
	site.Chrome
	Place   models.Place
	Facts   []site.Fact
	Hours   []site.Fact
	CanPlan bool
	site.Tasks
}

type placeFormPage struct {
	site.Chrome
	Place   models.Place
	Mark    string
	Action  string
	Row     map[string]string // as in the file
	Kinds   []site.Option
	Models  []site.Option
	AidList []site.Option
	Keys    []site.Option // the people of the place, those with a key checked
	Retired []site.Option
}

var (
	placesView    = site.NewView[*placesPage]("places")
	placeView     = site.NewView[*placePage]("place")
	placeFormView = site.NewView[*placeFormPage]("place-form")
)

var placeCrumbs = []site.Link{{Href: "/steder", Key: "places.title"}}

func (s *Server) places(r *site.Request) error {
	all, err := s.Store.EveryPlace(r.Context())
	if err != nil {
		return err
	}
	slices.SortStableFunc(all, func(a, b models.Place) int { // those in use first
		switch {
		case a.Retired == b.Retired:
			return 0
		case b.Retired:
			return -1
		}
		return 1
	})
	p := &placesPage{CanPlan: r.Account.Is(models.RoleCoordinator)}
	p.Table = site.Table{Caption: r.Text("places.title"), Quiet: true, Empty: r.Text("plan.no_places_text"), Columns: []site.Column{{Text: r.Text("plan.place")}, {Text: r.Text("place.kind")}, {Text: r.Text("public.address")}, {Text: r.Text("talk.model")}, {Text: r.Text("place.decision")}}}
	for _, x := range all {
		decided := site.Tag{Kind: "ok", Text: r.Text("place.decided")}
		if !x.Decision.Set() {
			decided = site.Tag{Kind: "warn", Text: r.Text("place.undecided")}
		}
		if x.Retired {
			decided = site.Tag{Kind: "plain", Text: r.Text("place.retired")}
		}
		p.Table.Rows = append(p.Table.Rows, []site.Cell{{Text: x.Name, Href: "/steder/" + x.ID}, {Text: r.Text("place.kind." + string(x.Kind))}, {Text: site.AddressOf(x)}, {Text: r.Text("place.model." + string(x.Model))}, {Tag: decided}})
	}
	return placesView.Render(r, p)
}

// place shows one place, and what may and may not be done there.
func (s *Server) place(r *site.Request) error {
	x, err := s.Store.Place(r.Context(), r.Param("id"))
	if err != nil {
		return err
	}
	p := &placePage{Chrome: site.Chrome{Crumbs: placeCrumbs, TitleText: x.Name}, Place: x, CanPlan: r.Account.Is(models.RoleCoordinator)}
	fact := func(key, text string) {
		if text != "" {
			p.Facts = append(p.Facts, site.Fact{Name: r.Text(key), Text: text})
		}
	}
	fact("place.id", x.ID)
	fact("place.kind", r.Text("place.kind."+string(x.Kind)))
	fact("public.address", site.AddressOf(x))
	fact("talk.model", r.Text("place.model."+string(x.Model)))
	fact("place.rooms", strings.Join(x.Rooms, ", "))
	fact("plan.booths", fmt.Sprint(x.Booths))
	if x.Lat != 0 || x.Lon != 0 {
		fact("place.point", strconv.FormatFloat(x.Lat, 'f', -1, 64)+", "+strconv.FormatFloat(x.Lon, 'f', -1, 64))
	}
	if x.CrewMin > 0 {
		fact("place.crew_min", fmt.Sprint(x.CrewMin))
	}
	if x.Retired {
		p.Facts = append(p.Facts, site.Fact{Name: r.Text("election.state"), Tag: site.Tag{Kind: "warn", Text: r.Text("place.retired")}})
	}
	s.equipment(r, p)
	if d := x.Decision; d.Set() {
		fact("place.decision", d.Body+", "+r.ShortDay(d.Date)+", "+d.Reference)
	} else {
		p.Facts = append(p.Facts, site.Fact{Name: r.Text("place.decision"), Tag: site.Tag{Kind: "warn", Text: r.Text("place.undecided")}})
	}
	fact("place.search_at", strings.Join(x.SearchAt, ", "))
	for _, stop := range x.Stops {
		fact("place.stop", stop.Name+", "+stop.Address)
	}
	p.Hours = []site.Fact{{Name: r.Text("place.staffed"), Text: weekText(r, x.Staffed)}, {Name: r.Text("place.self_service"), Text: weekText(r, x.SelfService)}}
	for _, d := range x.ClosedDays {
		p.Hours = append(p.Hours, site.Fact{Name: r.Text("place.closed"), Text: r.WeekdayDate(d)})
	}
	me, err := s.Ability(r)
	if err != nil {
		return err
	}
	p.Tasks = r.TasksAt(x, me)
	return placeView.Render(r, p)
}

// weekText is weekly hours to read, "Monday–Friday 09:30–17:00; Saturday 10:00–14:00":
// what is typed and imported stays FormatWeek, in the words that ParseWeek documents.
func weekText(r *site.Request, hours []models.Hours) string {
	clock := func(minutes int) string {
		text := language.Clock(r.Lang, time.Date(2025, 1, 1, 0, minutes, 0, 0, time.UTC))
		if minutes == 24*60 { // a place that closes at midnight does not close at 00:00 the same day
			return "24" + text[2:]
		}
		return text
	}
	var runs []string
	for _, run := range planning.WeekRuns(hours) {
		days := language.Weekday(r.Lang, run.From)
		if run.Until != run.From {
			days += "–" + language.Weekday(r.Lang, run.Until)
		}
		var spans []string
		for _, x := range run.Spans {
			spans = append(spans, clock(x.From)+"–"+clock(x.To))
		}
		runs = append(runs, days+" "+strings.Join(spans, ", "))
	}
	return strings.Join(runs, "; ")
}

// equipment is what a place has, and who is to be asked there: key holders only
// for those who need them.
func (s *Server) equipment(r *site.Request, p *placePage) {
	x := p.Place
	add := func(name, text string) {
		if text != "" {
			p.Facts = append(p.Facts, site.Fact{Name: name, Text: text})
		}
	}
	add(r.Text("public.access"), x.Accessibility)
	add(r.Text("place.storage"), x.Storage)
	aids := make([]string, len(x.Aids))
	for i, a := range x.Aids {
		aids[i] = r.Text("planning.aid." + string(a))
	}
	add(r.Text("public.aids"), strings.Join(aids, ", "))
	for _, c := range x.Contacts {
		add(c.Role, strings.TrimSpace(c.Phone+" "+c.Email))
	}
	if len(x.KeyHolders) > 0 && r.Account.Is(models.RoleCoordinator, models.RoleLibraryLead) {
		var names []string
		for _, k := range s.keyPeople(r, x) {
			if slices.Contains(x.KeyHolders, k[0]) {
				names = append(names, k[1])
			}
		}
		add(r.Text("place.key_holders"), strings.Join(names, ", "))
	}
}

func (s *Server) placeFormPage(r *site.Request, x models.Place) *placeFormPage {
	p := &placeFormPage{Chrome: site.Chrome{Crumbs: placeCrumbs, TitleText: x.Name}, Place: x, Mark: planning.Mark(x), Action: "/steder/" + x.ID + "/ret", Row: map[string]string{}, Models: modelOptions(r, x.Model)}
	if x.ID == "" {
		p.TitleText, p.TitleKey, p.Action = "", "place.new", "/steder/ny"
	}
	for i, v := range planning.PlaceRow(x) {
		p.Row[planning.PlaceColumns[i]] = v
	}
	for _, k := range models.PlaceKinds {
		p.Kinds = append(p.Kinds, site.Option{Value: string(k), Text: r.Text("place.kind." + string(k)), Checked: k == x.Kind})
	}
	for _, a := range slices.Concat(models.AidsEverywhere, models.AidsSomewhere) {
		p.AidList = append(p.AidList, site.Option{Value: string(a), Text: r.Text("planning.aid." + string(a)), Checked: slices.Contains(x.Aids, a)})
	}
	p.Retired = []site.Option{{Value: "1", Text: r.Text("place.retired_hint"), Checked: x.Retired}}
	for _, k := range s.keyPeople(r, x) {
		p.Keys = append(p.Keys, site.Option{Value: k[0], Text: k[1], Checked: slices.Contains(x.KeyHolders, k[0])})
	}
	return p
}

// keyPeople are those who may hold a key to a place, id and name: who may act
// there and has not left. Without the list the form still works.
func (s *Server) keyPeople(r *site.Request, x models.Place) [][2]string {
	people, err := s.Store.People(r.Context())
	if err != nil {
		s.Log.Error("key holders", "err", err)
		return nil
	}
	names, err := s.Store.Names(r.Context())
	if err != nil {
		s.Log.Error("key holders", "err", err)
		return nil
	}
	var out [][2]string
	for _, p := range people {
		here := slices.Contains(p.Places, x.ID) || slices.Contains(x.KeyHolders, p.ID)
		if here && !p.Erased && (!p.Left || slices.Contains(x.KeyHolders, p.ID)) {
			out = append(out, [2]string{p.ID, names[p.ID].Name})
		}
	}
	return out
}

func (s *Server) placeNew(r *site.Request) error {
	return placeFormView.Render(r, s.placeFormPage(r, models.Place{Kind: models.PlaceLibrary, Model: models.ModelLibrary}))
}

func (s *Server) placeForm(r *site.Request) error {
	x, err := s.Store.Place(r.Context(), r.Param("id"))
	if err != nil {
		return err
	}
	return placeFormView.Render(r, s.placeFormPage(r, x))
}

func (s *Server) placeAdd(r *site.Request) error {
	x, err := readPlace(r, models.Place{})
	if err == nil {
		err = planning.CheckPlace(x)
	}
	if err == nil {
		x, err = s.Store.AddPlace(r.Context(), r.Act(), x)
	}
	if err != nil {
		return placeFormView.Again(r, err, s.placeFormPage(r, models.Place{Kind: models.PlaceLibrary, Model: models.ModelLibrary}))
	}
	return r.Done("/steder/"+x.ID, "place.saved", x.Name)
}

func (s *Server) placeSave(r *site.Request) error {
	old, err := s.Store.Place(r.Context(), r.Param("id"))
	if err != nil {
		return err
	}
	x, err := readPlace(r, old)
	if err == nil {
		err = s.Store.SavePlace(r.Context(), r.Act(), r.Field("mark"), x)
	}
	if err != nil {
		return placeFormView.Again(r, err, s.placeFormPage(r, old))
	}
	return r.Done("/steder/"+x.ID, "place.saved", x.Name)
}

// readPlace reads the form into a place: the same rules as a row of the file.
func readPlace(r *site.Request, old models.Place) (models.Place, error) {
	row := []string{}
	columns := []string{}
	for _, name := range planning.PlaceColumns {
		switch name {
		case "id":
			columns, row = append(columns, name), append(row, old.ID)
		case "aids", "key_holders":
			columns, row = append(columns, name), append(row, strings.Join(r.Fields(name), " "))
		case "contacts", "stops":
			columns, row = append(columns, name), append(row, r.Field(name)) // one a line
		default:
			columns, row = append(columns, name), append(row, strings.ReplaceAll(r.Field(name), "\r\n", "; "))
		}
	}
	known := []models.Place{}
	if old.ID != "" {
		known = append(known, old)
	}
	keys := At(r.Server).keyPeople(r, old)
	places, bad := planning.ReadPlaces([][]string{columns, row}, known, func(id string) bool {
		return slices.ContainsFunc(keys, func(k [2]string) bool { return k[0] == id })
	})
	if len(bad) > 0 {
		var errs models.Errors
		for _, b := range bad {
			errs = append(errs, b.Err)
		}
		return old, errs
	}
	if len(places) != 1 {
		return old, models.Invalid("name", "place.name_missing")
	}
	x := places[0]
	if old.ID == "" {
		x.ID = "" // the store makes it, against all the places there are
	}
	return x, nil
}
