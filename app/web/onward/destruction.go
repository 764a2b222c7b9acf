package onward

import (
	"mime"
	"net/http"

	custodypages "github.com/brevstemme/brevstemme/app/web/custody"
	"github.com/brevstemme/brevstemme/app/web/site"
	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/onward"
	"github.com/brevstemme/brevstemme/pdf"
)

func (s *Server) destructionRoutes() []site.Route {
	const base = "/tilintetgoerelse"
	return []site.Route{
		site.Get(base, site.OfficeReaders, s.pick(base, "onward.destruction")).InMenu("nav.destruction"),
		site.Get(base+"/:election", site.OfficeReaders, show(s.destructionPage)),
		site.Post(base+"/:election", site.Coordinator, s.destructionDo),
		site.Get(base+"/:election/arkiv.zip", custodypages.BalanceReaders, s.archive),
		site.Get(base+"/:election/referat.pdf", site.OfficeReaders, s.destructionPDF),
		site.Post(site.APIPrefix+"elections/:election/count-over", site.Coordinator, s.apiEndCount).API(nil, models.Election{}),
		site.Get(site.APIPrefix+"elections/:election/estate", custodypages.BalanceReaders, s.apiEstate).API(nil, onward.Estate{}),
	}
}

func (s *Server) destructionPage(r *site.Request) (*site.BlockPage, error) {
	x, err := s.Store.Estate(r.Context(), r.Param("election"))
	if err != nil {
		return nil, err
	}
	path := "/tilintetgoerelse/" + x.Election.ID
	p := &site.BlockPage{Chrome: site.Chrome{TitleText: r.Text("onward.destruction") + ": " + x.Election.Name, Crumbs: []site.Link{{Href: "/tilintetgoerelse", Key: "onward.destruction"}}}}
	due := x.Due(models.DateOf(s.Now()))
	p.Banner = site.Banner{Kind: "ok", Text: r.Text("onward.destruction_due")}
	if e, ok := due.(*models.Error); ok {
		p.Banner = site.Banner{Kind: "info", Text: r.Text(e.TextKey(), e.Args...)}
	}
	p.Facts = []site.Fact{{Name: r.Text("election.state"), Tag: r.ElectionTag(x.Election)}, {Name: r.Text("onward.complaint_last"), Text: r.ShortDay(x.ComplaintLast)}, {Name: r.Text("onward.law"), Text: "KRVL § 106, stk. 4"}}
	p.Blocks = []site.Block{{Text: r.Text("onward.destruction_text"), Links: []site.Link{{Href: path + "/referat.pdf", Key: "onward.minutes"}}}, {Heading: r.Text("onward.lots"), Table: lotTable(r, x.Lots)}, {Heading: r.Text("onward.holds"), Table: holdTable(r, x.Holds)}}
	p.Blocks = append(s.countOver(r, path, x), p.Blocks...)
	if r.Account.Is(models.RoleCoordinator) {
		p.Blocks = append(p.Blocks, holdForms(r, path, x)...)
		if due == nil {
			second, err := s.secondPerson(r)
			if err != nil {
				return nil, err
			}
			p.Blocks = append(p.Blocks, site.Block{Heading: r.Text("onward.destroy"), Form: site.BlockForm{Action: path, Do: "destroy", Button: r.Text("onward.destroy"), Fields: []site.BlockField{
				{Kind: "date", Name: "on", Label: r.Text("onward.date")}, {Name: "method", Label: r.Text("onward.method")}, {Name: "where", Label: r.Text("onward.where")}, {Name: "company", Label: r.Text("onward.company"), Optional: true},
				{Kind: "select", Name: "witness", Label: r.Text("onward.witness"), Options: second}}}})
		}
	}
	blocks, err := s.afterwards(r, path, x)
	p.Blocks = append(p.Blocks, blocks...)
	return p, err
}

