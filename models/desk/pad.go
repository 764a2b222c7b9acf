package desk

import (
	"fmt"
	"slices"
	"time"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/custody"
	"github.com/brevstemme/brevstemme/models/journal"
)

// PadFormState is where an emergency form (nødblok) stands. Every number ends
// as used, spoiled or returned.
type PadFormState string

// The states of an emergency form.
const (
	PadIssued   PadFormState = "issued"   // blank, at the place
	PadTyped    PadFormState = "typed"    // typed in once; another person types it again
	PadUsed     PadFormState = "used"     // typed twice alike: its envelopes are in the book
	PadSpoiled  PadFormState = "spoiled"  // written on and not used
	PadReturned PadFormState = "returned" // handed back blank
)

// PadAct is what may happen to an emergency form.
type PadAct string

// The acts on an emergency form.
const (
	PadType   PadAct = "type"
	PadAgree  PadAct = "agree"
	PadSpoil  PadAct = "spoil"
	PadReturn PadAct = "return"
)

// PadStates is the state table of an emergency form.
var PadStates = models.Transitions[PadFormState, PadAct]{
	PadIssued: {PadType: PadTyped, PadSpoil: PadSpoiled, PadReturn: PadReturned},
	PadTyped:  {PadType: PadTyped, PadAgree: PadUsed, PadSpoil: PadSpoiled},
}

// Pad is a block of numbered forms that is issued to a place as an item in custody.
type Pad struct {
	ID       string    `json:"id"` // "B…" with check character
	Place    string    `json:"place"`
	Forms    []string  `json:"forms"` // numbers "N…" with check character
	IssuedBy string    `json:"issued_by"`
	IssuedAt time.Time `json:"issued_at"`
}

// RecordKind implements models.Record.
func (Pad) RecordKind() string { return "pad" }

// RecordID implements models.Record.
func (p Pad) RecordID() string { return p.ID }

// PadRow is one tally on a form: so many envelopes of a kind in one hour.
type PadRow struct {
	Hour        int    `json:"hour"` // 0–23, local time
	Election    string `json:"election"`
	Destination string `json:"destination"`
	N           int    `json:"n"`
}

// PadEntry is one person's typing of a form.
type PadEntry struct {
	Person string    `json:"person"`
	At     time.Time `json:"at"`
	Rows   []PadRow  `json:"rows"`
}

// PadForm is one numbered form.
type PadForm struct {
	ID      string       `json:"id"`
	Pad     string       `json:"pad"`
	Place   string       `json:"place"`
	State   PadFormState `json:"state"`
	Session string       `json:"session"` // set when first typed
	Entries []PadEntry   `json:"entries"`
}

// RecordKind implements models.Record.
func (PadForm) RecordKind() string { return "pad_form" }

// RecordID implements models.Record.
func (f PadForm) RecordID() string { return f.ID }

// PadItem is a form of a pad as an item in custody.
func PadItem(pad string) string { return "pad:" + pad }

// IssuePad reserves n numbers and issues them to a place.
func IssuePad(a models.Act, place string, n int, now time.Time) (custody.Outcome, error) {
	if !a.MayActAt(place) {
		return custody.Outcome{}, models.E(models.CodeForbidden, "desk.wrong_place")
	}
	if n < 1 || n > 100 {
		return custody.Outcome{}, models.Invalid("n", "desk.count_range", 1, 100)
	}
	p := Pad{ID: models.DeriveID("B", a.Key), Place: place, IssuedBy: a.Person, IssuedAt: now}
	recs := make([]models.Record, 1, n+1)
	body := p.ID[1 : len(p.ID)-1]
	for i := 1; i <= n; i++ {
		f := PadForm{ID: models.WithCheck(fmt.Sprintf("N%s%03d", body, i)), Pad: p.ID, Place: place, State: PadIssued}
		p.Forms, recs = append(p.Forms, f.ID), append(recs, f)
	}
	recs[0] = p
	d := journal.Draft{Kind: "pad.issued", Place: place}.Fact("pad", p.ID).Fact("first", p.Forms[0]).Fact("last", p.Forms[n-1])
	return custody.Outcome{Draft: d.Move(PadItem(p.ID), custody.Registry, custody.At(place), int64(n)), Records: recs}, nil
}

