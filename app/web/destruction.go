package web

import (
	"mime"
	"net/http"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/onward"
	"github.com/brevstemme/brevstemme/pdf"
)

func (s *Server) destructionRoutes() []Route {
	const base = "/tilintetgoerelse"
	return []Route{
		get(base, officeReaders, s.pick(base, "onward.destruction")).nav("nav.destruction"),
		get(base+"/:election", officeReaders, show(s.destructionPage)),
		post(base+"/:election", coordinator, s.destructionDo),
		get(base+"/:election/arkiv.zip", balanceReaders, s.archive),
		get(base+"/:election/referat.pdf", officeReaders, s.destructionPDF),
		get(apiPrefix+"elections/:election/estate", balanceReaders, s.apiEstate).api(nil, onward.Estate{}),
	}
}

func (s *Server) destructionPage(r *Request) (*onwardPage, error) {
	x, err := s.store.Estate(r.Context(), r.Param("election"))
	if err != nil {
		return nil, err
	}
	path := "/tilintetgoerelse/" + x.Election.ID
	p := &onwardPage{Chrome: Chrome{TitleText: r.Text("onward.destruction") + ": " + x.Election.Name, Crumbs: []Link{{Href: "/tilintetgoerelse", Key: "onward.destruction"}}}}
	due := x.Due(models.DateOf(s.now()))
	p.Banner = Banner{Kind: "ok", Text: r.Text("onward.destruction_due")}
	if e, ok := due.(*models.Error); ok {
		p.Banner = Banner{Kind: "info", Text: r.Text(e.TextKey(), e.Args...)}
	}
	p.Facts = []Fact{{Name: r.Text("onward.complaint_last"), Text: r.shortDay(x.ComplaintLast)}, {Name: r.Text("onward.law"), Text: "KRVL § 106, stk. 4"}}
	p.Blocks = []onwardBlock{{Text: r.Text("onward.destruction_text"), Links: []Link{{Href: path + "/referat.pdf", Key: "onward.minutes"}}}, {Heading: r.Text("onward.lots"), Table: r.lotTable(x.Lots)}, {Heading: r.Text("onward.holds"), Table: r.holdTable(x.Holds)}}
	if r.Account.Is(models.RoleCoordinator) {
		p.Blocks = append(p.Blocks, r.holdForms(path, x)...)
		if due == nil {
			second, err := s.secondPerson(r)
			if err != nil {
				return nil, err
			}
			p.Blocks = append(p.Blocks, onwardBlock{Heading: r.Text("onward.destroy"), Form: onwardForm{Action: path, Do: "destroy", Button: r.Text("onward.destroy"), Fields: []onwardField{
				{Kind: "date", Name: "on", Label: r.Text("onward.date")}, {Name: "method", Label: r.Text("onward.method")}, {Name: "where", Label: r.Text("onward.where")}, {Name: "company", Label: r.Text("onward.company"), Optional: true},
				{Kind: "select", Name: "witness", Label: r.Text("onward.witness"), Options: second}}}})
		}
	}
	blocks, err := s.afterwards(r, path, x)
	p.Blocks = append(p.Blocks, blocks...)
	return p, err
}

// afterwards are what is left to do when the material is gone: the names of staff,
// and what stays for the archive.
func (s *Server) afterwards(r *Request, path string, x onward.Estate) ([]onwardBlock, error) {
	prints, leavers, err := s.store.KeptPrints(r.Context(), x.Election.ID)
	if err != nil {
		return nil, err
	}
	staff := onwardBlock{Heading: r.Text("onward.staff_data"), Text: r.Text("onward.staff_data_text", prints, leavers)}
	if r.Account.Is(models.RoleCoordinator) {
		staff.Links = []Link{{Href: "/vagtplan/personer", Key: "onward.staff_list"}}
		if len(x.Done) > 0 && prints > 0 {
			staff.Form = onwardForm{Action: path, Do: "prints", Button: r.Text("onward.erase_prints")}
		}
	}
	archive := onwardBlock{Heading: r.Text("onward.archive"), Text: r.Text("onward.archive_text")}
	if r.Account.Is(balanceReaders...) && s.store.VerifierKey() != "" {
		archive.Links = []Link{{Href: path + "/arkiv.zip", Key: "onward.archive_zip"}}
	}
	return []onwardBlock{staff, archive}, nil
}

