package web

import (
	"slices"
	"strconv"

	custodypages "github.com/brevstemme/brevstemme/app/web/custody"
	deskpages "github.com/brevstemme/brevstemme/app/web/desk"
	"github.com/brevstemme/brevstemme/app/web/site"
	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/desk"
	"github.com/brevstemme/brevstemme/models/language"
)

func (s *Server) listRoutes() []site.Route {
	return []site.Route{
		site.Get("/lister", custodypages.BoardReaders, s.lists).InMenu("nav.lists"),
		site.Post("/lister", site.Coordinator, s.listAdd),
		site.Get("/lister/:version", custodypages.BoardReaders, s.list),
		site.Post("/lister/:version", site.Desk, s.listChange),
		site.Get("/lister/:version/tilbagekaldelse.pdf", custodypages.BoardReaders, deskpages.At(s.Server).RecallPDF),
		site.Get("/noedblokke/:pad/noedblok.pdf", site.Planners, deskpages.At(s.Server).PadPDF),
		site.Get("/noedblokke", site.Planners, s.pads).InMenu("nav.pads"),
		site.Post("/noedblokke", site.Planners, s.padIssue),
	}
}

type listsPage struct {
	site.Chrome
	Table     site.Table
	Elections []site.Option
	Kinds     []site.Option
	CanAdd    bool
}

var listsView = site.NewView[*listsPage]("lists")

func (s *Server) listsPage(r *site.Request) (*listsPage, error) {
	versions, err := s.Store.ListVersions(r.Context(), "")
	if err != nil {
		return nil, err
	}
	elections, err := s.Store.Elections(r.Context())
	if err != nil {
		return nil, err
	}
	p := &listsPage{CanAdd: r.Account.Is(models.RoleCoordinator)}
	for _, e := range elections {
		if e.State == models.ElectionPlanned || e.State == models.ElectionRunning {
			p.Elections = append(p.Elections, site.Option{Value: e.ID, Text: site.WordAndName(e)})
		}
	}
	for _, k := range desk.NoticeKinds {
		p.Kinds = append(p.Kinds, site.Option{Value: string(k), Text: r.Text("desk.notice_kind." + string(k)), Checked: k == desk.NoticeList})
	}
	p.Table = site.Table{Caption: r.Text("lists.title"), Quiet: true, Empty: r.Text("lists.empty"), Columns: []site.Column{{Text: r.Text("lists.name")}, {Text: r.Text("desk.elections")}, {Text: r.Text("lists.kind")}, {Text: r.Text("lists.number")}, {Text: r.Text("lists.fetched")}, {Text: r.Text("desk.state")}}}
	for _, v := range versions {
		tag := site.Tag{Kind: "ok", Text: r.Text("lists.right")}
		if v.Wrong != "" {
			tag = site.Tag{Kind: "bad", Text: r.Text("lists.recalled")}
		}
		p.Table.Rows = append(p.Table.Rows, []site.Cell{{Text: v.Name, Href: "/lister/" + v.ID}, {Text: v.Election}, {Text: r.Text("desk.notice_kind." + string(v.Kind))}, {Text: v.ID, Serial: true}, {Text: language.Moment(r.Lang, v.FetchedAt.In(models.Copenhagen))}, {Tag: tag}})
	}
	return p, nil
}

// lists shows the versions of candidate lists and notices.
func (s *Server) lists(r *site.Request) error {
	p, err := s.listsPage(r)
	if err != nil {
		return err
	}
	return listsView.Render(r, p)
}

// listAdd enters a version that was fetched or printed.
func (s *Server) listAdd(r *site.Request) error {
	p, err := s.listsPage(r)
	if err != nil {
		return err
	}
	v, err := s.Store.NewListVersion(r.Context(), r.Act(), r.Field("election"), desk.NoticeKind(r.Field("kind")), r.Field("name"), r.Field("source"))
	if err != nil {
		return listsView.Again(r, err, p)
	}
	return r.Done("/lister/"+v.ID, "lists.added", v.Name)
}

