package public

import (
	"fmt"
	"strings"
	"time"

	"github.com/brevstemme/brevstemme/app/web/site"
	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/language"
	"github.com/brevstemme/brevstemme/models/planning"
)

func (s *Server) publicRoutes() []site.Route {
	return []site.Route{
		site.Get(site.PublicPath, site.Public, s.publicPlaces),
		site.Get(site.PublicPath+".json", site.Public, s.publicJSON),
		site.Get(site.PublicPath+".ics", site.Public, s.publicICS),
		site.Get(site.PublicPath+".csv", site.Public, s.publicCSV),
		site.Get(site.PublicPath+".pdf", site.Public, s.publicPoster),
		site.Get(site.PublicPath+"/:id", site.Public, s.publicPlace), // DOKK, DOKK.json, DOKK.ics, DOKK.csv, DOKK.pdf
	}
}

// publicChange is a change notice as citizens read it.
type publicChange struct {
	Place, Href, Day, Old, New, Reason string
	At                                 time.Time
	Cancelled                          bool
}

type publicPage struct {
	site.Chrome
	Elections []publicElection
	Table     site.Table
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
	site.Chrome
	Facts     []site.Fact
	Table     site.Table
	Changes   []publicChange
	PlaceID   string
	Elections []publicElection
	Aids      []string
}

var (
	publicView      = site.NewView[*publicPage]("public")
	publicPlaceView = site.NewView[*publicPlacePage]("public-place")
)

// publicPlaces lists every place with what is open now.
func (s *Server) publicPlaces(r *site.Request) error {
	plan, err := s.Store.Public(r.Context())
	if err != nil {
		return err
	}
	now := s.Now()
	p := &publicPage{Elections: publicElections(plan, now), Nothing: len(plan.Places) == 0, Edition: editions(r, plan)}
	p.Table = site.Table{Caption: r.Text("public.places"), Empty: r.Text("public.none"), Columns: []site.Column{{Text: r.Text("public.place")}, {Text: r.Text("public.address")}, {Text: r.Text("public.now")}, {Text: r.Text("public.next")}, {Text: r.Text("public.last")}}}
	for _, place := range plan.Places {
		tag, next := openState(r, place, now)
		p.Table.Rows = append(p.Table.Rows, []site.Cell{{Text: place.Name, Href: site.PublicPath + "/" + place.ID}, {Text: site.AddressOf(place.Place)}, {Tag: tag}, {Text: next}, {Text: r.WeekdayDate(place.LastDay())}})
	}
	for _, e := range plan.CalledOff {
		if !e.Date.Before(models.DateOf(now)) {
			p.CalledOff = append(p.CalledOff, e)
		}
	}
	p.Changes = publicChanges(r, plan, "")
	return publicView.Render(r, p)
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
func openState(r *site.Request, p planning.PublicPlace, now time.Time) (site.Tag, string) {
	next := r.Text("public.no_more")
	if x, ok := p.Next(now); ok {
		next = r.WeekdayDate(x.Date()) + " " + r.ClockSpan(x)
		if stop, ok := planning.StopOf(p.Place, x); ok {
			next += ", " + stop.Name
		}
	}
	if x, ok := p.OpenAt(now); ok {
		return site.Tag{Kind: "ok", Text: r.Text("public.open_until", language.Clock(r.Lang, x.Ends.In(models.Copenhagen)))}, next
	}
	return site.Tag{Kind: "plain", Text: r.Text("public.closed_now")}, next
}

// publicChanges are the notices of sessions that still lie ahead or were today.
func publicChanges(r *site.Request, plan planning.Public, place string) []publicChange {
	var out []publicChange
	today := models.DateOf(r.Server.Now())
	for _, n := range plan.Notices {
		p, ok := plan.Find(n.Place)
		if !ok || place != "" && n.Place != place || models.DateOf(n.Starts).Before(today) || n.Kind == planning.Added {
			continue
		}
		c := publicChange{Place: p.Name, Href: site.PublicPath + "/" + p.ID, Day: r.WeekdayDate(models.DateOf(n.Starts)), Old: r.SpanText(n.Starts, n.Ends), Reason: n.Reason, At: n.At, Cancelled: n.Kind == planning.Removed}
		if !c.Cancelled {
			c.New = r.SpanText(n.NewStart, n.NewEnd)
			if models.DateOf(n.NewStart) != models.DateOf(n.Starts) {
				c.New = r.WeekdayDate(models.DateOf(n.NewStart)) + " " + c.New
			}
		}
		out = append(out, c)
	}
	return out
}

// publicPlace is one place: as a page, or as a file when the id has an ending.
func (s *Server) publicPlace(r *site.Request) error {
	id, ending, _ := strings.Cut(r.Param("id"), ".")
	plan, err := s.Store.Public(r.Context())
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
		return r.JSON(200, s.publicDocument(one))
	case "ics":
		return s.writeICS(r, one, id)
	case "csv":
		return s.writePublicCSV(r, one, id)
	case "pdf":
		return s.writePoster(r, one, id)
	}
	return models.E(models.CodeNotFound, "")
}

