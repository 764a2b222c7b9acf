package pdf

import (
	"bytes"
	"io"
	"runtime"
	"strconv"

	"github.com/brevstemme/brevstemme/models"
)

// Document is a form filled with data; only the structs of this package are.
type Document interface {
	header() Form
	build() *sheet
}

// Write draws the documents one after the other as one PDF file. Nothing is
// written to w unless all of it succeeded. Errors are models.Error with
// CodeInvalid when a text cannot fit or a number is wrong, CodeCPR when a free
// text looks like a CPR number. Safe for concurrent use: as many files are drawn at
// a time as there are processors, since more would take memory and no less time.
func Write(w io.Writer, docs ...Document) error {
	b, err := inTurn(docs...)
	if err != nil {
		return err
	}
	_, err = w.Write(b)
	return err
}

// drawing holds a place for each file that is being drawn.
var drawing = make(chan struct{}, runtime.GOMAXPROCS(0))

func inTurn(docs ...Document) ([]byte, error) {
	drawing <- struct{}{}
	defer func() { <-drawing }()
	return render(true, docs...)
}

// render draws to memory; tests switch compression off.
func render(compress bool, docs ...Document) ([]byte, error) {
	if len(docs) == 0 {
		return nil, models.Invalid("form", "pdf.error.empty")
	}
	var pages []*page
	var first *sheet
	codes := map[string]symbol{}
	for _, d := range docs {
		ps, s, err := layoutWith(codes, d)
		if err != nil {
			return nil, err
		}
		if first == nil {
			first = s
		}
		pages = append(pages, ps...)
	}
	c, err := newCanvas(pages, compress)
	if err != nil {
		return nil, err
	}
	c.describe(first, len(docs) == 1)
	for _, p := range pages {
		c.page(p)
	}
	var out bytes.Buffer
	if err := c.pdf.Output(&out); err != nil {
		return nil, err
	}
	return withLanguage(out.Bytes(), string(first.form.lang()))
}

// describe sets title, author and dates. The dates come from the data, since a
// clock would make every print differ.
func (c *canvas) describe(s *sheet, single bool) {
	f := s.form
	title := s.title
	if single {
		title += " " + models.GroupSerial(f.Number)
	}
	c.pdf.SetTitle(title, true)
	c.pdf.SetAuthor(s.clean(f.Municipality), true)
	c.pdf.SetSubject(s.clean(f.Election.Name), true)
	c.pdf.SetCreator(s.clean("Brevstemme "+f.Version), true)
	c.pdf.SetCreationDate(f.PrintedAt.UTC())
	c.pdf.SetModificationDate(f.PrintedAt.UTC())
}

// layout gives the finished page tree of one document alone.
func layout(d Document) ([]*page, *sheet, error) { return layoutWith(map[string]symbol{}, d) }

// layoutWith does so with the codes that other documents of the file have already.
func layoutWith(codes map[string]symbol, d Document) ([]*page, *sheet, error) {
	if err := d.header().check(); err != nil {
		return nil, nil, err
	}
	s := d.build()
	s.codes = codes
	pages := s.fixed
	if pages == nil && s.err == nil {
		f := s.frame()
		if s.err != nil {
			return nil, nil, s.err
		}
		var err error
		if pages, err = flow(f, s.strips); err != nil {
			return nil, nil, err
		}
	}
	for _, p := range pages {
		s.within(p)
	}
	return pages, s, s.err
}

// within fails the document when a text that is never wrapped, such as a code,
// runs out of the page: nothing on a form may be cut off unseen.
func (s *sheet) within(p *page) {
	limit := s.paper.w - s.paper.right + 0.5
	if s.fixed != nil {
		limit = p.w - 3
	}
	p.each(func(it item) {
		if it.kind == textItem && it.x+it.w > limit {
			s.tooLong()
		}
	})
}

// withLanguage adds the document's language and "show the title" to the
// catalogue, which gofpdf cannot. The catalogue is the last object before the
// cross-reference table, so that only startxref moves.
func withLanguage(b []byte, lang string) ([]byte, error) {
	cat, start := []byte("/Type /Catalog\n"), []byte("startxref\n")
	at, xref := bytes.LastIndex(b, cat), bytes.LastIndex(b, start)
	if at < 0 || xref < at {
		return nil, models.E(models.CodeInternal, "")
	}
	end := bytes.IndexByte(b[xref+len(start):], '\n') + xref + len(start)
	old, err := strconv.Atoi(string(b[xref+len(start) : end]))
	if err != nil {
		return nil, err
	}
	if !bytes.HasPrefix(b, []byte("%PDF-1.")) {
		return nil, models.E(models.CodeInternal, "")
	}
	b[len("%PDF-1.")] = '7' // gofpdf writes 1.3, which knows neither
	add := []byte("/Lang (" + lang + ")\n/ViewerPreferences <</DisplayDocTitle true>>\n")
	out := make([]byte, 0, len(b)+len(add)+4)
	out = append(out, b[:at+len(cat)]...)
	out = append(out, add...)
	out = append(out, b[at+len(cat):xref+len(start)]...)
	out = strconv.AppendInt(out, int64(old+len(add)), 10)
	return append(out, b[end:]...), nil
}
