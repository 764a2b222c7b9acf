package onward

import (
	"net/http"
	"strconv"
	"strings"

	custodypages "github.com/brevstemme/brevstemme/app/web/custody"
	"github.com/brevstemme/brevstemme/app/web/site"
	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/custody"
	"github.com/brevstemme/brevstemme/models/onward"
	"github.com/brevstemme/brevstemme/pdf"
)

// protocolRoutes are for those who may read the balance: the protocol tells what
// each place received, before the reception has counted it.
func (s *Server) protocolRoutes() []site.Route {
	const base = "/protokol"
	return []site.Route{
		site.Get(base, custodypages.BalanceReaders, s.pick(base, "onward.protocol")).InMenu("nav.protocol"),
		site.Get(base+"/:election", custodypages.BalanceReaders, show(s.protocolPage)),
		site.Post(base+"/:election", site.Coordinator, s.protocolDecide),
		site.Get(base+"/:election/protokol.pdf", custodypages.BalanceReaders, s.protocolPDF),
		site.Get(base+"/:election/protokol.csv", custodypages.BalanceReaders, s.protocolCSV),
		site.Get(base+"/:election/slutrapport.pdf", custodypages.BalanceReaders, s.endReport),
		site.Get(base+"/:election/valgsystem.csv", custodypages.BalanceReaders, s.nationalCSV),
		site.Get(site.APIPrefix+"elections/:election/protocol", custodypages.BalanceReaders, s.apiProtocol).API(nil, onward.Protocol{}),
	}
}

// law names the paragraph of the protocol for an election.
func protocolLaw(e models.Election) string {
	switch e.Type {
	case models.TypeLocal, models.TypeSeniors, models.TypeLocalVote:
		return "KRVL § 70, stk. 1"
	}
	return "FV § 64, stk. 1"
}

func (s *Server) protocolPage(r *site.Request) (*site.BlockPage, error) {
	e, err := s.chosen(r)
	if err != nil {
		return nil, err
	}
	path := "/protokol/" + e.ID
	p := &site.BlockPage{Chrome: site.Chrome{TitleText: r.Text("onward.protocol") + ": " + e.Name, Crumbs: []site.Link{{Href: "/protokol", Key: "onward.protocol"}}}}
	doc, err := s.Store.Protocol(r.Context(), e.ID)
	if models.CodeOf(err) == models.CodeState {
		p.Banner = site.Banner{Kind: "warn", Text: r.Text("onward.no_decision")}
		p.Blocks = []site.Block{{Text: r.Text("onward.protocol_text", protocolLaw(e))}}
		if r.Account.Is(models.RoleCoordinator) {
			p.Blocks = append(p.Blocks, site.Block{Heading: r.Text("onward.decide"), Form: site.BlockForm{Action: path, Button: r.Text("onward.decide"), Fields: []site.BlockField{
				{Kind: "date", Name: "date", Label: r.Text("onward.decided_on")}, {Name: "body", Label: r.Text("onward.decided_by")}, {Name: "reference", Label: r.Text("onward.decision")}}}})
		}
		return p, nil
	}
	if err != nil {
		return nil, err
	}
	names, err := s.PlaceNames(r)
	if err != nil {
		return nil, err
	}
	p.Facts = []site.Fact{{Name: r.Text("onward.law"), Text: protocolLaw(e)}, {Name: r.Text("onward.decision"), Text: decisionText(r, doc.Decision)}, {Name: r.Text("onward.reaches"), Text: strconv.FormatInt(doc.LastSeq, 10)}}
	t := site.Table{Caption: r.Text("onward.protocol"), Quiet: true, Empty: r.Text("onward.protocol_empty"), Columns: []site.Column{{Text: r.Text("onward.date")}, {Text: r.Text("onward.origin")}, {Text: r.Text("onward.received"), Number: true}, {Text: r.Text("onward.forwarded"), Number: true}, {Text: r.Text("onward.to")}, {Text: r.Text("onward.note")}}}
	for _, l := range doc.Lines {
		t.Rows = append(t.Rows, []site.Cell{{Text: r.ShortDay(l.Date)}, {Text: lineOrigin(r, l, names)}, {Text: blank(r, l.Received)}, {Text: blank(r, l.Forwarded)}, {Text: lineTo(r, l)}, {Text: lineNote(r, l)}})
	}
	t.Foot = []site.Cell{{Text: r.Text("onward.sum")}, {}, {Text: digits(r, doc.Received)}, {Text: digits(r, doc.Forwarded)}, {}, {}}
	p.Blocks = []site.Block{{Links: []site.Link{{Href: path + "/protokol.pdf", Key: "onward.protocol_pdf"}, {Href: path + "/protokol.csv", Key: "onward.protocol_csv"}, {Href: path + "/slutrapport.pdf", Key: "onward.end_report"}, {Href: path + "/valgsystem.csv", Key: "onward.national"}}}, {Table: t}}
	return p, nil
}

