package custody

import (
	"fmt"
	"strings"

	"github.com/brevstemme/brevstemme/app/web/site"
	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/custody"
	"github.com/brevstemme/brevstemme/models/language"
	"github.com/brevstemme/brevstemme/models/store/boxes"
	"github.com/brevstemme/brevstemme/pdf"
)

func (s *Server) proofRoutes() []site.Route {
	return []site.Route{
		site.Get("/beholdere/:id/bevis", watchers, s.proof),
		site.Get("/beholdere/:id/bevis.pdf", watchers, s.proofPDF),
	}
}

type proofPage struct {
	site.Chrome
	Container custody.Container
	Whole     bool
	Table     site.Table
	Gaps      site.Table
}

var proofView = site.NewView[*proofPage]("proof")

// seenProof computes the proof for those who may know where the container was.
func (s *Server) seenProof(r *site.Request) (boxes.Proof, error) {
	c, err := s.Store.Container(r.Context(), r.Param("id"))
	if err != nil {
		return boxes.Proof{}, err
	}
	w, err := s.Store.Whereabouts(r.Context(), c)
	if err != nil {
		return boxes.Proof{}, err
	}
	if err := s.seesContainer(r, c.ID, w); err != nil {
		return boxes.Proof{}, err
	}
	if w.Handover != nil && !mayKnow(r, *w.Handover) {
		return boxes.Proof{}, models.E(models.CodeNotFound, "")
	}
	return s.Store.CustodyProof(r.Context(), c.ID)
}

func (s *Server) proof(r *site.Request) error {
	x, err := s.seenProof(r)
	if err != nil {
		return err
	}
	places, names, err := s.PlacesAndNames(r)
	if err != nil {
		return err
	}
	p := &proofPage{Chrome: site.Chrome{Crumbs: append(containerCrumbs, site.Link{Href: "/beholdere/" + x.Container.ID, Text: models.GroupSerial(x.Container.ID)}), TitleKey: "proof.title_of", TitleArgs: []any{models.GroupSerial(x.Container.ID)}},
		Container: x.Container, Whole: len(x.Gaps) == 0}
	p.Table = site.Table{Caption: r.Text("proof.periods"), Empty: r.Text("proof.none"), Columns: []site.Column{{Text: r.Text("balance.holder")}, {Text: r.Text("proof.from")}, {Text: r.Text("proof.until")}, {Text: r.Text("proof.act")}, {Text: r.Text("proof.by")}, {Text: r.Text("containers.seals")}}}
	for _, t := range x.Periods {
		p.Table.Rows = append(p.Table.Rows, []site.Cell{{Text: r.Holder(t.Holder, places)}, {Text: r.Moment(t.From)}, {Text: r.Moment(t.Until)}, {Text: entryKind(r, x, t.Seq)}, {Text: names[t.Person].Name}, {Text: r.Text("proof.sealed." + fmt.Sprint(t.Sealed))}})
	}
	p.Gaps = site.Table{Caption: r.Text("proof.gaps"), Empty: r.Text("proof.no_gaps"), Columns: []site.Column{{Text: r.Text("proof.gap")}, {Text: r.Text("proof.from")}, {Text: r.Text("proof.entry"), Number: true}, {Text: r.Text("proof.concerns")}}}
	for _, g := range x.Gaps {
		p.Gaps.Rows = append(p.Gaps.Rows, []site.Cell{{Text: r.Text("proof.gap." + g.Code)}, {Text: r.Moment(g.At)}, {Text: fmt.Sprint(g.Seq)}, {Text: g.Text}})
	}
	return proofView.Render(r, p)
}

// entryKind is what an entry did and, when it was entered later than it happened,
// when that was.
func entryKind(r *site.Request, x boxes.Proof, seq int64) string {
	if at, later := x.Entered[seq]; later {
		return r.KindText(x.Kinds[seq]) + " · " + r.Text("timeline.entered", r.Moment(at))
	}
	return r.KindText(x.Kinds[seq])
}

func (s *Server) proofPDF(r *site.Request) error {
	x, err := s.seenProof(r)
	if err != nil {
		return err
	}
	e, err := s.Store.LastEntry(r.Context(), "container", x.Container.ID)
	if err != nil {
		return err
	}
	f, err := s.entryForm(r, x.Container.ID, x.Container.Election, e)
	if err != nil {
		return err
	}
	if x.Container.Election == "" {
		office, err := s.officeForm(r, pdf.TypeCustodyProof, "")
		if err != nil {
			return err
		}
		f.Election = office.Election
	}
	places, err := s.PlaceNames(r)
	if err != nil {
		return err
	}
	doc := pdf.CustodyProof{Form: f, Container: x.Container.ID, Kind: r.Text("container.kind." + string(x.Container.Kind)), From: x.From, To: x.To}
	gaps := map[int64][]string{}
	for _, g := range x.Gaps {
		text := r.Text("proof.gap." + g.Code)
		gaps[g.Seq] = append(gaps[g.Seq], text)
		doc.Gaps = append(doc.Gaps, fmt.Sprintf("%s · %s", text, r.Moment(g.At)))
	}
	for _, t := range x.Periods {
		doc.Stretches = append(doc.Stretches, pdf.Stretch{From: t.From, To: t.Until, Holder: r.Holder(t.Holder, places), Act: entryKind(r, x, t.Seq),
			Entry: language.Number(r.Lang, t.Seq), Seals: r.Text("proof.sealed." + fmt.Sprint(t.Sealed)), Gap: strings.Join(gaps[t.Seq], "; ")})
	}
	return s.WritePDF(r, "bevis-"+x.Container.ID, doc)
}
