package pdf

import (
	"strconv"

	"github.com/brevstemme/brevstemme/models"
)

// Appointment is the letter that makes an employee a receiver of postal votes.
type Appointment struct {
	Form
	Person         Staff
	From, To       models.Date
	Places         []string
	Tasks          []string
	SignedBy       string
	SignedTitle    string
	InstructionDue models.Date
	Revoked        *Revocation // the letter takes the appointment back; nil: it makes it
}

// Revocation is what a letter says that takes an appointment back.
type Revocation struct {
	On            models.Date
	By, Why, Case string
	Appointed     models.Date // date of the letter taken back
}

func (a Appointment) build() *sheet {
	if a.Revoked != nil {
		return a.revocation()
	}
	s := newSheet(a.Form, "pdf.title.appointment")
	s.fields(2, s.f("name", a.Person.Name).bold(), s.f("employer", a.Person.Employer))
	s.gap(4)
	s.paraIn(s.t("pdf.p.appointed", a.Person.Name, a.Form.Municipality, a.Form.Election.Name), regular, 12)
	s.fields(3, s.f("role", a.Person.Role), s.f("valid_from", s.date(a.From)), s.f("valid_to", s.date(a.To)), s.f("places", joinNonEmpty("\n", a.Places...)).wide(3))
	s.h("tasks")
	for i, t := range a.Tasks {
		s.para(strconv.Itoa(i+1) + ". " + t)
	}
	s.h("duties")
	for _, k := range []string{"duty_secret", "duty_neutral", "duty_help", "duty_candidate", "duty_material", "duty_seal"} {
		s.p(k)
	}
	if !a.InstructionDue.IsZero() {
		s.boxed(s.t("pdf.p.instruction_due", s.date(a.InstructionDue)), bold)
	}
	s.signatures(s.sign("appointing", joinNonEmpty(", ", a.SignedBy, a.SignedTitle)), s.sign("appointed", a.Person.Name))
	return s
}

// revocation is the letter that takes the appointment back.
func (a Appointment) revocation() *sheet {
	v := a.Revoked
	s := newSheet(a.Form, "pdf.title.revocation")
	s.fields(2, s.f("name", a.Person.Name).bold(), s.f("employer", a.Person.Employer))
	s.gap(4)
	s.paraIn(s.t("pdf.p.revoked", a.Person.Name, a.Form.Municipality, a.Form.Election.Name, s.date(v.On)), regular, 12)
	s.fields(3, s.f("revoked_by", v.By), s.f("revoked_why", v.Why), s.f("case_number", v.Case), s.f("appointed_on", s.date(v.Appointed)), s.f("places", joinNonEmpty("\n", a.Places...)).wide(2))
	for _, k := range []string{"revoked_crew", "revoked_return", "revoked_secret"} {
		s.p(k)
	}
	s.signatures(sign{role: v.By}, s.sign("revoked", a.Person.Name))
	return s
}

// Instruction is the receipt for instruction given: without it nobody receives.
type Instruction struct {
	Form
	Person     Staff
	On         models.Date
	Hours      string
	Instructor string
	Material   string // name and version of what was taught from
	Topics     []string
	Taught     []bool // topic by topic: the journal knows that it was gone through
	ValidTo    models.Date
}

func (i Instruction) build() *sheet {
	s := newSheet(i.Form, "pdf.title.instruction")
	s.fields(3, s.f("name", i.Person.Name).bold(), s.f("role", i.Person.Role), s.f("employer", i.Person.Employer),
		s.f("instructed_on", s.date(i.On)), s.f("hours", i.Hours), s.f("instructor", i.Instructor), s.f("teaching_material", i.Material).wide(2), s.f("valid_to", s.date(i.ValidTo)))
	s.h("topics")
	rows := [][]string{}
	for n, t := range i.Topics {
		taught := ""
		if n < len(i.Taught) && i.Taught[n] {
			taught = "y"
		}
		rows = append(rows, []string{s.number(n + 1), t, taught, ""})
	}
	s.table([]column{s.col("no", 10, colText), s.col("topic", 0, colText), s.col("gone_through", 34, colTick), s.col("tried", 28, colTick)}, orBlank(rows, 8))
	s.p("instruction")
	s.signatures(s.sign("instructor", i.Instructor), s.sign("instructed", i.Person.Name))
	return s
}
