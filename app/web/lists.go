package web

import (
	"errors"
	"slices"
	"strconv"
	"time"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/custody"
	"github.com/brevstemme/brevstemme/models/language"
)

func (s *Server) listRoutes() []Route {
	return []Route{
		get("/lister", boardReaders, s.lists).nav("nav.lists"),
		post("/lister", coordinator, s.listAdd),
		get("/lister/:version", boardReaders, s.list),
		post("/lister/:version", desk, s.listChange),
		get("/lister/:version/tilbagekaldelse.pdf", boardReaders, s.recallPDF),
		get("/noedblokke/:pad/noedblok.pdf", planners, s.padPDF),
		get("/noedblokke", planners, s.pads).nav("nav.pads"),
		post("/noedblokke", planners, s.padIssue),
	}
}

type listsPage struct {
	Chrome
	Table     Table
	Elections []Option
	Kinds     []Option
	CanAdd    bool
}

var listsView = newView[*listsPage]("lists")

func (s *Server) listsPage(r *Request) (*listsPage, error) {
	versions, err := s.store.ListVersions(r.Context(), "")
	if err != nil {
		return nil, err
	}
	elections, err := s.store.Elections(r.Context())
	if err != nil {
		return nil, err
	}
	p := &listsPage{CanAdd: r.Account.Is(models.RoleCoordinator)}
	for _, e := range elections {
		if e.State == models.ElectionPlanned || e.State == models.ElectionRunning {
			p.Elections = append(p.Elections, Option{Value: e.ID, Text: e.Word + " – " + e.Name})
		}
	}
	for _, k := range custody.NoticeKinds {
		p.Kinds = append(p.Kinds, Option{Value: string(k), Text: r.Text("desk.notice_kind." + string(k)), Checked: k == custody.NoticeList})
	}
	p.Table = Table{Caption: r.Text("lists.title"), Quiet: true, Empty: r.Text("lists.empty"), Columns: []Column{{Text: r.Text("lists.name")}, {Text: r.Text("desk.elections")}, {Text: r.Text("lists.kind")}, {Text: r.Text("lists.number")}, {Text: r.Text("lists.fetched")}, {Text: r.Text("desk.state")}}}
	for _, v := range versions {
		tag := Tag{"ok", r.Text("lists.right")}
		if v.Wrong != "" {
			tag = Tag{"bad", r.Text("lists.recalled")}
		}
		p.Table.Rows = append(p.Table.Rows, []Cell{{Text: v.Name, Href: "/lister/" + v.ID}, {Text: v.Election}, {Text: r.Text("desk.notice_kind." + string(v.Kind))}, {Text: v.ID, Serial: true}, {Text: language.Moment(r.Lang, v.FetchedAt.In(models.Copenhagen))}, {Tag: tag}})
	}
	return p, nil
}

// lists shows the versions of candidate lists and notices.
func (s *Server) lists(r *Request) error {
	p, err := s.listsPage(r)
	if err != nil {
		return err
	}
	return listsView.render(r, p)
}

// listAdd enters a version that was fetched or printed.
func (s *Server) listAdd(r *Request) error {
	p, err := s.listsPage(r)
	if err != nil {
		return err
	}
	v, err := s.store.NewListVersion(r.Context(), r.act(), r.Field("election"), custody.NoticeKind(r.Field("kind")), r.Field("name"), r.Field("source"))
	if err != nil {
		return listsView.again(r, err, p)
	}
	return r.done("/lister/"+v.ID, "lists.added", v.Name)
}

type listPage struct {
	Chrome
	Version   custody.ListVersion
	Facts     []Fact
	Showings  Table
	Votes     int
	Places    []Option
	Up        []Option // where it hangs now, to be taken down
	From      string
	Until     string
	CanRecall bool
	CanHang   bool
}

var listView = newView[*listPage]("list")

