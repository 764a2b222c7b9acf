package desk

import (
	"strconv"
	"strings"

	"github.com/brevstemme/brevstemme/app/web/site"
	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/custody"
	"github.com/brevstemme/brevstemme/models/desk"
)

// padRows is how many tallies the typing form offers: a sheet has ten hours, and
// most of them hold one kind or two.
const padRows = 20

type padRowInput struct{ I int }

type deskPadPage struct {
	site.Chrome
	deskHead
	Forms     site.Table
	Rows      []padRowInput
	Elections []site.Option
	Open      bool
}

var deskPadView = site.NewView[*deskPadPage]("desk-pad")

func (s *Server) deskPadPage(r *site.Request) (*deskPadPage, error) {
	sh, err := s.DeskShift(r)
	if err != nil {
		return nil, err
	}
	p := &deskPadPage{Chrome: site.Chrome{Crumbs: deskCrumbs, TitleKey: "desk-pad.title", TitleArgs: []any{sh.Place.Name}}, deskHead: headOfDesk(r, sh, "pad")}
	p.Open = sh.Session.State == models.SessionOpen || sh.Session.State == models.SessionClosing
	for i := range padRows {
		p.Rows = append(p.Rows, padRowInput{i})
	}
	for _, e := range p.deskHead.DeskElections {
		p.Elections = append(p.Elections, site.Option{Value: e.ID, Text: site.WordAndName(e)})
	}
	forms, err := s.Store.PadForms(r.Context(), sh.Session.Place, false)
	if err != nil {
		return nil, err
	}
	p.Forms = s.PadTable(r, forms, map[string]string{sh.Place.ID: sh.Place.Name})
	return p, nil
}

// PadTable lists emergency forms; what was typed is not shown: the second
// typing is blind.
func (s *Server) PadTable(r *site.Request, forms []desk.PadForm, places map[string]string) site.Table {
	t := site.Table{Caption: r.Text("desk.pad_forms"), Empty: r.Text("desk.no_pads"), Columns: []site.Column{{Text: r.Text("desk.pad_number")}, {Text: r.Text("desk.pad_where")}, {Text: r.Text("desk.state")}}}
	for _, f := range forms {
		kind := map[desk.PadFormState]string{desk.PadTyped: "warn", desk.PadUsed: "ok", desk.PadIssued: "plain"}[f.State]
		if kind == "" {
			kind = "info"
		}
		t.Rows = append(t.Rows, []site.Cell{{Text: f.ID, Serial: true}, {Text: places[f.Place]}, {Tag: site.Tag{Kind: kind, Text: r.Text("desk.pad_state." + string(f.State))}}})
	}
	return t
}

func (s *Server) deskPad(r *site.Request) error {
	p, err := s.deskPadPage(r)
	if err != nil {
		return err
	}
	return deskPadView.Render(r, p)
}

// deskPadType takes one typing of an emergency form, or ends a blank one.
func (s *Server) deskPadType(r *site.Request) error {
	p, err := s.deskPadPage(r)
	if err != nil {
		return err
	}
	back := "/skranke/" + p.deskHead.Session.ID + "/noedblok"
	form, err := models.ParseSerial(r.Field("form"))
	if err != nil {
		return deskPadView.Again(r, models.Invalid("form", "desk.pad_unknown", r.Field("form")), p)
	}
	if how := desk.PadAct(r.Field("do")); how == desk.PadSpoil || how == desk.PadReturn {
		if err := s.Store.EndPadForm(r.Context(), r.Act(), form, how); err != nil {
			return deskPadView.Again(r, err, p)
		}
		return r.Done(back, "desk.pad_ended")
	}
	rows, err := padForm(r)
	if err != nil {
		return deskPadView.Again(r, err, p)
	}
	_, agreed, err := s.Store.TypePad(r.Context(), r.Act(), p.deskHead.Session.ID, form, rows)
	if err != nil {
		return deskPadView.Again(r, err, p)
	}
	if agreed {
		return r.Done(back, "desk.pad_agreed")
	}
	return r.Done(back, "desk.pad_once")
}

// padForm reads the rows; empty ones are left out.
func padForm(r *site.Request) ([]desk.PadRow, error) {
	var rows []desk.PadRow
	for i := range padRows {
		n := strconv.Itoa(i)
		hour, count := r.Field("hour"+n), r.Field("n"+n)
		if hour == "" && count == "" {
			continue
		}
		h, err := strconv.Atoi(strings.TrimSpace(hour))
		if err != nil {
			return nil, models.Invalid("hour"+n, "desk.pad_row")
		}
		k, err := r.Count("n" + n)
		if err != nil {
			return nil, err
		}
		dest := custody.Own
		switch scan := desk.Recognise(r.Field("dest" + n)); {
		case scan.Kind == desk.ScanEmpty:
		case scan.Kind == desk.ScanMunic && scan.Value != "":
			dest = scan.Value
		case r.Field("dest"+n) == "?":
			dest = custody.Unknown
		default:
			return nil, models.Invalid("dest"+n, "desk.no_municipality", r.Field("dest"+n))
		}
		rows = append(rows, desk.PadRow{Hour: h, Election: r.Field("election" + n), Destination: dest, N: k})
	}
	return rows, nil
}
