package site

import (
	"bytes"
	"cmp"
	"io"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/journal"
	"github.com/brevstemme/brevstemme/models/store/prints"
	"github.com/brevstemme/brevstemme/pdf"
)

// Every form has one handler for two routes. GET …/x.pdf shows it, outside the
// log and marked so: a browser may fetch a link on its own. POST …/x/udskriv, the
// button, logs the print and sends the browser on to the printed file.

const (
	PDFSuffix   = ".pdf"
	PrintSuffix = "/udskriv"
	PrintedPath = "/udskrift"
)

// Sheets are the documents of one form in a print: the halves of a handover, the
// sheets of a pad. Subject is the page it is printed from.
type Sheets struct {
	Subject, Election, Place string
	Docs                     []pdf.Document
}

// Printed adds to each form's route the one that prints it.
func Printed(routes []Route) []Route {
	for _, r := range slices.Clone(routes) {
		path, ok := strings.CutSuffix(r.Path, PDFSuffix)
		if !ok || r.Method != GET || r.Public() || strings.HasPrefix(path, PrintedPath+"/") {
			continue
		}
		r.Method, r.Path, r.Nav = POST, path+PrintSuffix, ""
		routes = append(routes, r)
	}
	return routes
}

// PrintAction is the address that prints what a link to a PDF shows, "" for a
// link to anything else and for what is never logged.
func PrintAction(href string) string {
	path, query, _ := strings.Cut(href, "?")
	path, ok := strings.CutSuffix(path, PDFSuffix)
	if !ok || strings.HasPrefix(path, PrintedPath+"/") || strings.HasPrefix(path, PublicPath) {
		return ""
	}
	if query != "" {
		query = "?" + query
	}
	return path + PrintSuffix + query
}

// Subject names what is printed: the page's address without its ending.
func (r *Request) Subject() string {
	path := strings.TrimSuffix(strings.TrimSuffix(r.HTTP().URL.Path, PDFSuffix), PrintSuffix)
	q := url.Values{}
	for k, v := range r.HTTP().URL.Query() {
		if k != PaperLanguage {
			q[k] = v
		}
	}
	if len(q) > 0 {
		path += "?" + q.Encode()
	}
	return path
}

// WritePDF answers with one form.
func (s *Server) WritePDF(r *Request, name string, docs ...pdf.Document) error {
	return s.WriteForms(r, name, Sheets{Subject: r.Subject(), Election: cmp.Or(r.About.Election, r.Param("election")), Place: r.About.Place, Docs: docs})
}

// WriteForms answers with several forms as one file.
func (s *Server) WriteForms(r *Request, name string, forms ...Sheets) error {
	var docs []pdf.Document
	for _, f := range forms {
		for _, d := range f.Docs {
			docs = append(docs, pdf.WithHead(d, s.previewHead(d)))
		}
	}
	if len(docs) == 0 {
		r.Flash("warn", r.Text("print.nothing"))
		r.SeeOther("/blanketter")
		return nil
	}
	if r.HTTP().Method == POST {
		if err := pdf.Write(io.Discard, docs...); err != nil { // what cannot be drawn is not logged as printed
			return err
		}
		return s.logPrint(r, forms)
	}
	var b bytes.Buffer
	if err := pdf.Write(&b, docs...); err != nil {
		return err
	}
	return r.File("application/pdf", name+PDFSuffix, true, b.Bytes())
}

// previewHead is the head of a form that is only shown.
func (s *Server) previewHead(d pdf.Document) func(*pdf.Form) {
	return func(f *pdf.Form) {
		if f.Mark.Kind == pdf.Original {
			f.Mark.Kind = pdf.Preview
		}
		if !pdf.OwnNumber(d) || f.Number == "" {
			f.Number = pdf.Number(pdf.TypeOf(d), 0)
		}
	}
}

// logPrint writes the forms into the log and sends the browser to the file.
func (s *Server) logPrint(r *Request, forms []Sheets) error {
	var orders []prints.PrintOrder
	for _, f := range forms {
		o, err := s.order(r, f)
		if err != nil {
			return err
		}
		orders = append(orders, o)
	}
	got, err := s.Store.Print(r.Context(), r.Act(), orders...)
	if err != nil {
		return err
	}
	r.SeeOther(printedAt(got))
	return nil
}

