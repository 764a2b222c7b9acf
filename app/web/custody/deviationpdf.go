package custody

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	deskpages "github.com/brevstemme/brevstemme/app/web/desk"
	"github.com/brevstemme/brevstemme/app/web/site"
	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/custody"
	"github.com/brevstemme/brevstemme/models/desk"
	"github.com/brevstemme/brevstemme/models/language"
	"github.com/brevstemme/brevstemme/models/store/boxes"
	"github.com/brevstemme/brevstemme/pdf"
)

// counted finds the counts in a deviation's text: "KV25/own 12, KV25/other 3".
var counted = regexp.MustCompile(`([0-9A-Z]+)/([a-z0-9]+) (\d+)`)

// countedIn sums the counts of a text; false when there are none.
func countedIn(text string) (sum int, ok bool) {
	for _, m := range counted.FindAllStringSubmatch(text, -1) {
		n, err := strconv.Atoi(m[3])
		if err != nil {
			return 0, false
		}
		sum, ok = sum+n, true
	}
	return sum, ok
}

// Codes that stand in a deviation's text: a container's number, and the condition
// of a seal at the end of what was found.
var (
	lostDesk      = regexp.MustCompile(`^(` + desk.FoundDeskLost + `|` + desk.FoundDeskReturned + `) (\d+) (\d+)$`)
	boxNumber     = regexp.MustCompile(`\bK[0-9A-Z]{9}\b`)
	conditionCode = regexp.MustCompile(`\b[a-z_]+(;|$)`)
)

// said writes a text of the book as people read it: counts with their destination
// in words, container numbers in groups, conditions, incidents and lost PCs by name.
func said(r *site.Request, text string) string {
	if m := lostDesk.FindStringSubmatch(text); m != nil {
		return r.Text("deviation."+m[1], m[2], m[3])
	}
	if key := "desk.incident." + text; language.Has(key) {
		return r.Text(key)
	}
	text = counted.ReplaceAllStringFunc(text, func(s string) string {
		m := counted.FindStringSubmatch(s)
		return m[1] + " " + strings.ToLower(deskpages.Destination(r, m[2])) + " " + m[3]
	})
	text = boxNumber.ReplaceAllStringFunc(text, func(s string) string {
		if _, err := models.ParseSerial(s); err != nil {
			return s
		}
		return models.GroupSerial(s)
	})
	return conditionCode.ReplaceAllStringFunc(text, func(s string) string {
		code, end := strings.CutSuffix(s, ";")
		if !slices.Contains(custody.Conditions, custody.Condition(code)) {
			return s
		}
		if end {
			return strings.ToLower(r.Text("condition."+code)) + ";"
		}
		return strings.ToLower(r.Text("condition." + code))
	})
}

// foundInWords is what was expected and what was found, for a form: what is
// unknown is left out, counts stand with their destination in words.
func foundInWords(r *site.Request, d custody.Deviation) string {
	var out []string
	for _, x := range [][2]string{{"deviation.expected", d.Expected}, {"deviation.found", d.Found}} {
		if text := said(r, x[1]); text != "" {
			out = append(out, r.Text(x[0])+": "+strings.TrimSuffix(text, ".")+".")
		}
	}
	return strings.Join(out, "\n")
}

// deviationPDF is the report of a deviation.
func (s *Server) deviationPDF(r *site.Request) error {
	d, err := s.seenDeviation(r)
	if err != nil {
		return err
	}
	doc, err := s.deviationReport(r, d)
	if err != nil {
		return err
	}
	r.About.Election = d.Election
	return s.WritePDF(r, "afvigelse-"+d.ID, doc)
}

func (s *Server) deviationReport(r *site.Request, d custody.Deviation) (doc pdf.DeviationReport, err error) {
	e, err := s.Store.LastEntry(r.Context(), "deviation", d.ID)
	if err != nil {
		return doc, err
	}
	f, err := s.entryForm(r, d.ID, d.Election, e)
	if err != nil {
		return doc, err
	}
	places, names, err := s.PlacesAndNames(r)
	if err != nil {
		return doc, err
	}
	doc = pdf.DeviationReport{Form: f, Case: d.ID, Kind: r.Text("deviation.type." + string(d.Type)), FoundAt: d.FoundAt, FoundBy: names[d.FoundBy].Name, Place: places[d.Place], Handover: d.Handover, Containers: d.Containers,
		JournalEntry: language.Number(r.Lang, e.Seq), What: foundInWords(r, d), Action: d.Action, Owner: names[d.Owner].Name, Deadline: d.Deadline.At(23, 59),
		Conclusion: d.Conclusion, ClosedBy: names[d.ClosedBy].Name, ClosedAt: d.ClosedAt}
	if n, ok := countedIn(d.Expected); ok {
		doc.Expected = pdf.Known(n)
	}
	if n, ok := countedIn(d.Found); ok {
		doc.Found = pdf.Known(n)
	}
	for _, n := range d.Notified {
		doc.Notified = append(doc.Notified, names[n].Name)
	}
	return doc, nil
}

// dayDeviations are the reports of all deviations found on a day that concern the
// reader, as one file.
func (s *Server) dayDeviations(r *site.Request) error {
	day, err := models.ParseDate(r.Param("date"))
	if err != nil {
		return models.E(models.CodeNotFound, "")
	}
	found, err := s.Store.Deviations(r.Context(), boxes.DeviationFilter{Places: r.Places(), Limit: 5000})
	if err != nil {
		return err
	}
	var all []site.Sheets
	for _, d := range found {
		if models.DateOf(d.FoundAt) != day {
			continue
		}
		known, err := s.knowsDeviation(r, d)
		if err != nil {
			return err
		}
		if !known {
			d = blindDeviation(d)
		}
		doc, err := s.deviationReport(r, d)
		if err != nil {
			return err
		}
		all = append(all, site.Sheets{Subject: "/afvigelser/" + d.ID + "/afvigelse", Election: d.Election, Place: r.About.Place, Docs: []pdf.Document{doc}})
	}
	return s.WriteForms(r, "afvigelser-"+day.String(), all...)
}