func (s *Server) publicPlacePage(r *site.Request, plan planning.Public, place planning.PublicPlace) error {
	now := s.Now()
	tag, next := openState(r, place, now)
	p := &publicPlacePage{Chrome: site.Chrome{Crumbs: []site.Link{{Href: site.PublicPath, Key: "public.title"}}, TitleText: place.Name}, PlaceID: place.ID, Elections: publicElections(plan, now)}
	p.Facts = []site.Fact{{Name: r.Text("public.now"), Tag: tag}, {Name: r.Text("public.next"), Text: next}, {Name: r.Text("public.last"), Text: r.WeekdayDate(place.LastDay())}, {Name: r.Text("public.address"), Text: site.AddressOf(place.Place)}}
	if place.Accessibility != "" {
		p.Facts = append(p.Facts, site.Fact{Name: r.Text("public.access"), Text: place.Accessibility})
	}
	for _, c := range place.Contacts {
		p.Facts = append(p.Facts, site.Fact{Name: c.Role, Text: strings.TrimSpace(c.Phone + " " + c.Email)})
	}
	for _, a := range place.Aids {
		p.Aids = append(p.Aids, r.Text("planning.aid."+string(a)))
	}
	p.Table = publicHours(r, plan, place, models.DateOf(now))
	p.Changes = publicChanges(r, plan, place.ID)
	return publicPlaceView.Render(r, p)
}

// publicHours lists the days from today on.
func publicHours(r *site.Request, plan planning.Public, place planning.PublicPlace, today models.Date) site.Table {
	t := site.Table{Caption: r.Text("public.hours"), Empty: r.Text("public.no_more"), Columns: []site.Column{{Text: r.Text("public.day")}, {Text: r.Text("public.time")}, {Text: r.Text("public.where")}, {Text: r.Text("public.elections")}, {Text: r.Text("public.note")}}}
	names := map[string]string{}
	for _, e := range plan.Elections {
		names[e.ID] = e.Name
	}
	row := func(x models.Session, note site.Cell) {
		where := x.Room
		if stop, ok := planning.StopOf(place.Place, x); ok {
			where = stop.Name + ", " + stop.Address
		}
		var votes []string
		for _, e := range x.Elections {
			votes = append(votes, names[e])
		}
		t.Rows = append(t.Rows, []site.Cell{{Text: r.WeekdayDate(x.Date())}, {Text: r.ClockSpan(x)}, {Text: where}, {Text: strings.Join(votes, ", ")}, note})
	}
	for _, x := range place.Sessions {
		if !x.Date().Before(today) {
			row(x, site.Cell{Text: x.Note})
		}
	}
	for _, x := range place.Cancelled {
		if !x.Date().Before(today) {
			row(x, site.Cell{Tag: site.Tag{Kind: "bad", Text: fmt.Sprintf("%s: %s", r.Text("session.state.cancelled"), x.CancelReason)}})
		}
	}
	return t
}