func (s *Server) order(r *Request, f Sheets) (prints.PrintOrder, error) {
	o := prints.PrintOrder{Form: string(pdf.TypeOf(f.Docs[0])), Subject: f.Subject, Election: f.Election, Place: f.Place, Version: s.Version, By: r.Account.Name}
	if pdf.OwnNumber(f.Docs[0]) && len(f.Docs) < 3 {
		o.Number = pdf.Head(f.Docs[0]).Number
	}
	var err error
	o.Content, err = pdf.Keep(undated(f.Docs)...)
	return o, err
}

// Logged writes one form into the log and gives its number and which copy of it
// this is.
func (s *Server) Logged(r *Request, f Sheets) (number string, n int, err error) {
	if err := pdf.Write(io.Discard, f.Docs...); err != nil { // what cannot be drawn is not logged as printed
		return "", 0, err
	}
	o, err := s.order(r, f)
	if err != nil {
		return "", 0, err
	}
	got, err := s.Store.Print(r.Context(), r.Act(), o)
	if err != nil {
		return "", 0, err
	}
	return got[0].ID, got[0].Copies(), nil
}

// undated are documents without what belongs to the print: what is left is equal as
// long as the form says the same.
func undated(docs []pdf.Document) []pdf.Document {
	out := make([]pdf.Document, len(docs))
	for i, d := range docs {
		out[i] = pdf.WithHead(d, func(f *pdf.Form) {
			if !pdf.OwnNumber(d) {
				f.Number = ""
			}
			f.PrintedAt, f.PrintedBy, f.Version, f.JournalSeq, f.JournalHead = time.Time{}, "", "", 0, ""
			if !pdf.OwnCode(d) {
				f.Code = ""
			}
		})
	}
	return out
}

// printedAt is the address of what was just printed.
func printedAt(got []models.Printout) string {
	var numbers, copies []string
	for _, p := range got {
		numbers, copies = append(numbers, p.ID), append(copies, strconv.Itoa(p.Copies()))
	}
	return PrintedPath + "/" + strings.Join(numbers, "-") + PDFSuffix + "?eks=" + strings.Join(copies, "-")
}

// Printout answers with a printed file: the same bytes each time. Only those who
// printed it may fetch it; others print it from its page, where their rights and
// the blind count are kept.
func (s *Server) Printout(r *Request) error {
	file, ok := strings.CutSuffix(r.Param("file"), PDFSuffix)
	if !ok {
		return models.E(models.CodeNotFound, "")
	}
	numbers, copies := strings.Split(file, "-"), strings.Split(r.Query("eks"), "-")
	var docs []pdf.Document
	for i, n := range numbers {
		copyNo := 1
		if i < len(copies) && copies[i] != "" {
			var err error
			if copyNo, err = strconv.Atoi(copies[i]); err != nil {
				return models.E(models.CodeNotFound, "")
			}
		}
		ds, err := s.Reprint(r, n, copyNo)
		if err != nil {
			return err
		}
		docs = append(docs, ds...)
	}
	var b bytes.Buffer
	if err := pdf.Write(&b, docs...); err != nil {
		return err
	}
	return r.File("application/pdf", numbers[0]+PDFSuffix, true, b.Bytes())
}

// Reprint is the nth copy of a printed form, 1 for the original.
func (s *Server) Reprint(r *Request, number string, n int) ([]pdf.Document, error) {
	p, err := s.Store.Printout(r.Context(), number)
	if err != nil {
		return nil, err
	}
	if n < 1 || n > p.Copies() || !p.PrintedFor(r.Account.Person) {
		return nil, models.E(models.CodeNotFound, "")
	}
	content, err := s.Store.Printed(r.Context(), p)
	if err != nil {
		return nil, err
	}
	e, err := s.Store.Entry(r.Context(), p.Entry)
	if err != nil {
		return nil, err
	}
	docs, err := pdf.Kept(content.Bytes)
	for i, d := range docs {
		docs[i] = pdf.WithHead(d, func(f *pdf.Form) {
			if f.Number == "" {
				f.Number = p.ID
			}
			f.PrintedAt, f.PrintedBy, f.Version = p.PrintedAt, content.PrintedBy, p.Version
			f.JournalSeq, f.JournalHead = e.Seq, journal.Fingerprint(e.Hash)
			if f.Code == "" {
				f.Code = journal.Code(e.Seq, e.Hash)
			}
			if n > 1 {
				f.Mark = f.Mark.Again(n-1, p.Reprints[n-2].At)
			}
		})
	}
	return docs, err
}
