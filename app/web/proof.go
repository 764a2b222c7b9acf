package web

import (
	"fmt"
	"strings"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/custody"
	"github.com/brevstemme/brevstemme/models/language"
	"github.com/brevstemme/brevstemme/models/store"
	"github.com/brevstemme/brevstemme/pdf"
)

func (s *Server) proofRoutes() []Route {
	return []Route{
		get("/beholdere/:id/bevis", watchers, s.proof),
		get("/beholdere/:id/bevis.pdf", watchers, s.proofPDF),
	}
}

type proofPage struct {
	Chrome
	Container custody.Container
	Whole     bool
	Table     Table
	Gaps      Table
}

var proofView = newView[*proofPage]("proof")

// seenProof computes the proof for those who may know where the container was.
func (s *Server) seenProof(r *Request) (store.Proof, error) {
	c, err := s.store.Container(r.Context(), r.Param("id"))
	if err != nil {
		return store.Proof{}, err
	}
	w, err := s.store.Whereabouts(r.Context(), c)
	if err != nil {
		return store.Proof{}, err
	}
	if err := s.seesContainer(r, c.ID, w); err != nil {
		return store.Proof{}, err
	}
	if w.Handover != nil && !r.mayKnow(*w.Handover) {
		return store.Proof{}, models.E(models.CodeNotFound, "")
	}
	return s.store.CustodyProof(r.Context(), c.ID)
}

func (s *Server) proof(r *Request) error {
	x, err := s.seenProof(r)
	if err != nil {
		return err
	}
	places, names, err := s.placesAndNames(r)
	if err != nil {
		return err
	}
	p := &proofPage{Chrome: Chrome{Crumbs: append(containerCrumbs, Link{Href: "/beholdere/" + x.Container.ID, Text: models.GroupSerial(x.Container.ID)}), TitleKey: "proof.title_of", TitleArgs: []any{models.GroupSerial(x.Container.ID)}},
		Container: x.Container, Whole: len(x.Gaps) == 0}
	p.Table = Table{Caption: r.Text("proof.periods"), Empty: r.Text("proof.none"), Columns: []Column{{Text: r.Text("balance.holder")}, {Text: r.Text("proof.from")}, {Text: r.Text("proof.until")}, {Text: r.Text("proof.act")}, {Text: r.Text("proof.by")}, {Text: r.Text("containers.seals")}}}
	for _, t := range x.Periods {
		p.Table.Rows = append(p.Table.Rows, []Cell{{Text: r.holder(t.Holder, places)}, {Text: r.moment(t.From)}, {Text: r.moment(t.Until)}, {Text: r.entryKind(x, t.Seq)}, {Text: names[t.Person].Name}, {Text: r.Text("proof.sealed." + fmt.Sprint(t.Sealed))}})
	}
	p.Gaps = Table{Caption: r.Text("proof.gaps"), Empty: r.Text("proof.no_gaps"), Columns: []Column{{Text: r.Text("proof.gap")}, {Text: r.Text("proof.from")}, {Text: r.Text("proof.entry"), Number: true}, {Text: r.Text("proof.concerns")}}}
	for _, g := range x.Gaps {
		p.Gaps.Rows = append(p.Gaps.Rows, []Cell{{Text: r.Text("proof.gap." + g.Code)}, {Text: r.moment(g.At)}, {Text: fmt.Sprint(g.Seq)}, {Text: g.Text}})
	}
	return proofView.render(r, p)
}

// entryKind is what an entry did and, when it was entered later than it happened,
// when that was.
func (r *Request) entryKind(x store.Proof, seq int64) string {
	if at, later := x.Entered[seq]; later {
		return r.kindText(x.Kinds[seq]) + " · " + r.Text("timeline.entered", r.moment(at))
	}
	return r.kindText(x.Kinds[seq])
}

func (s *Server) proofPDF(r *Request) error {
	x, err := s.seenProof(r)
	if err != nil {
		return err
	}
	e, err := s.store.LastEntry(r.Context(), "container", x.Container.ID)
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
	places, err := s.placeNames(r)
	if err != nil {
		return err
	}
	doc := pdf.CustodyProof{Form: f, Container: x.Container.ID, Kind: r.Text("container.kind." + string(x.Container.Kind)), From: x.From, To: x.To, Check: r.Text("proof.whole")}
	gaps := map[int64][]string{}
	for _, g := range x.Gaps {
		text := r.Text("proof.gap." + g.Code)
		gaps[g.Seq] = append(gaps[g.Seq], text)
		doc.Gaps = append(doc.Gaps, fmt.Sprintf("%s · %s", text, r.moment(g.At)))
	}
	if len(x.Gaps) > 0 {
		doc.Check = r.Text("proof.broken", len(x.Gaps))
	}
	for _, t := range x.Periods {
		doc.Stretches = append(doc.Stretches, pdf.Stretch{From: t.From, To: t.Until, Holder: r.holder(t.Holder, places), Act: r.entryKind(x, t.Seq),
			Entry: language.Number(r.Lang, t.Seq), Seals: r.Text("proof.sealed." + fmt.Sprint(t.Sealed)), Gap: strings.Join(gaps[t.Seq], "; ")})
	}
	return s.writePDF(r, "bevis-"+x.Container.ID, doc)
}
