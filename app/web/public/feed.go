package public

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/emersion/go-ical"

	"github.com/brevstemme/brevstemme/app/web/site"
	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/planning"
	"github.com/brevstemme/brevstemme/models/schedule"
	"github.com/brevstemme/brevstemme/pdf"
)

// PublicList is /brevstemmesteder.json: the published plan for programs. Times
// are RFC 3339 with Copenhagen's offset, days YYYY-MM-DD.
type PublicList struct {
	Municipality string             `json:"municipality"` // kommunekode
	Elections    []PublicVote       `json:"elections"`
	Places       []PublicListPlace  `json:"places"`
	Changes      []PublicListChange `json:"changes"`
	Versions     []planning.Edition `json:"versions"` // of each election's plan
}

// PublicVote is one election of the list.
type PublicVote struct {
	ID    string      `json:"id"`
	Type  string      `json:"type"`
	Name  string      `json:"name"`
	Date  models.Date `json:"date"`
	First models.Date `json:"first"`
	Last  models.Date `json:"last"`
}

// PublicListPlace is one place; OpenUntil and NextStart are empty for none.
type PublicListPlace struct {
	ID            string              `json:"id"`
	Name          string              `json:"name"`
	Kind          string              `json:"kind"`
	Address       string              `json:"address"`
	Postcode      string              `json:"postcode"`
	City          string              `json:"city"`
	Lat           float64             `json:"lat"`
	Lon           float64             `json:"lon"`
	Accessibility string              `json:"accessibility"`
	Aids          []models.Aid        `json:"aids"`
	OpenUntil     string              `json:"open_until"`
	NextStart     string              `json:"next_start"`
	LastDay       models.Date         `json:"last_day"`
	Sessions      []PublicListSession `json:"sessions"`
}

// PublicListSession is one opening; Cancelled ones stay in the list.
type PublicListSession struct {
	ID        string   `json:"id"`
	Starts    string   `json:"starts"`
	Ends      string   `json:"ends"`
	Elections []string `json:"elections"`
	Room      string   `json:"room"`
	Stop      string   `json:"stop"`
	Note      string   `json:"note"`
	Sequence  int      `json:"sequence"`
	Cancelled bool     `json:"cancelled"`
}

// PublicListChange is a change after publishing: old and new times.
type PublicListChange struct {
	Session  string `json:"session"`
	Place    string `json:"place"`
	Kind     string `json:"kind"`
	Starts   string `json:"starts"`
	Ends     string `json:"ends"`
	NewStart string `json:"new_start"`
	NewEnd   string `json:"new_end"`
	Reason   string `json:"reason"`
	At       string `json:"at"`
	Version  int    `json:"version"`
}

func rfc(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.In(models.Copenhagen).Format(time.RFC3339)
}

func (s *Server) publicJSON(r *site.Request) error {
	plan, err := s.Store.Public(r.Context())
	if err != nil {
		return err
	}
	return r.JSON(200, s.publicDocument(plan))
}

func (s *Server) publicDocument(plan planning.Public) PublicList {
	now := s.Now()
	out := PublicList{Municipality: s.Municipality, Elections: []PublicVote{}, Places: []PublicListPlace{}, Changes: []PublicListChange{}, Versions: append([]planning.Edition{}, plan.Editions...)}
	for _, e := range plan.Elections {
		out.Elections = append(out.Elections, PublicVote{e.ID, string(e.Type), e.Name, e.Date, e.First, e.Last})
	}
	for _, p := range plan.Places {
		l := PublicListPlace{ID: p.ID, Name: p.Name, Kind: string(p.Kind), Address: p.Address, Postcode: p.Postcode, City: p.City, Lat: p.Lat, Lon: p.Lon,
			Accessibility: p.Accessibility, Aids: append([]models.Aid{}, p.Aids...), LastDay: p.LastDay(), Sessions: []PublicListSession{}}
		if x, ok := p.OpenAt(now); ok {
			l.OpenUntil = rfc(x.Ends)
		}
		if x, ok := p.Next(now); ok {
			l.NextStart = rfc(x.Starts)
		}
		for _, x := range append(p.Sessions[:len(p.Sessions):len(p.Sessions)], p.Cancelled...) {
			stop, _ := planning.StopOf(p.Place, x)
			l.Sessions = append(l.Sessions, PublicListSession{x.ID, rfc(x.Starts), rfc(x.Ends), x.Elections, x.Room, stop.Name, x.Note, x.Sequence, x.State == models.SessionCancelled})
		}
		out.Places = append(out.Places, l)
	}
	for _, n := range plan.Notices {
		if _, ok := plan.Find(n.Place); ok {
			out.Changes = append(out.Changes, PublicListChange{n.Session, n.Place, string(n.Kind), rfc(n.Starts), rfc(n.Ends), rfc(n.NewStart), rfc(n.NewEnd), n.Reason, rfc(n.At), n.Version})
		}
	}
	return out
}