// archive is the bundle that stays: the journal with its checkpoints, which
// anybody can verify without this program.
func (s *Server) archive(r *Request) error {
	e, err := s.chosen(r)
	if err != nil {
		return err
	}
	if s.store.VerifierKey() == "" {
		return models.E(models.CodeUnavailable, "store.signing_key")
	}
	r.writer().Header().Set("Content-Type", "application/zip")
	r.writer().Header().Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": "arkiv-" + e.ID + ".zip"}))
	return s.store.ExportBundle(r.Context(), r.writer(), e.ID, s.store.VerifierKey())
}

func (r *Request) lotTable(lots []onward.Lot) Table {
	t := Table{Caption: r.Text("onward.lots"), Quiet: true, Empty: r.Text("onward.lots_empty"), Columns: []Column{{Text: r.Text("onward.what")}, {Text: r.Text("onward.district")}, {Text: r.Text("onward.number"), Number: true}}}
	for _, l := range lots {
		t.Rows = append(t.Rows, []Cell{{Text: r.Text("onward.lot." + l.What)}, {Text: l.Where}, {Text: r.digits(l.N)}})
	}
	return t
}

func (r *Request) holdTable(holds []onward.LegalHold) Table {
	t := Table{Caption: r.Text("onward.holds"), Quiet: true, Empty: r.Text("onward.holds_empty"), Columns: []Column{{Text: r.Text("onward.reason")}, {Text: r.Text("onward.date")}, {Text: r.Text("election.state")}}}
	for _, h := range holds {
		tag := Tag{"warn", r.Text("onward.hold_holds")}
		if !h.Open() {
			tag = Tag{"plain", r.Text("onward.hold_ended", h.LiftReason)}
		}
		t.Rows = append(t.Rows, []Cell{{Text: h.Reason}, {Text: r.moment(h.At)}, {Tag: tag}})
	}
	return t
}

func (r *Request) holdForms(path string, x onward.Estate) []onwardBlock {
	out := []onwardBlock{{Heading: r.Text("onward.hold_put"), Form: onwardForm{Action: path, Do: "hold", Button: r.Text("onward.hold_put"), Fields: []onwardField{{Name: "reason", Label: r.Text("onward.reason")}}}}}
	var open []Option
	for _, h := range x.Holds {
		if h.Open() {
			open = append(open, Option{Value: h.ID, Text: h.Reason})
		}
	}
	if len(open) > 0 {
		out = append(out, onwardBlock{Heading: r.Text("onward.hold_lift"), Form: onwardForm{Action: path, Do: "lift", Button: r.Text("onward.hold_lift"), Fields: []onwardField{{Kind: "select", Name: "hold", Label: r.Text("onward.hold"), Options: open}, {Name: "lift_reason", Label: r.Text("onward.lift_reason")}}}})
	}
	return out
}

func (s *Server) destructionDo(r *Request) error {
	p, err := s.destructionPage(r)
	if err != nil {
		return err
	}
	election, said := r.Param("election"), ""
	switch r.Field("do") {
	case "prints":
		n, err := s.store.ErasePrints(r.Context(), r.act(), election)
		if err != nil {
			return onwardView.again(r, err, p)
		}
		return r.done("/tilintetgoerelse/"+election, "onward.prints_erased", n)
	case "hold":
		said = "onward.hold_saved"
		_, err = s.store.PutHold(r.Context(), r.act(), election, r.Field("reason"))
	case "lift":
		said = "onward.hold_done"
		err = s.store.LiftHold(r.Context(), r.act(), r.Field("hold"), r.Field("lift_reason"))
	default:
		said = "onward.destroyed"
		cmd := onward.DestroyCmd{Method: r.Field("method"), Company: r.Field("company"), Where: r.Field("where")}
		act := r.act()
		act.Witness = r.Field("witness")
		if cmd.On, err = r.Date("on"); err == nil {
			_, err = s.store.Destroy(r.Context(), act, election, cmd)
		}
	}
	if err != nil {
		return onwardView.again(r, err, p)
	}
	return r.done("/tilintetgoerelse/"+election, said)
}

// destructionPDF prints the minutes; before the destruction it is the list of
// what must be destroyed, with the rest to be filled in by hand.
func (s *Server) destructionPDF(r *Request) error {
	x, err := s.store.Estate(r.Context(), r.Param("election"))
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
		names, err := s.store.Names(r.Context(), m.By, m.Witness)
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
	return r.paper("tilintetgoerelse.pdf", d)
}

func (s *Server) apiEstate(r *Request) error {
	x, err := s.store.Estate(r.Context(), r.Param("election"))
	if err != nil {
		return err
	}
	return r.json(http.StatusOK, x)
}
