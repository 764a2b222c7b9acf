package web

import (
	"fmt"
	"strings"
	"time"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/language"
	"github.com/brevstemme/brevstemme/models/planning"
)

// publicPath is where citizens find places and hours.
const publicPath = "/brevstemmesteder"

func (s *Server) publicRoutes() []Route {
	return []Route{
		get(publicPath, public, s.publicPlaces),
		get(publicPath+".json", public, s.publicJSON),
		get(publicPath+".ics", public, s.publicICS),
		get(publicPath+".csv", public, s.publicCSV),
		get(publicPath+".pdf", public, s.publicPoster),
		get(publicPath+"/:id", public, s.publicPlace), // DOKK, DOKK.json, DOKK.ics, DOKK.csv, DOKK.pdf
	}
}

// publicChange is a change notice as citizens read it.
type publicChange struct {
	Place, Href, Day, Old, New, Reason string
	At                                 time.Time
	Cancelled                          bool
}

type publicPage struct {
	Chrome
	Elections []publicElection
	Table     Table
	Changes   []publicChange
	Nothing   bool
	CalledOff []models.Election // of a day that has not passed
	Edition   string            // version of the plan
}

type publicElection struct {
	Name        string
	Date        models.Date
	First, Last models.Date
	DaysLeft    int
}

type publicPlacePage struct {
	Chrome
	Facts     []Fact
	Table     Table
	Changes   []publicChange
	PlaceID   string
	Elections []publicElection
	Aids      []string
}

var (
	publicView      = newView[*publicPage]("public")
	publicPlaceView = newView[*publicPlacePage]("public-place")
)

// publicPlaces lists every place with what is open now.
func (s *Server) publicPlaces(r *Request) error {
	plan, err := s.store.Public(r.Context())
	if err != nil {
		return err
	}
	now := s.now()
	p := &publicPage{Elections: publicElections(plan, now), Nothing: len(plan.Places) == 0, Edition: r.editions(plan)}
	p.Table = Table{Caption: r.Text("public.places"), Empty: r.Text("public.none"), Columns: []Column{{Text: r.Text("public.place")}, {Text: r.Text("public.address")}, {Text: r.Text("public.now")}, {Text: r.Text("public.next")}, {Text: r.Text("public.last")}}}
	for _, place := range plan.Places {
		tag, next := r.openState(place, now)
		p.Table.Rows = append(p.Table.Rows, []Cell{{Text: place.Name, Href: publicPath + "/" + place.ID}, {Text: addressOf(place.Place)}, {Tag: tag}, {Text: next}, {Text: r.weekdayDate(place.LastDay())}})
	}
	for _, e := range plan.CalledOff {
		if !e.Date.Before(models.DateOf(now)) {
			p.CalledOff = append(p.CalledOff, e)
		}
	}
	p.Changes = r.publicChanges(plan, "")
	return publicView.render(r, p)
}

// publicElections are the elections with the days that are left.
func publicElections(plan planning.Public, now time.Time) []publicElection {
	var out []publicElection
	for _, e := range plan.Elections {
		out = append(out, publicElection{e.Name, e.Date, e.First, e.Last, e.Last.Sub(models.DateOf(now))})
	}
	return out
}

// openState is "open until 17.00" and when it opens next.
func (r *Request) openState(p planning.PublicPlace, now time.Time) (Tag, string) {
	next := r.Text("public.no_more")
	if x, ok := p.Next(now); ok {
		next = r.weekdayDate(x.Date()) + " " + r.clockSpan(x)
	}
	if x, ok := p.OpenAt(now); ok {
		return Tag{"ok", r.Text("public.open_until", language.Clock(r.Lang, x.Ends.In(models.Copenhagen)))}, next
	}
	return Tag{"plain", r.Text("public.closed_now")}, next
}

// weekdayDate is "tirsdag 18.11.2025".
func (r *Request) weekdayDate(d models.Date) string {
	if d.IsZero() {
		return ""
	}
	return language.Weekday(r.Lang, d.Weekday()) + " " + r.shortDay(d)
}

// clockSpan is "9.00–17.00".
func (r *Request) clockSpan(x models.Session) string { return r.spanText(x.Starts, x.Ends) }

func (r *Request) spanText(from, to time.Time) string {
	return language.Clock(r.Lang, from.In(models.Copenhagen)) + "–" + language.Clock(r.Lang, to.In(models.Copenhagen))
}

// addressOf is the address on one line.
func addressOf(p models.Place) string {
	town := strings.TrimSpace(p.Postcode + " " + p.City)
	switch {
	case town == "" || strings.Contains(p.Address, town):
		return p.Address
	case p.Address == "":
		return town
	}
	return p.Address + ", " + town
}