// TypePad writes what stands on a form. The second person types it again
// without seeing the first typing; when two people's typings are alike, the
// envelopes enter the book, once, marked as late and with the form's number.
// agreed tells that this happened.
func TypePad(sh Shift, f PadForm, a models.Act, rows []PadRow, now time.Time) (out custody.Outcome, agreed bool, err error) {
	if !a.MayActAt(f.Place) || f.Place != sh.Session.Place {
		return out, false, models.E(models.CodeForbidden, "desk.wrong_place")
	}
	if sh.Session.State != models.SessionOpen && sh.Session.State != models.SessionClosing {
		return out, false, models.E(models.CodeState, "desk.not_open")
	}
	if f.Session != "" && f.Session != sh.Session.ID {
		return out, false, models.E(models.CodeConflict, "desk.pad_other_session", f.ID)
	}
	if rows, err = sh.padRows(rows, now); err != nil {
		return out, false, err
	}
	if slices.ContainsFunc(f.Entries, func(e PadEntry) bool { return e.Person == a.Person }) && len(f.Entries) == 1 {
		return out, false, models.E(models.CodeSamePerson, "desk.pad_other_person")
	}
	agreed = slices.ContainsFunc(f.Entries, func(e PadEntry) bool { return e.Person != a.Person && slices.Equal(e.Rows, rows) })
	act := PadType
	if agreed {
		act = PadAgree
	}
	if f.State, err = PadStates.Next(f.State, act); err != nil {
		return out, false, err
	}
	f.Session = sh.Session.ID
	f.Entries = append(slices.Clone(f.Entries), PadEntry{Person: a.Person, At: now, Rows: rows})
	d := journal.Draft{Kind: "pad.typed", Place: f.Place}.Fact("form", f.ID).Fact("session", sh.Session.ID)
	recs := []models.Record{f}
	if agreed {
		d.Kind = "pad.agreed"
		d, recs = sh.padEvents(d, recs, f, a, rows, now)
	}
	return custody.Outcome{Draft: d, Records: recs}, agreed, nil
}

// padRows tests the rows and puts them in order, so that two typings compare.
func (sh Shift) padRows(rows []PadRow, now time.Time) ([]PadRow, error) {
	sum := map[PadRow]int{}
	for _, r := range rows {
		if r.N == 0 {
			continue
		}
		if r.N < 0 || r.N > 500 || r.Hour < 0 || r.Hour > 23 {
			return nil, models.Invalid("rows", "desk.pad_row")
		}
		el, err := sh.election(r.Election, sh.padTime(r.Hour))
		if err != nil {
			return nil, err
		}
		if r.Destination, err = destination(el, r.Destination); err != nil {
			return nil, err
		}
		if sh.padTime(r.Hour).After(now) {
			return nil, models.Invalid("rows", "desk.pad_future")
		}
		n := r.N
		r.N = 0
		sum[r] += n
	}
	var out []PadRow
	for r, n := range sum {
		r.N = n
		out = append(out, r)
	}
	slices.SortFunc(out, func(a, b PadRow) int {
		return slices.Compare([]string{fmt.Sprintf("%02d", a.Hour), a.Election, a.Destination}, []string{fmt.Sprintf("%02d", b.Hour), b.Election, b.Destination})
	})
	if len(out) == 0 {
		return nil, models.Invalid("rows", "desk.nothing")
	}
	return out, nil
}

// padTime is the start of an hour on the session's day, not before its opening.
func (sh Shift) padTime(hour int) time.Time {
	t := models.DateOf(sh.Session.OpenedAt).At(hour, 0)
	if t.Before(sh.Session.OpenedAt) {
		return sh.Session.OpenedAt
	}
	return t
}

// padEvents makes one event per row and moves the form to the used ones.
func (sh Shift) padEvents(d journal.Draft, recs []models.Record, f PadForm, a models.Act, rows []PadRow, now time.Time) (journal.Draft, []models.Record) {
	for i, r := range rows {
		e := sh.event(a, Stamp{PadNumber: f.ID}, ActReceive, now)
		e.ID, e.At = fmt.Sprintf("%s.%d", f.ID, i+1), sh.padTime(r.Hour)
		e.Election, e.Destination, e.N = r.Election, r.Destination, r.N
		recs = append(recs, e)
		d = d.Move(custody.Envelope(r.Election, r.Destination), custody.Voter, custody.Desk(sh.Session.ID), int64(r.N))
	}
	return d.Move(PadItem(f.Pad), custody.At(f.Place), custody.Used(sh.Session.ID), 1), recs
}

// EndPadForm ends a form that carries no envelopes: spoiled, or returned blank.
func EndPadForm(f PadForm, a models.Act, act PadAct, now time.Time) (custody.Outcome, error) {
	if !a.MayActAt(f.Place) {
		return custody.Outcome{}, models.E(models.CodeForbidden, "desk.wrong_place")
	}
	if act != PadSpoil && act != PadReturn {
		return custody.Outcome{}, models.Invalid("act", "desk.choose")
	}
	var err error
	if f.State, err = PadStates.Next(f.State, act); err != nil {
		return custody.Outcome{}, err
	}
	d := journal.Draft{Kind: "pad." + string(f.State), Place: f.Place}.Fact("form", f.ID)
	to := custody.Spoiled("pads")
	if act == PadReturn {
		to = custody.Registry
	}
	return custody.Outcome{Draft: d.Move(PadItem(f.Pad), custody.At(f.Place), to, 1), Records: []models.Record{f}}, nil
}
