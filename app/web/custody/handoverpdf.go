package custody

import (
	"cmp"
	"strings"

	"github.com/brevstemme/brevstemme/app/web/site"
	"github.com/brevstemme/brevstemme/models/custody"
	"github.com/brevstemme/brevstemme/models/journal"
	"github.com/brevstemme/brevstemme/models/language"
	"github.com/brevstemme/brevstemme/pdf"
)

// entryForm fills the head and foot that every printed form carries: the entry of
// the journal that the form is about, with its code for /k/.
func (s *Server) entryForm(r *site.Request, number, election string, e journal.Entry) (pdf.Form, error) {
	f, err := s.FormHead(r, number)
	if err != nil {
		return f, err
	}
	f.JournalSeq, f.JournalHead, f.Code = e.Seq, journal.Fingerprint(e.Hash), journal.Code(e.Seq, e.Hash)
	if election == "" {
		return f, nil
	}
	el, err := s.Store.Election(r.Context(), election)
	if err != nil {
		return f, err
	}
	f.Election = pdf.Election{Name: el.Name, Word: el.Word, Colour: el.Colour, Date: el.Date}
	if el.Practice {
		f.Mark.Kind = pdf.Exercise
	}
	return f, nil
}

// handoverPDF is the form of a handover as the reader may have it: before the
// answer the giver's half for those who know, the receiver's half with empty
// boxes for the others; afterwards the receipt with both figures.
func (s *Server) handoverPDF(r *site.Request) error {
	h, known, err := s.shown(r, r.Param("id"))
	if err != nil {
		return err
	}
	docs, err := s.handoverSheets(r, h, known)
	if err != nil {
		return err
	}
	r.About = s.handoverAbout(r, h)
	return s.WritePDF(r, "overdragelse-"+h.ID, docs...)
}

// handoverAbout is the reader's own end of a handover.
func (s *Server) handoverAbout(r *site.Request, h custody.Handover) site.About {
	a := site.About{Election: h.Election}
	for _, place := range []string{h.From, h.To} {
		if a.Place == "" && r.Act().MayActAt(place) {
			a.Place = place
		}
	}
	return a
}

func (s *Server) handoverSheets(r *site.Request, h custody.Handover, known bool) ([]pdf.Document, error) {
	e, err := s.Store.LastEntry(r.Context(), "handover", h.ID)
	if err != nil {
		return nil, err
	}
	f, err := s.entryForm(r, h.ID, h.Election, e)
	if err != nil {
		return nil, err
	}
	doc, err := s.handoverDoc(r, f, h)
	switch {
	case err != nil:
		return nil, err
	case !h.State.Open():
		return []pdf.Document{s.handoverFinal(r, doc, h)}, nil
	case known:
		return []pdf.Document{pdf.HandoverGiver{Handover: doc}, pdf.HandoverReceiver{Handover: doc}}, nil
	}
	return []pdf.Document{pdf.HandoverReceiver{Handover: doc}}, nil
}

func (s *Server) handoverDoc(r *site.Request, f pdf.Form, h custody.Handover) (pdf.Handover, error) {
	names, err := s.Store.Names(r.Context())
	if err != nil {
		return pdf.Handover{}, err
	}
	places, err := s.Store.Places(r.Context())
	if err != nil {
		return pdf.Handover{}, err
	}
	party := func(id, person string) pdf.Party {
		for _, p := range places {
			if p.ID == id {
				return pdf.Party{Site: p.Name, Address: strings.TrimSpace(p.Address + ", " + p.Postcode + " " + p.City), Person: names[person].Name}
			}
		}
		return pdf.Party{Site: id, Person: names[person].Name}
	}
	d := pdf.Handover{Form: f, From: party(h.From, h.Giver.Person), To: party(h.To, h.Receiver.Person), Witness: names[h.Witness.Person].Name, Vehicle: h.Vehicle, Reason: h.Reason, OfferedAt: h.Giver.At, PlannedArrival: h.PlannedTo}
	d.Paper = paperLines(r, h)
	courier := h.Courier
	if h.Carrier.Signed() {
		courier = h.Carrier.Person
	}
	d.Courier = pdf.Party{Person: names[courier].Name, Phone: names[courier].Phone}
	total, any := 0, false
	for _, x := range h.Sent {
		c, err := s.Store.Container(r.Context(), x.Container)
		if err != nil {
			return d, err
		}
		line := pdf.Container{Number: x.Container, Kind: r.Text("container.kind." + string(c.Kind)), Seals: x.Seals}
		if x.Counts != nil {
			line.Contents, line.Count = strings.Join(countLines(r, x.Counts), "\n"), pdf.Known(sumCounts(x.Counts))
			total, any = total+sumCounts(x.Counts), true
		}
		d.Containers = append(d.Containers, line)
	}
	if any {
		d.Total = pdf.Known(total)
	}
	return d, nil
}

// paperLines are the signatures that were given on paper, with both times: when it
// happened, and when it came into the book.
func paperLines(r *site.Request, h custody.Handover) (out []string) {
	for _, x := range []struct {
		key string
		custody.Signature
	}{{"giver", h.Giver}, {"carrier", h.Carrier}, {"receiver", h.Receiver}} {
		if x.Signed() && x.Means == "paper" {
			out = append(out, r.Text("handover.paper_line", r.Text("handover.step."+x.key), r.Moment(x.At), cmp.Or(h.PaperForm, "–"), r.Moment(x.Entered)))
		}
	}
	return out
}

func sumCounts(counts map[string]int) int {
	n := 0
	for _, k := range counts {
		n += k
	}
	return n
}

func (s *Server) handoverFinal(r *site.Request, d pdf.Handover, h custody.Handover) pdf.HandoverFinal {
	out := pdf.HandoverFinal{Handover: d, Outcome: r.Text("handover.state." + string(h.State)), Explanation: h.Explanation, Deviation: h.Deviation, AcceptedAt: h.Receiver.At,
		Receiver: d.To.Person, OfferNumber: h.ID, CourierReleased: h.Released.At, NewDestination: h.NewDest, StoredIn: h.Room}
	if names, err := s.Store.Names(r.Context()); err == nil {
		out.Second, out.KeyHolder = names[h.Second.Person].Name, names[h.KeyHolder].Name
	}
	if len(h.Counts) == 0 {
		return out
	}
	reads := map[string]custody.Read{}
	for _, x := range h.Counts[len(h.Counts)-1].Reads {
		reads[x.Container] = x
	}
	total, whole := 0, true
	for _, c := range d.Containers {
		x := reads[c.Number]
		line := pdf.HandoverResult{Container: c, SealsRead: x.Seals, Condition: conditionText(r, x)}
		switch {
		case !x.Arrived, x.Opened:
			line.Received = pdf.Known(sumCounts(x.Counts))
			total += line.Received.N
		default:
			whole = false
		}
		out.Results = append(out.Results, line)
	}
	if whole {
		out.ReceivedTotal = pdf.Known(total)
	}
	return out
}

func conditionText(r *site.Request, x custody.Read) string {
	switch {
	case !x.Arrived:
		return r.Text("handover.differ.not_arrived")
	case x.Condition == custody.ConditionUnset:
		return "–"
	}
	return language.Text(r.Lang, "condition."+string(x.Condition))
}