type listPage struct {
	site.Chrome
	Version   desk.ListVersion
	Facts     []site.Fact
	Showings  site.Table
	Votes     int
	Places    []site.Option
	Up        []site.Option // where it hangs now, to be taken down
	From      string
	Until     string
	CanRecall bool
	CanHang   bool
}

var listView = site.NewView[*listPage]("list")

// listPage answers which places showed the version between two instants, and
// how many votes were received there then.
func (s *Server) listPage(r *site.Request) (*listPage, error) {
	v, err := s.Store.ListVersion(r.Context(), r.Param("version"))
	if err != nil {
		return nil, err
	}
	p := &listPage{Chrome: site.Chrome{TitleText: v.Name, Crumbs: []site.Link{{Href: "/lister", Key: "lists.title"}}}, Version: v,
		From: r.Query("fra"), Until: r.Query("til"), CanRecall: r.Account.Is(models.RoleCoordinator) && v.Wrong == "", CanHang: r.Account.Is(site.Desk...) && v.Wrong == ""}
	p.Facts = []site.Fact{{Name: r.Text("lists.number"), Text: v.ID, Serial: true}, {Name: r.Text("desk.elections"), Text: v.Election}, {Name: r.Text("lists.kind"), Text: r.Text("desk.notice_kind." + string(v.Kind))},
		{Name: r.Text("lists.source"), Text: v.Source}, {Name: r.Text("lists.fetched"), Text: language.Moment(r.Lang, v.FetchedAt.In(models.Copenhagen))}}
	if v.Wrong != "" {
		p.Facts = append(p.Facts, site.Fact{Name: r.Text("lists.recalled"), Text: v.Wrong})
	}
	from, err := site.WallTime(p.From)
	if err != nil {
		return nil, err
	}
	until, err := site.WallTime(p.Until)
	if err != nil {
		return nil, err
	}
	shown, err := s.Store.Showings(r.Context(), v.ID, from, until)
	if err != nil {
		return nil, err
	}
	names, err := s.PlaceNames(r)
	if err != nil {
		return nil, err
	}
	p.Showings = site.Table{Caption: r.Text("lists.shown"), Empty: r.Text("lists.shown_nowhere"), Columns: []site.Column{{Text: r.Text("desk.place")}, {Text: r.Text("desk.from")}, {Text: r.Text("desk.until")}, {Text: r.Text("lists.votes"), Number: true}}}
	for _, x := range shown {
		until := language.Moment(r.Lang, x.Until.In(models.Copenhagen))
		if x.StillUp {
			until = r.Text("lists.hangs")
		}
		p.Showings.Rows = append(p.Showings.Rows, []site.Cell{{Text: names[x.Place]}, {Text: language.Moment(r.Lang, x.From.In(models.Copenhagen))}, {Text: until}, {Text: language.Number(r.Lang, int64(x.Votes))}})
		p.Votes += x.Votes
	}
	if len(shown) > 0 {
		p.Showings.Foot = []site.Cell{{Text: r.Text("lists.total")}, {}, {}, {Text: language.Number(r.Lang, int64(p.Votes))}}
	}
	places, err := s.Store.Places(r.Context())
	if err != nil {
		return nil, err
	}
	for _, x := range places {
		if r.Act().MayActAt(x.ID) && x.Kind != models.PlaceReception {
			p.Places = append(p.Places, site.Option{Value: x.ID, Text: x.Name})
		}
	}
	return p, s.hangingNow(r, p, names)
}

func (s *Server) hangingNow(r *site.Request, p *listPage, names map[string]string) error {
	for _, o := range p.Places {
		up, err := s.Store.NoticesUp(r.Context(), o.Value)
		if err != nil {
			return err
		}
		i := slices.IndexFunc(up, func(n desk.Notice) bool { return n.Version == p.Version.ID })
		if i >= 0 {
			p.Up = append(p.Up, site.Option{Value: up[i].ID, Text: names[o.Value]})
		}
	}
	return nil
}