func (s *Server) publicICS(r *site.Request) error {
	plan, err := s.Store.Public(r.Context())
	if err != nil {
		return err
	}
	return s.writeICS(r, plan, "")
}

// writeICS answers with the sessions as iCalendar (RFC 5545). The UID of a
// session never changes; SEQUENCE grows with each change after publishing.
func (s *Server) writeICS(r *site.Request, plan planning.Public, place string) error {
	cal := site.NewCalendar(r.Text("public.title"))
	stamp := s.Now()
	names := map[string]string{}
	for _, e := range plan.Elections {
		names[e.ID] = e.Name
	}
	for _, p := range plan.Places {
		for _, x := range append(p.Sessions[:len(p.Sessions):len(p.Sessions)], p.Cancelled...) {
			e := ical.NewEvent()
			e.Props.SetText(ical.PropUID, x.ID+"@"+s.Municipality+".brevstemme")
			e.Props.SetDateTime(ical.PropDateTimeStamp, stamp.UTC())
			site.ICalTime(e, ical.PropDateTimeStart, x.Starts)
			site.ICalTime(e, ical.PropDateTimeEnd, x.Ends)
			e.Props.Set(&ical.Prop{Name: ical.PropSequence, Value: fmt.Sprint(x.Sequence)})
			e.Props.SetText(ical.PropSummary, r.Text("public.ics_summary", p.Name))
			where := site.AddressOf(p.Place)
			if stop, ok := planning.StopOf(p.Place, x); ok {
				where = stop.Name + ", " + stop.Address
			}
			e.Props.SetText(ical.PropLocation, where)
			var votes []string
			for _, id := range x.Elections {
				votes = append(votes, names[id])
			}
			e.Props.SetText(ical.PropDescription, strings.TrimSpace(strings.Join(votes, ", ")+"\n"+x.Note))
			e.SetStatus(map[bool]ical.EventStatus{true: ical.EventCancelled, false: ical.EventConfirmed}[x.State == models.SessionCancelled])
			cal.Children = append(cal.Children, e.Component)
		}
	}
	return r.Calendar(cal, "brevstemmesteder", place)
}

func (s *Server) publicCSV(r *site.Request) error {
	plan, err := s.Store.Public(r.Context())
	if err != nil {
		return err
	}
	return s.writePublicCSV(r, plan, "")
}

// publicKinds are our kinds as the columns of a published list name them.
var publicKinds = map[models.PlaceKind]string{models.PlaceLibrary: "library", models.PlaceCitizenService: "borgerservice"}

// writePublicCSV answers with the columns of schedule.Columns, a row per
// session, so that our own check reads the list that we publish.
func (s *Server) writePublicCSV(r *site.Request, plan planning.Public, place string) error {
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	rows := [][]string{schedule.Columns}
	for _, p := range plan.Places {
		for _, x := range p.Sessions {
			name, address := p.Name, p.Address
			if stop, ok := planning.StopOf(p.Place, x); ok {
				name, address = p.Name+", "+stop.Name, stop.Address
			}
			kind, ok := publicKinds[p.Kind]
			if !ok {
				kind = "other"
			}
			clock := func(t time.Time) string { return t.In(models.Copenhagen).Format("15:04") }
			rows = append(rows, []string{site.SafeCell(name), site.SafeCell(address), p.Postcode, site.SafeCell(p.City), kind, x.Date().String(), clock(x.Starts), clock(x.Ends), site.SafeCell(x.Note), s.BaseURL + site.PublicPath})
		}
	}
	if err := w.WriteAll(rows); err != nil {
		return err
	}
	return r.File("text/csv; charset=utf-8", site.FileName("brevstemmesteder", place)+".csv", false, b.Bytes())
}