// listPage answers which places showed the version between two instants, and
// how many votes were received there then.
func (s *Server) listPage(r *Request) (*listPage, error) {
	v, err := s.store.ListVersion(r.Context(), r.Param("version"))
	if err != nil {
		return nil, err
	}
	p := &listPage{Chrome: Chrome{TitleText: v.Name, Crumbs: []Link{{Href: "/lister", Key: "lists.title"}}}, Version: v,
		From: r.Query("fra"), Until: r.Query("til"), CanRecall: r.Account.Is(models.RoleCoordinator) && v.Wrong == "", CanHang: r.Account.Is(desk...) && v.Wrong == ""}
	p.Facts = []Fact{{Name: r.Text("lists.number"), Text: v.ID, Serial: true}, {Name: r.Text("desk.elections"), Text: v.Election}, {Name: r.Text("lists.kind"), Text: r.Text("desk.notice_kind." + string(v.Kind))},
		{Name: r.Text("lists.source"), Text: v.Source}, {Name: r.Text("lists.fetched"), Text: language.Moment(r.Lang, v.FetchedAt.In(models.Copenhagen))}}
	if v.Wrong != "" {
		p.Facts = append(p.Facts, Fact{Name: r.Text("lists.recalled"), Text: v.Wrong})
	}
	from, err := wallTime(p.From)
	if err != nil {
		return nil, err
	}
	until, err := wallTime(p.Until)
	if err != nil {
		return nil, err
	}
	shown, err := s.store.Showings(r.Context(), v.ID, from, until)
	if err != nil {
		return nil, err
	}
	names, err := s.placeNames(r)
	if err != nil {
		return nil, err
	}
	p.Showings = Table{Caption: r.Text("lists.shown"), Empty: r.Text("lists.shown_nowhere"), Columns: []Column{{Text: r.Text("desk.place")}, {Text: r.Text("desk.from")}, {Text: r.Text("desk.until")}, {Text: r.Text("lists.votes"), Number: true}}}
	for _, x := range shown {
		until := language.Moment(r.Lang, x.Until.In(models.Copenhagen))
		if x.StillUp {
			until = r.Text("lists.hangs")
		}
		p.Showings.Rows = append(p.Showings.Rows, []Cell{{Text: names[x.Place]}, {Text: language.Moment(r.Lang, x.From.In(models.Copenhagen))}, {Text: until}, {Text: language.Number(r.Lang, int64(x.Votes))}})
		p.Votes += x.Votes
	}
	if len(shown) > 0 {
		p.Showings.Foot = []Cell{{Text: r.Text("lists.total")}, {}, {}, {Text: language.Number(r.Lang, int64(p.Votes))}}
	}
	places, err := s.store.Places(r.Context())
	if err != nil {
		return nil, err
	}
	for _, x := range places {
		if r.act().MayActAt(x.ID) && x.Kind != models.PlaceReception {
			p.Places = append(p.Places, Option{Value: x.ID, Text: x.Name})
		}
	}
	return p, s.hangingNow(r, p, names)
}

func (s *Server) hangingNow(r *Request, p *listPage, names map[string]string) error {
	for _, o := range p.Places {
		up, err := s.store.NoticesUp(r.Context(), o.Value)
		if err != nil {
			return err
		}
		i := slices.IndexFunc(up, func(n custody.Notice) bool { return n.Version == p.Version.ID })
		if i >= 0 {
			p.Up = append(p.Up, Option{Value: up[i].ID, Text: names[o.Value]})
		}
	}
	return nil
}

// wallTime reads date and time (models.ParseMoment) or a day alone, from its
// first minute on; "" is no time.
func wallTime(s string) (time.Time, error) {
	if s == "" {
		return time.Time{}, nil
	}
	if d, err := models.ParseDay(s); err == nil {
		return d.At(0, 0), nil
	}
	t, err := models.ParseMoment(s)
	if errors.Is(err, models.E(models.CodeInvalid, "error.date")) {
		err = models.Invalid("fra", "form.not_a_date", s)
	}
	return t, err
}

