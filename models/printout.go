package models

import (
	"slices"
	"strings"
	"time"
)

// FormNumber is the number of a printed form: two letters for the type, the
// running number in base 36 with at least six digits, and the check character.
func FormNumber(form string, running uint64) string {
	const digits = 6
	base := uint64(len(serialAlphabet))
	var d []byte
	for n := running; n > 0 || len(d) < digits; n /= base {
		d = append([]byte{serialAlphabet[n%base]}, d...)
	}
	return WithCheck(form + string(d))
}

// Printout is a form that was printed: the original and its reprints. What
// stands on it is kept beside the journal, since it may hold names; Commitment
// binds it.
type Printout struct {
	ID         string    `json:"id"`      // the form's number
	Form       string    `json:"form"`    // two letters, package pdf
	Running    uint64    `json:"running"` // per form, from 1
	Subject    string    `json:"subject"` // the page it was printed from: "/skranke/S12/dagsrapport"
	Election   string    `json:"election,omitempty"`
	Place      string    `json:"place,omitempty"`
	PrintedAt  time.Time `json:"printed_at"` // of the original
	PrintedBy  string    `json:"printed_by"` // person
	Version    string    `json:"version"`    // of the program
	Entry      int64     `json:"entry"`      // journal entry of the original
	Commitment string    `json:"commitment"` // SHA-256 (hex) over salt and content
	Replaces   string    `json:"replaces,omitempty"`
	Reprints   []Reprint `json:"reprints,omitempty"`
	Keyed      *Keyed    `json:"keyed,omitempty"` // a blank form that was filled in and typed in
}

// Keyed is when what stands on a blank form was typed in, and as what.
type Keyed struct {
	At    time.Time `json:"at"`
	By    string    `json:"by"`    // person
	About string    `json:"about"` // number of the handover, session or deviation it became
}

// BlankForms is where blank numbered forms are printed: their subjects begin so.
const BlankForms = "/blanketter/"

// Key notes that a blank form was typed in as about. A number is taken once:
// CodeState the second time, CodeInvalid for a form that was not blank or for no
// number of what it became.
func (p Printout) Key(by, about string, at time.Time) (Printout, error) {
	about = CleanSerial(about)
	switch {
	case !strings.HasPrefix(p.Subject, BlankForms):
		return p, Invalid("number", "print.not_blank")
	case p.Keyed != nil:
		return p, E(CodeState, "print.keyed_before", GroupSerial(p.ID), GroupSerial(p.Keyed.About)).On("number")
	case about == "" || len(about) > 40:
		return p, Invalid("about", "print.about_missing")
	}
	p.Keyed = &Keyed{At: at, By: by, About: about}
	return p, nil
}

// Reprint is one more copy of a printed form, number 1 for the first.
type Reprint struct {
	At time.Time `json:"at"`
	By string    `json:"by"` // person
}

// RecordKind names the table.
func (Printout) RecordKind() string { return "printout" }

// RecordID is the form's number.
func (p Printout) RecordID() string { return p.ID }

// Copies is how often it was printed, the original included.
func (p Printout) Copies() int { return 1 + len(p.Reprints) }

// Again is the printout after one more reprint.
func (p Printout) Again(by string, at time.Time) Printout {
	p.Reprints = append(slices.Clone(p.Reprints), Reprint{At: at, By: by})
	return p
}

// PrintedFor tells whether a person printed a copy.
func (p Printout) PrintedFor(person string) bool {
	return person != "" && (p.PrintedBy == person || slices.ContainsFunc(p.Reprints, func(r Reprint) bool { return r.By == person }))
}