// countOver is the step before the material can be destroyed: the coordinator says
// that the count is over, or reads what is in the way.
func (s *Server) countOver(r *site.Request, path string, x onward.Estate) []site.Block {
	if x.Election.State != models.ElectionPlanned && x.Election.State != models.ElectionRunning {
		return nil
	}
	b := site.Block{Heading: r.Text("onward.count_over"), Text: r.Text("onward.count_over_text")}
	if x.Unreported > 0 {
		b.Text += " " + r.Text("onward.unreported", x.Unreported)
	}
	if e, ok := x.CountOver(models.DateOf(s.Now())).(*models.Error); ok {
		b.Text = r.Text(e.TextKey(), e.Args...)
	} else if r.Account.Is(models.RoleCoordinator) {
		b.Form = site.BlockForm{Action: path, Do: "count-over", Button: r.Text("onward.count_over_button")}
	}
	return []site.Block{b}
}

// afterwards are what is left to do when the material is gone: the names of staff,
// and what stays for the archive.
func (s *Server) afterwards(r *site.Request, path string, x onward.Estate) ([]site.Block, error) {
	prints, leavers, err := s.Store.KeptPrints(r.Context(), x.Election.ID)
	if err != nil {
		return nil, err
	}
	staff := site.Block{Heading: r.Text("onward.staff_data"), Text: r.Text("onward.staff_data_text", prints, leavers)}
	if r.Account.Is(models.RoleCoordinator) {
		staff.Links = []site.Link{{Href: "/vagtplan/personer", Key: "onward.staff_list"}}
		if len(x.Done) > 0 && prints > 0 {
			staff.Form = site.BlockForm{Action: path, Do: "prints", Button: r.Text("onward.erase_prints")}
		}
	}
	archive := site.Block{Heading: r.Text("onward.archive"), Text: r.Text("onward.archive_text")}
	if r.Account.Is(custodypages.BalanceReaders...) && s.Store.VerifierKey() != "" {
		archive.Links = []site.Link{{Href: path + "/arkiv.zip", Key: "onward.archive_zip"}}
	}
	return []site.Block{staff, archive}, nil
}

// archive is the bundle that stays: the journal with its checkpoints, which
// anybody can verify without this program.
func (s *Server) archive(r *site.Request) error {
	e, err := s.chosen(r)
	if err != nil {
		return err
	}
	if s.Store.VerifierKey() == "" {
		return models.E(models.CodeUnavailable, "store.signing_key")
	}
	r.Writer().Header().Set("Content-Type", "application/zip")
	r.Writer().Header().Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": "arkiv-" + e.ID + ".zip"}))
	return s.Store.ExportBundle(r.Context(), r.Writer(), e.ID, s.Store.VerifierKey())
}

func lotTable(r *site.Request, lots []onward.Lot) site.Table {
	t := site.Table{Caption: r.Text("onward.lots"), Quiet: true, Empty: r.Text("onward.lots_empty"), Columns: []site.Column{{Text: r.Text("onward.what")}, {Text: r.Text("onward.district")}, {Text: r.Text("onward.number"), Number: true}}}
	for _, l := range lots {
		t.Rows = append(t.Rows, []site.Cell{{Text: r.Text("onward.lot." + l.What)}, {Text: l.Where}, {Text: digits(r, l.N)}})
	}
	return t
}

func holdTable(r *site.Request, holds []onward.LegalHold) site.Table {
	t := site.Table{Caption: r.Text("onward.holds"), Quiet: true, Empty: r.Text("onward.holds_empty"), Columns: []site.Column{{Text: r.Text("onward.reason")}, {Text: r.Text("onward.date")}, {Text: r.Text("election.state")}}}
	for _, h := range holds {
		tag := site.Tag{Kind: "warn", Text: r.Text("onward.hold_holds")}
		if !h.Open() {
			tag = site.Tag{Kind: "plain", Text: r.Text("onward.hold_ended", h.LiftReason)}
		}
		t.Rows = append(t.Rows, []site.Cell{{Text: h.Reason}, {Text: r.Moment(h.At)}, {Tag: tag}})
	}
	return t
}