func (s *Server) list(r *Request) error {
	p, err := s.listPage(r)
	if err != nil {
		return err
	}
	return listView.render(r, p)
}

// listChange hangs up, takes down or recalls.
func (s *Server) listChange(r *Request) error {
	p, err := s.listPage(r)
	if err != nil {
		return err
	}
	at, err := wallTime(r.Field("at"))
	if err != nil {
		return listView.again(r, err, p)
	}
	message := "lists.hung"
	switch r.Field("do") {
	case "hang":
		_, err = s.store.HangUp(r.Context(), r.act(), p.Version.ID, r.Field("place"), at)
	case "down":
		message = "lists.down"
		err = s.store.TakeDown(r.Context(), r.act(), r.Field("notice"), at)
	case "recall":
		message = "lists.recall_done"
		err = s.store.RecallVersion(r.Context(), r.act(), p.Version.ID, r.Field("why"))
	default:
		err = models.Invalid("do", "desk.act_unknown")
	}
	if err != nil {
		return listView.again(r, err, p)
	}
	return r.done("/lister/"+p.Version.ID, message)
}

type padsPage struct {
	Chrome
	Pads   Table
	Forms  Table
	Places []Option
}

var padsView = newView[*padsPage]("pads")

func (s *Server) padsPage(r *Request) (*padsPage, error) {
	p := &padsPage{}
	places, err := s.store.Places(r.Context())
	if err != nil {
		return nil, err
	}
	names := map[string]string{}
	for _, x := range places {
		names[x.ID] = x.Name
		if r.act().MayActAt(x.ID) && x.Kind != models.PlaceReception {
			p.Places = append(p.Places, Option{Value: x.ID, Text: x.Name})
		}
	}
	pads, err := s.store.Pads(r.Context())
	if err != nil {
		return nil, err
	}
	forms, err := s.store.PadForms(r.Context(), "", true)
	if err != nil {
		return nil, err
	}
	p.Pads = Table{Caption: r.Text("pads.pads"), Empty: r.Text("pads.empty"), Columns: []Column{{Text: r.Text("pads.pad")}, {Text: r.Text("desk.place")}, {Text: r.Text("pads.issued")}, {Text: r.Text("desk.how_many"), Number: true}, {Text: r.Text("pads.open"), Number: true}}}
	for _, x := range pads {
		if !r.act().MayActAt(x.Place) {
			continue
		}
		open := 0
		for _, f := range forms {
			if f.Pad == x.ID && (f.State == custody.PadIssued || f.State == custody.PadTyped) {
				open++
			}
		}
		p.Pads.Rows = append(p.Pads.Rows, []Cell{{Text: models.GroupSerial(x.ID), Href: "/noedblokke/" + x.ID + "/noedblok.pdf"}, {Text: names[x.Place]}, {Text: language.Moment(r.Lang, x.IssuedAt.In(models.Copenhagen))}, {Text: strconv.Itoa(len(x.Forms))}, {Text: strconv.Itoa(open)}})
	}
	forms = slices.DeleteFunc(forms, func(f custody.PadForm) bool { return !r.act().MayActAt(f.Place) })
	p.Forms = s.padTable(r, forms, names)
	return p, nil
}

// pads shows the emergency pads: every number ends as used, spoiled or returned.
func (s *Server) pads(r *Request) error {
	p, err := s.padsPage(r)
	if err != nil {
		return err
	}
	return padsView.render(r, p)
}

// padIssue reserves numbers and issues a pad to a place.
func (s *Server) padIssue(r *Request) error {
	p, err := s.padsPage(r)
	if err != nil {
		return err
	}
	n, err := r.Count("n")
	if err == nil {
		_, err = s.store.IssuePad(r.Context(), r.act(), r.Field("place"), n)
	}
	if err != nil {
		return padsView.again(r, err, p)
	}
	return r.done("/noedblokke", "pads.done")
}
