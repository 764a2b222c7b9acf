package web

import (
	"bytes"
	"encoding/csv"
	"net/http"
	"strconv"
	"strings"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/custody"
	"github.com/brevstemme/brevstemme/models/onward"
	"github.com/brevstemme/brevstemme/pdf"
)

// protocolRoutes are for those who may read the balance: the protocol tells what
// each place received, before the reception has counted it.
func (s *Server) protocolRoutes() []Route {
	const base = "/protokol"
	return []Route{
		get(base, balanceReaders, s.pick(base, "onward.protocol")).nav("nav.protocol"),
		get(base+"/:election", balanceReaders, show(s.protocolPage)),
		post(base+"/:election", coordinator, s.protocolDecide),
		get(base+"/:election/protokol.pdf", balanceReaders, s.protocolPDF),
		get(base+"/:election/protokol.csv", balanceReaders, s.protocolCSV),
		get(base+"/:election/slutrapport.pdf", balanceReaders, s.endReport),
		get(base+"/:election/valgsystem.csv", balanceReaders, s.nationalCSV),
		get(apiPrefix+"elections/:election/protocol", balanceReaders, s.apiProtocol).api(nil, onward.Protocol{}),
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

func (s *Server) protocolPage(r *Request) (*onwardPage, error) {
	e, err := s.chosen(r)
	if err != nil {
		return nil, err
	}
	path := "/protokol/" + e.ID
	p := &onwardPage{Chrome: Chrome{TitleText: r.Text("onward.protocol") + ": " + e.Name, Crumbs: []Link{{Href: "/protokol", Key: "onward.protocol"}}}}
	doc, err := s.store.Protocol(r.Context(), e.ID)
	if models.CodeOf(err) == models.CodeState {
		p.Banner = Banner{Kind: "warn", Text: r.Text("onward.no_decision")}
		p.Blocks = []onwardBlock{{Text: r.Text("onward.protocol_text", protocolLaw(e))}}
		if r.Account.Is(models.RoleCoordinator) {
			p.Blocks = append(p.Blocks, onwardBlock{Heading: r.Text("onward.decide"), Form: onwardForm{Action: path, Button: r.Text("onward.decide"), Fields: []onwardField{
				{Kind: "date", Name: "date", Label: r.Text("onward.decided_on")}, {Name: "body", Label: r.Text("onward.decided_by")}, {Name: "reference", Label: r.Text("onward.decision")}}}})
		}
		return p, nil
	}
	if err != nil {
		return nil, err
	}
	names, err := s.placeNames(r)
	if err != nil {
		return nil, err
	}
	p.Facts = []Fact{{Name: r.Text("onward.law"), Text: protocolLaw(e)}, {Name: r.Text("onward.decision"), Text: decisionText(r, doc.Decision)}, {Name: r.Text("onward.reaches"), Text: strconv.FormatInt(doc.LastSeq, 10)}}
	t := Table{Caption: r.Text("onward.protocol"), Quiet: true, Empty: r.Text("onward.protocol_empty"), Columns: []Column{{Text: r.Text("onward.date")}, {Text: r.Text("onward.origin")}, {Text: r.Text("onward.received"), Number: true}, {Text: r.Text("onward.forwarded"), Number: true}, {Text: r.Text("onward.to")}, {Text: r.Text("onward.note")}}}
	for _, l := range doc.Lines {
		t.Rows = append(t.Rows, []Cell{{Text: r.shortDay(l.Date)}, {Text: r.lineOrigin(l, names)}, {Text: blank(r, l.Received)}, {Text: blank(r, l.Forwarded)}, {Text: r.lineTo(l)}, {Text: r.lineNote(l)}})
	}
	t.Foot = []Cell{{Text: r.Text("onward.sum")}, {}, {Text: r.digits(doc.Received)}, {Text: r.digits(doc.Forwarded)}, {}, {}}
	p.Blocks = []onwardBlock{{Links: []Link{{Href: path + "/protokol.pdf", Key: "onward.protocol_pdf"}, {Href: path + "/protokol.csv", Key: "onward.protocol_csv"}, {Href: path + "/slutrapport.pdf", Key: "onward.end_report"}, {Href: path + "/valgsystem.csv", Key: "onward.national"}}}, {Table: t}}
	return p, nil
}

func blank(r *Request, n int) string {
	if n == 0 {
		return ""
	}
	return r.digits(n)
}

func decisionText(r *Request, d models.Decision) string {
	return strings.Trim(strings.Join([]string{d.Body, r.shortDay(d.Date), d.Reference}, ", "), ", ")
}

func (r *Request) lineOrigin(l onward.Line, names map[string]string) string {
	switch {
	case l.To != "":
		return ""
	case custody.HolderKind(l.Origin) == "origin":
		return r.originName(custody.HolderID(l.Origin))
	case names[l.Origin] != "":
		return names[l.Origin]
	}
	return l.Origin
}

func (r *Request) lineTo(l onward.Line) string {
	if l.To == "" {
		return ""
	}
	return municipalityName(l.To) + " (" + l.To + ")"
}

func (r *Request) lineNote(l onward.Line) string {
	if l.Correction {
		return r.Text("onward.correction", l.LastSeq)
	}
	return ""
}

func (s *Server) protocolDecide(r *Request) error {
	p, err := s.protocolPage(r)
	if err != nil {
		return err
	}
	d, err := r.Date("date")
	if err == nil {
		err = s.store.DecideProtocol(r.Context(), r.act(), r.Param("election"), models.Decision{Date: d, Body: r.Field("body"), Reference: r.Field("reference")})
	}
	if err != nil {
		return onwardView.again(r, err, p)
	}
	return r.done("/protokol/"+r.Param("election"), "onward.decided")
}

func (s *Server) protocolPDF(r *Request) error {
	e, err := s.chosen(r)
	if err != nil {
		return err
	}
	doc, err := s.store.Protocol(r.Context(), e.ID)
	if err != nil {
		return err
	}
	names, err := s.placeNames(r)
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
		row := pdf.ProtocolRow{Date: l.Date, Origin: r.lineOrigin(l, names), Received: known(l.Received), Forwarded: known(l.Forwarded), ForwardedTo: r.lineTo(l), Note: r.lineNote(l)}
		if l.To != "" {
			row.ForwardedOn = l.Date
		}
		x.Rows = append(x.Rows, row)
	}
	return r.paper("brevstemmeprotokol.pdf", x)
}

func known(n int) pdf.Figure { return pdf.Figure{N: n, Known: n != 0} }

// spreadsheet answers with a CSV that Danish spreadsheets open: UTF-8 with BOM,
// semicolons, CRLF. A text that a spreadsheet would compute is defused.
func (r *Request) spreadsheet(name string, rows [][]string) error {
	var b bytes.Buffer
	b.WriteString("\ufeff")
	w := csv.NewWriter(&b)
	w.Comma, w.UseCRLF = ';', true
	for _, row := range rows {
		for i, c := range row {
			if c != "" && strings.ContainsRune("=+-@\t\r", rune(c[0])) {
				if _, err := strconv.Atoi(c); err != nil {
					row[i] = "'" + c
				}
			}
		}
		if err := w.Write(row); err != nil {
			return err
		}
	}
	w.Flush()
	if err := w.Error(); err != nil {
		return err
	}
	return r.file("text/csv; charset=utf-8", name, false, b.Bytes())
}

func (s *Server) protocolCSV(r *Request) error {
	doc, err := s.store.Protocol(r.Context(), r.Param("election"))
	if err != nil {
		return err
	}
	rows := [][]string{{"valg", "dato", "sted_eller_oprindelse", "modtaget", "videresendt", "til_kommunekode", "rettelse", "sidste_haendelse"}}
	for _, l := range doc.Lines {
		rows = append(rows, []string{doc.Election, l.Date.String(), l.Origin, strconv.Itoa(l.Received), strconv.Itoa(l.Forwarded), l.To, strconv.FormatBool(l.Correction), strconv.FormatInt(l.LastSeq, 10)})
	}
	return r.spreadsheet("brevstemmeprotokol-"+doc.Election+".csv", rows)
}

func (s *Server) apiProtocol(r *Request) error {
	doc, err := s.store.Protocol(r.Context(), r.Param("election"))
	if err != nil {
		return err
	}
	return r.json(http.StatusOK, doc)
}