func holdForms(r *site.Request, path string, x onward.Estate) []site.Block {
	out := []site.Block{{Heading: r.Text("onward.hold_put"), Form: site.BlockForm{Action: path, Do: "hold", Button: r.Text("onward.hold_put"), Fields: []site.BlockField{{Name: "reason", Label: r.Text("onward.reason")}}}}}
	var open []site.Option
	for _, h := range x.Holds {
		if h.Open() {
			open = append(open, site.Option{Value: h.ID, Text: h.Reason})
		}
	}
	if len(open) > 0 {
		out = append(out, site.Block{Heading: r.Text("onward.hold_lift"), Form: site.BlockForm{Action: path, Do: "lift", Button: r.Text("onward.hold_lift"), Fields: []site.BlockField{{Kind: "select", Name: "hold", Label: r.Text("onward.hold"), Options: open}, {Name: "lift_reason", Label: r.Text("onward.lift_reason")}}}})
	}
	return out
}

func (s *Server) destructionDo(r *site.Request) error {
	p, err := s.destructionPage(r)
	if err != nil {
		return err
	}
	election, said := r.Param("election"), ""
	switch r.Field("do") {
	case "prints":
		n, err := s.Store.ErasePrints(r.Context(), r.Act(), election)
		if err != nil {
			return site.BlockView.Again(r, err, p)
		}
		return r.Done("/tilintetgoerelse/"+election, "onward.prints_erased", n)
	case "hold":
		said = "onward.hold_saved"
		_, err = s.Store.PutHold(r.Context(), r.Act(), election, r.Field("reason"))
	case "count-over":
		said = "onward.count_over_saved"
		_, err = s.Store.EndCount(r.Context(), r.Act(), election)
	case "lift":
		said = "onward.hold_done"
		err = s.Store.LiftHold(r.Context(), r.Act(), r.Field("hold"), r.Field("lift_reason"))
	default:
		said = "onward.destroyed"
		cmd := onward.DestroyCmd{Method: r.Field("method"), Company: r.Field("company"), Where: r.Field("where")}
		act := r.Act()
		act.Witness = r.Field("witness")
		if cmd.On, err = r.Date("on"); err == nil {
			_, err = s.Store.Destroy(r.Context(), act, election, cmd)
		}
	}
	if err != nil {
		return site.BlockView.Again(r, err, p)
	}
	return r.Done("/tilintetgoerelse/"+election, said)
}

// destructionPDF prints the minutes; before the destruction it is the list of
// what must be destroyed, with the rest to be filled in by hand.
func (s *Server) destructionPDF(r *site.Request) error {
	x, err := s.Store.Estate(r.Context(), r.Param("election"))
	if err != nil {
		return err
	}
	f, err := s.form(r, x.Election, pdf.TypeDestruction, running("destruction"+x.Election.ID))
	if err != nil {
		return err
	}
	d := pdf.Destruction{Form: f, Law: "KRVL § 106, stk. 4", ComplaintsEnd: x.ComplaintLast, Kept: r.Text("onward.kept")}
	lots := x.Lots
	if len(x.Done) > 0 {
		m := x.Done[0]
		names, err := s.Store.Names(r.Context(), m.By, m.Witness)
		if err != nil {
			return err
		}
		lots, d.On, d.Method, d.Place, d.Company, d.Witnesses = m.Lots, m.On, m.Method, m.Where, m.Company, []string{names[m.By].Name, names[m.Witness].Name}
	}
	for _, l := range lots {
		what := r.Text("onward.lot." + l.What)
		if l.Where != "" {
			what += ", " + l.Where
		}
		d.Lots = append(d.Lots, pdf.Destroyed{What: what, Count: pdf.Known(l.N)})
	}
	return paper(r, "tilintetgoerelse.pdf", d)
}

func (s *Server) apiEstate(r *site.Request) error {
	x, err := s.Store.Estate(r.Context(), r.Param("election"))
	if err != nil {
		return err
	}
	return r.JSON(http.StatusOK, x)
}

func (s *Server) apiEndCount(r *site.Request) error {
	e, err := s.Store.EndCount(r.Context(), r.Act(), r.Param("election"))
	if err != nil {
		return err
	}
	return r.JSON(http.StatusOK, e)
}