func (s *Server) publicPoster(r *site.Request) error {
	plan, err := s.Store.Public(r.Context())
	if err != nil {
		return err
	}
	return s.writePoster(r, plan, "")
}

// writePoster answers with the hours as a poster, A4 or (?ark=a3) A3, in the
// language of the page.
func (s *Server) writePoster(r *site.Request, plan planning.Public, place string) error {
	if len(plan.Places) == 0 {
		return models.E(models.CodeNotFound, "")
	}
	m, _ := models.MunicipalityByCode(s.Municipality)
	today := models.DateOf(s.Now())
	p := pdf.Poster{Form: pdf.Form{Lang: r.Lang, Municipality: m.Name + " Kommune", Number: pdf.Number(pdf.TypePoster, 1), PrintedAt: today.At(0, 0), Version: s.Version}, A3: r.Query("ark") == "a3", URL: s.BaseURL + site.PublicPath}
	if place != "" {
		p.URL += "/" + place
	}
	p.Edition = editions(r, plan)
	var names []string
	for _, e := range plan.Elections {
		if !receivedFor(plan.Places, e.ID, today) {
			continue
		}
		if names = append(names, e.Name); len(names) == 1 {
			p.Form.Election = pdf.Election{Colour: e.Colour, Word: e.Word, Date: e.Date}
		}
	}
	p.Form.Election.Name = strings.Join(names, " · ")
	for _, x := range plan.Places {
		q := pdf.PosterPlace{Name: x.Name, Address: site.AddressOf(x.Place), Access: x.Accessibility, Hours: posterHours(x, today)}
		if len(q.Hours) > 0 {
			p.Places = append(p.Places, q)
		}
		if d := x.LastDay(); d.After(p.Last) {
			p.Last = d
		}
	}
	if len(p.Places) == 0 { // after the last day there is nowhere to send people
		return models.E(models.CodeNotFound, "")
	}
	var b bytes.Buffer
	if err := pdf.Write(&b, p); err != nil {
		return err
	}
	return r.File("application/pdf", site.FileName("plakat", place)+".pdf", true, b.Bytes())
}

// receivedFor tells whether votes for an election are still received at any of the places.
func receivedFor(places []planning.PublicPlace, election string, today models.Date) bool {
	for _, p := range places {
		for _, x := range p.Sessions {
			if !x.Date().Before(today) && slices.Contains(x.Elections, election) {
				return true
			}
		}
	}
	return false
}

// editions says which version of which plan is shown, and which it replaces.
func editions(r *site.Request, plan planning.Public) string {
	names := map[string]string{}
	for _, e := range plan.Elections {
		names[e.ID] = e.Name
	}
	var out []string
	for _, v := range plan.Editions {
		key, args := "public.edition", []any{names[v.Election], v.Number, r.Moment(v.At)}
		if v.Number > 1 {
			key, args = "public.edition_replaces", append(args, v.Number-1)
		}
		out = append(out, r.Text(key, args...))
	}
	return strings.Join(out, " ")
}

// posterHours joins days in a row that have the same hours.
func posterHours(p planning.PublicPlace, today models.Date) []pdf.PosterHours {
	var out []pdf.PosterHours
	for _, x := range p.Sessions {
		d := x.Date()
		if d.Before(today) {
			continue
		}
		from, to := x.Starts.In(models.Copenhagen), x.Ends.In(models.Copenhagen)
		if n := len(out); n > 0 && out[n-1].Until.Add(1) == d && sameClock(out[n-1].From, from) && sameClock(out[n-1].To, to) {
			out[n-1].Until = d
			continue
		}
		out = append(out, pdf.PosterHours{From: from, To: to, Until: d})
	}
	return out
}

func sameClock(a, b time.Time) bool { return a.Hour() == b.Hour() && a.Minute() == b.Minute() }