func blank(r *site.Request, n int) string {
	if n == 0 {
		return ""
	}
	return digits(r, n)
}

func decisionText(r *site.Request, d models.Decision) string {
	return strings.Trim(strings.Join([]string{d.Body, r.ShortDay(d.Date), d.Reference}, ", "), ", ")
}

func lineOrigin(r *site.Request, l onward.Line, names map[string]string) string {
	switch {
	case l.To != "":
		return ""
	case custody.HolderKind(l.Origin) == "origin":
		return r.OriginName(custody.HolderID(l.Origin))
	case names[l.Origin] != "":
		return names[l.Origin]
	}
	return l.Origin
}

func lineTo(r *site.Request, l onward.Line) string {
	if l.To == "" {
		return ""
	}
	return site.MunicipalityName(l.To) + " (" + l.To + ")"
}

func lineNote(r *site.Request, l onward.Line) string {
	if l.Correction {
		return r.Text("onward.correction", l.LastSeq)
	}
	return ""
}

func (s *Server) protocolDecide(r *site.Request) error {
	p, err := s.protocolPage(r)
	if err != nil {
		return err
	}
	d, err := r.Date("date")
	if err == nil {
		err = s.Store.DecideProtocol(r.Context(), r.Act(), r.Param("election"), models.Decision{Date: d, Body: r.Field("body"), Reference: r.Field("reference")})
	}
	if err != nil {
		return site.BlockView.Again(r, err, p)
	}
	return r.Done("/protokol/"+r.Param("election"), "onward.decided")
}

func (s *Server) protocolPDF(r *site.Request) error {
	e, err := s.chosen(r)
	if err != nil {
		return err
	}
	doc, err := s.Store.Protocol(r.Context(), e.ID)
	if err != nil {
		return err
	}
	names, err := s.PlaceNames(r)
	if err != nil {
		return err
	}
	f, err := s.form(r, e, pdf.TypeProtocol, running("protocol"+e.ID))
	if err != nil {
		return err
	}
	f.JournalSeq = doc.LastSeq
	x := pdf.Protocol{Form: f, Law: protocolLaw(e), Decision: decisionText(r, doc.Decision), From: e.First, To: e.Date}
	for _, l := range doc.Lines {
		row := pdf.ProtocolRow{Date: l.Date, Origin: lineOrigin(r, l, names), Received: known(l.Received), Forwarded: known(l.Forwarded), ForwardedTo: lineTo(r, l), Note: lineNote(r, l)}
		if l.To != "" {
			row.ForwardedOn = l.Date
		}
		x.Rows = append(x.Rows, row)
	}
	return paper(r, "brevstemmeprotokol.pdf", x)
}

func known(n int) pdf.Figure { return pdf.Figure{N: n, Known: n != 0} }

func (s *Server) protocolCSV(r *site.Request) error {
	doc, err := s.Store.Protocol(r.Context(), r.Param("election"))
	if err != nil {
		return err
	}
	rows := [][]string{{"valg", "dato", "sted_eller_oprindelse", "modtaget", "videresendt", "til_kommunekode", "rettelse", "sidste_haendelse"}}
	for _, l := range doc.Lines {
		rows = append(rows, []string{doc.Election, l.Date.String(), l.Origin, strconv.Itoa(l.Received), strconv.Itoa(l.Forwarded), l.To, strconv.FormatBool(l.Correction), strconv.FormatInt(l.LastSeq, 10)})
	}
	return r.Spreadsheet("brevstemmeprotokol-"+doc.Election+".csv", rows)
}

func (s *Server) apiProtocol(r *site.Request) error {
	doc, err := s.Store.Protocol(r.Context(), r.Param("election"))
	if err != nil {
		return err
	}
	return r.JSON(http.StatusOK, doc)
}
