package roster

import (
	"slices"
	"strings"

	"github.com/brevstemme/brevstemme/app/web/site"
	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/staffing"
	"github.com/brevstemme/brevstemme/pdf"
)

// appointmentPDF is the letter; without an appointment in the book it is empty
// where the date and the signer stand, to be filled in by hand.
func (s *Server) appointmentPDF(r *site.Request) error { return s.personForm(r, "udpegning", s.letter) }

func (s *Server) letter(r *site.Request, p models.Person, who pdf.Staff, e models.Election) (pdf.Document, error) {
	papers, err := s.Store.Papers(r.Context(), p.ID)
	if err != nil {
		return nil, err
	}
	places, err := s.PlaceNames(r)
	if err != nil {
		return nil, err
	}
	doc := pdf.Appointment{Person: who, From: e.First, To: e.Last, InstructionDue: e.First.Add(-1)}
	for _, a := range papers.Appointments[p.ID] {
		if a.Election == e.ID {
			doc.SignedBy = a.By
			if !a.Revoked.IsZero() {
				doc.Revoked = &pdf.Revocation{On: a.Revoked, By: a.RevokedBy, Why: r.Text("staffing.revoke.why." + a.RevokedWhy), Case: a.RevokedCase, Appointed: a.On}
			}
			for _, id := range a.Places {
				doc.Places = append(doc.Places, places[id])
			}
		}
	}
	if len(doc.Places) == 0 {
		doc.Places = []string{r.Text("roster-person.everywhere")}
	}
	doc.Tasks = []string{r.Text("roster-person.task1"), r.Text("roster-person.task2"), r.Text("roster-person.task3")}
	doc.Form, err = s.rosterForm(r, e, pdf.TypeAppointment)
	return doc, err
}

// instructionPDF is the receipt for the instruction given.
func (s *Server) instructionPDF(r *site.Request) error {
	return s.personForm(r, "instruktion", s.instructed)
}

func (s *Server) instructed(r *site.Request, p models.Person, who pdf.Staff, e models.Election) (pdf.Document, error) {
	papers, err := s.Store.Papers(r.Context(), p.ID)
	if err != nil {
		return nil, err
	}
	doc := pdf.Instruction{Person: who, ValidTo: e.Last}
	var material []string
	for _, m := range staffing.Modules {
		doc.Topics = append(doc.Topics, r.Text("staffing.module."+m.Key))
		doc.Taught = append(doc.Taught, slices.ContainsFunc(papers.Instructions[p.ID], func(i staffing.Instruction) bool { return i.Module == m.Key && i.Counts() }))
		material = append(material, m.Version)
	}
	slices.Sort(material)
	doc.Material = strings.Join(slices.Compact(material), ", ")
	for _, i := range papers.Instructions[p.ID] {
		if i.On.After(doc.On) {
			doc.On = i.On
		}
		names, err := s.Store.Names(r.Context(), i.Instructor)
		if err != nil {
			return nil, err
		}
		doc.Instructor = names[i.Instructor].Name
	}
	doc.Form, err = s.rosterForm(r, e, pdf.TypeInstruction)
	return doc, err
}

// AllLetters are the letters of all whom the reader leads and who were appointed
// to the election in hand, as one file; allInstructed the receipts of all who
// were instructed.
func (s *Server) AllLetters(r *site.Request) error {
	return s.everyone(r, "udpegning", s.letter, func(p staffing.Papers, e models.Election, person string) bool {
		return slices.ContainsFunc(p.Appointments[person], func(a staffing.Appointment) bool { return a.Election == e.ID })
	})
}

func (s *Server) AllInstructed(r *site.Request) error {
	return s.everyone(r, "instruktion", s.instructed, func(p staffing.Papers, _ models.Election, person string) bool { return len(p.Instructions[person]) > 0 })
}

func (s *Server) everyone(r *site.Request, name string, draw personDraw, has func(staffing.Papers, models.Election, string) bool) error {
	e, err := s.askedElection(r)
	if err != nil {
		return err
	}
	people, err := s.Store.People(r.Context())
	if err != nil {
		return err
	}
	names, err := s.Store.Names(r.Context())
	if err != nil {
		return err
	}
	papers, err := s.Store.Papers(r.Context())
	if err != nil {
		return err
	}
	var all []site.Sheets
	for _, p := range people {
		if p.Erased || !staffing.Leads(r.ActingRole(), p.Employer) || !has(papers, e, p.ID) {
			continue
		}
		who := pdf.Staff{Name: names[p.ID].Name, Role: r.Text("role.receiver"), Employer: r.Text("employer." + string(p.Employer))}
		doc, err := draw(r, p, who, e)
		if err != nil {
			return err
		}
		all = append(all, site.Sheets{Subject: "/vagtplan/person/" + p.ID + "/" + name, Election: e.ID, Docs: []pdf.Document{doc}})
	}
	return s.WriteForms(r, name, all...)
}
