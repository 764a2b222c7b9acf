// Package pdf draws every form that people sign, from plain data to PDF bytes:
// no database, no HTTP. Write is the one way out:
//
//	err := pdf.Write(w, pdf.SessionOpening{Form: form, …})
//
// Several documents in one call become one file, each with its own numbers and
// pages, so a whole day or all districts print at once.
//
// How it works. A document fills a sheet with blocks (fields, tables, count
// boxes, signatures); flow breaks them into pages; the result is a tree that
// tests print and walk; draw.go alone knows gofpdf. A new form is one struct
// with Form embedded and one build method.
//
// What holds for every form: A4, one colour, nothing smaller than 10 pt; the
// same bytes for the same data; no voter (law 1); never anything for the inner
// envelope, where a mark makes the ballot invalid; an error fails the call and
// is never printed.
package pdf

import (
	"strings"
	"time"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/language"
)

// MarkKind says what a sheet of paper is worth.
type MarkKind uint8

// The marks. The zero value is an original.
const (
	Original    MarkKind = iota
	Reprint              // GENUDSKRIFT nr. n
	Exercise             // ØVELSE: nothing on it happened
	Provisional          // FORELØBIG: figures may still change
	Preview              // VISNING: shown, not printed by the log
)

// Mark is the word in the body of every page. N and At belong to a reprint:
// its number, counted from 1, and when it was printed. A reprint differs from
// its original in nothing else. With N set an exercise or a provisional form is
// a reprint too, and keeps its own word before it.
type Mark struct {
	Kind MarkKind
	N    int
	At   time.Time
}

// Again is the mark of the n-th reprint of a sheet with this mark.
func (m Mark) Again(n int, at time.Time) Mark {
	if m.Kind == Original {
		m.Kind = Reprint
	}
	m.N, m.At = n, at
	return m
}

// Election is what the head of every form says about the election.
type Election struct {
	Name   string      // "Kommunal- og regionsrådsvalg 2025"
	Word   string      // the word in the colour bar, since colour alone is not enough: "KOMMUNALVALG"
	Colour string      // "#1d5b8f"; grey when empty
	Date   models.Date // election day
}

// Form is what every form carries in its head and foot.
type Form struct {
	Lang         language.Lang // Danish when empty
	Municipality string        // "Aarhus Kommune"
	Unit         string        // "Borgerservice"
	Phone        string        // whom to call when something is wrong
	Election     Election
	Number       string // serial with check character, from Number
	Keeper       string // who keeps this copy: "Afgivers eksemplar"
	Mark         Mark
	PrintedAt    time.Time // of the original; part of the bytes, so it comes from the data
	PrintedBy    string
	Version      string // of the program
	JournalSeq   int64  // last entry in the journal when printed; 0 = not printed
	JournalHead  string // 20 characters [0-9A-Z], shown as four groups of five
	CheckBase    string // "https://brevstemme.aarhus.dk"; the QR code holds CheckBase/k/Code
	Code         string // receipt code [0-9A-Z]
}

func (f Form) lang() language.Lang { return language.Parse(string(f.Lang)) }

// CheckURL is where the sheet can be checked against the journal; without a
// code it is the form's number, so that the QR code is never empty.
func (f Form) CheckURL() string {
	if f.CheckBase == "" || f.Code == "" {
		return f.Number
	}
	return strings.TrimSuffix(f.CheckBase, "/") + "/k/" + f.Code
}

// header gives documents their Form by embedding.
func (f Form) header() Form { return f }

// Type is the two letters that begin a form's number.
type Type string

// The types of form.
const (
	TypeHandoverOffer    Type = "HO"
	TypeHandoverFinal    Type = "HF"
	TypeReception        Type = "RE"
	TypeSessionOpening   Type = "SO"
	TypeDayReport        Type = "DR"
	TypeMaterialNote     Type = "MN"
	TypeSealIssue        Type = "SI"
	TypeContainerLabels  Type = "CL"
	TypePackingList      Type = "PL"
	TypeCourierRun       Type = "CR"
	TypeConsignmentCover Type = "CC"
	TypeConsignmentAck   Type = "CA"
	TypeSortingList      Type = "SD"
	TypePollingDelivery  Type = "PD"
	TypeElectionMorning  Type = "EM"
	TypeDeviationReport  Type = "DV"
	TypeRecallNotice     Type = "RN"
	TypeCustodyProof     Type = "CP"
	TypeProtocol         Type = "BP"
	TypeEndReport        Type = "ER"
	TypeDestruction      Type = "DM"
	TypeAppointment      Type = "AL"
	TypeInstruction      Type = "IR"
	TypeRosterWeek       Type = "RW"
	TypeRosterPerson     Type = "RP"
	TypeEmergencyPad     Type = "EP"
	TypeCommandSheet     Type = "CB"
	TypePoster           Type = "PO"
	numberLength              = 2 + 6 + 1
)

// Number is the number of a form: type, the running number in base 36 with at
// least six digits, and the check character. Number(TypeDayReport, 71) = "DR00001Z" + check.
func Number(t Type, running uint64) string { return models.FormNumber(string(t), running) }

// check refuses a head that would make a sheet that nobody can check.
func (f Form) check() error {
	if _, err := models.ParseSerial(f.Number); err != nil || len(f.Number) < numberLength || models.CleanSerial(f.Number) != f.Number {
		return models.Invalid("number", "error.serial", f.Number)
	}
	if f.Code != "" && models.CheckCharacter(f.Code) == 0 {
		return models.Invalid("code", "error.serial", f.Code)
	}
	if f.JournalHead != "" && (len(f.JournalHead) != 20 || models.CheckCharacter(f.JournalHead) == 0) {
		return models.Invalid("journal_head", "pdf.error.head", f.JournalHead)
	}
	if f.PrintedAt.IsZero() {
		return models.Invalid("printed_at", "pdf.error.printed_at")
	}
	return nil
}