func (s *Server) list(r *site.Request) error {
	p, err := s.listPage(r)
	if err != nil {
		return err
	}
	return listView.Render(r, p)
}

// listChange hangs up, takes down or recalls.
func (s *Server) listChange(r *site.Request) error {
	p, err := s.listPage(r)
	if err != nil {
		return err
	}
	at, err := site.WallTime(r.Field("at"))
	if err != nil {
		return listView.Again(r, err, p)
	}
	message := "lists.hung"
	switch r.Field("do") {
	case "hang":
		_, err = s.Store.HangUp(r.Context(), r.Act(), p.Version.ID, r.Field("place"), at)
	case "down":
		message = "lists.down"
		err = s.Store.TakeDown(r.Context(), r.Act(), r.Field("notice"), at)
	case "recall":
		message = "lists.recall_done"
		err = s.Store.RecallVersion(r.Context(), r.Act(), p.Version.ID, r.Field("why"))
	default:
		err = models.Invalid("do", "desk.act_unknown")
	}
	if err != nil {
		return listView.Again(r, err, p)
	}
	return r.Done("/lister/"+p.Version.ID, message)
}

type padsPage struct {
	site.Chrome
	Pads   site.Table
	Forms  site.Table
	Places []site.Option
}

var padsView = site.NewView[*padsPage]("pads")

func (s *Server) padsPage(r *site.Request) (*padsPage, error) {
	p := &padsPage{}
	places, err := s.Store.Places(r.Context())
	if err != nil {
		return nil, err
	}
	names := map[string]string{}
	for _, x := range places {
		names[x.ID] = x.Name
		if r.Act().MayActAt(x.ID) && x.Kind != models.PlaceReception {
			p.Places = append(p.Places, site.Option{Value: x.ID, Text: x.Name})
		}
	}
	pads, err := s.Store.Pads(r.Context())
	if err != nil {
		return nil, err
	}
	forms, err := s.Store.PadForms(r.Context(), "", true)
	if err != nil {
		return nil, err
	}
	p.Pads = site.Table{Caption: r.Text("pads.pads"), Empty: r.Text("pads.empty"), Columns: []site.Column{{Text: r.Text("pads.pad")}, {Text: r.Text("desk.place")}, {Text: r.Text("pads.issued")}, {Text: r.Text("desk.how_many"), Number: true}, {Text: r.Text("pads.open"), Number: true}}}
	for _, x := range pads {
		if !r.Act().MayActAt(x.Place) {
			continue
		}
		open := 0
		for _, f := range forms {
			if f.Pad == x.ID && (f.State == desk.PadIssued || f.State == desk.PadTyped) {
				open++
			}
		}
		p.Pads.Rows = append(p.Pads.Rows, []site.Cell{{Text: models.GroupSerial(x.ID), Href: "/noedblokke/" + x.ID + "/noedblok.pdf"}, {Text: names[x.Place]}, {Text: language.Moment(r.Lang, x.IssuedAt.In(models.Copenhagen))}, {Text: strconv.Itoa(len(x.Forms))}, {Text: strconv.Itoa(open)}})
	}
	forms = slices.DeleteFunc(forms, func(f desk.PadForm) bool { return !r.Act().MayActAt(f.Place) })
	p.Forms = deskpages.At(s.Server).PadTable(r, forms, names)
	return p, nil
}

// pads shows the emergency pads: every number ends as used, spoiled or returned.
func (s *Server) pads(r *site.Request) error {
	p, err := s.padsPage(r)
	if err != nil {
		return err
	}
	return padsView.Render(r, p)
}

// padIssue reserves numbers and issues a pad to a place.
func (s *Server) padIssue(r *site.Request) error {
	p, err := s.padsPage(r)
	if err != nil {
		return err
	}
	n, err := r.Count("n")
	if err == nil {
		_, err = s.Store.IssuePad(r.Context(), r.Act(), r.Field("place"), n)
	}
	if err != nil {
		return padsView.Again(r, err, p)
	}
	return r.Done("/noedblokke", "pads.done")
}