// publicChanges are the notices of sessions that still lie ahead or were today.
func (r *Request) publicChanges(plan planning.Public, place string) []publicChange {
	var out []publicChange
	today := models.DateOf(r.server.now())
	for _, n := range plan.Notices {
		p, ok := plan.Find(n.Place)
		if !ok || place != "" && n.Place != place || models.DateOf(n.Starts).Before(today) || n.Kind == planning.Added {
			continue
		}
		c := publicChange{Place: p.Name, Href: publicPath + "/" + p.ID, Day: r.weekdayDate(models.DateOf(n.Starts)), Old: r.spanText(n.Starts, n.Ends), Reason: n.Reason, At: n.At, Cancelled: n.Kind == planning.Removed}
		if !c.Cancelled {
			c.New = r.spanText(n.NewStart, n.NewEnd)
			if models.DateOf(n.NewStart) != models.DateOf(n.Starts) {
				c.New = r.weekdayDate(models.DateOf(n.NewStart)) + " " + c.New
			}
		}
		out = append(out, c)
	}
	return out
}

// publicPlace is one place: as a page, or as a file when the id has an ending.
func (s *Server) publicPlace(r *Request) error {
	id, ending, _ := strings.Cut(r.Param("id"), ".")
	plan, err := s.store.Public(r.Context())
	if err != nil {
		return err
	}
	place, ok := plan.Find(id)
	if !ok {
		return models.E(models.CodeNotFound, "")
	}
	one := planning.Public{Elections: plan.Elections, Places: []planning.PublicPlace{place}, Notices: plan.Notices}
	switch ending {
	case "":
		return s.publicPlacePage(r, plan, place)
	case "json":
		return r.json(200, s.publicDocument(one))
	case "ics":
		return s.writeICS(r, one, id)
	case "csv":
		return s.writePublicCSV(r, one, id)
	case "pdf":
		return s.writePoster(r, one, id)
	}
	return models.E(models.CodeNotFound, "")
}

func (s *Server) publicPlacePage(r *Request, plan planning.Public, place planning.PublicPlace) error {
	now := s.now()
	tag, next := r.openState(place, now)
	p := &publicPlacePage{Chrome: Chrome{Crumbs: []Link{{Href: publicPath, Key: "public.title"}}, TitleText: place.Name}, PlaceID: place.ID, Elections: publicElections(plan, now)}
	p.Facts = []Fact{{Name: r.Text("public.now"), Tag: tag}, {Name: r.Text("public.next"), Text: next}, {Name: r.Text("public.last"), Text: r.weekdayDate(place.LastDay())}, {Name: r.Text("public.address"), Text: addressOf(place.Place)}}
	if place.Accessibility != "" {
		p.Facts = append(p.Facts, Fact{Name: r.Text("public.access"), Text: place.Accessibility})
	}
	for _, c := range place.Contacts {
		p.Facts = append(p.Facts, Fact{Name: c.Role, Text: strings.TrimSpace(c.Phone + " " + c.Email)})
	}
	for _, a := range place.Aids {
		p.Aids = append(p.Aids, r.Text("planning.aid."+string(a)))
	}
	p.Table = r.publicHours(plan, place, models.DateOf(now))
	p.Changes = r.publicChanges(plan, place.ID)
	return publicPlaceView.render(r, p)
}

// publicHours lists the days from today on.
func (r *Request) publicHours(plan planning.Public, place planning.PublicPlace, today models.Date) Table {
	t := Table{Caption: r.Text("public.hours"), Empty: r.Text("public.no_more"), Columns: []Column{{Text: r.Text("public.day")}, {Text: r.Text("public.time")}, {Text: r.Text("public.where")}, {Text: r.Text("public.elections")}, {Text: r.Text("public.note")}}}
	names := map[string]string{}
	for _, e := range plan.Elections {
		names[e.ID] = e.Name
	}
	row := func(x models.Session, note Cell) {
		where := x.Room
		if stop, ok := planning.StopOf(place.Place, x); ok {
			where = stop.Name + ", " + stop.Address
		}
		var votes []string
		for _, e := range x.Elections {
			votes = append(votes, names[e])
		}
		t.Rows = append(t.Rows, []Cell{{Text: r.weekdayDate(x.Date())}, {Text: r.clockSpan(x)}, {Text: where}, {Text: strings.Join(votes, ", ")}, note})
	}
	for _, x := range place.Sessions {
		if !x.Date().Before(today) {
			row(x, Cell{Text: x.Note})
		}
	}
	for _, x := range place.Cancelled {
		if !x.Date().Before(today) {
			row(x, Cell{Tag: Tag{"bad", fmt.Sprintf("%s: %s", r.Text("session.state.cancelled"), x.CancelReason)}})
		}
	}
	return t
}
