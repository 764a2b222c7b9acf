package pdf

import (
	"bytes"
	"fmt"
	"html"
	"io"
	"slices"
	"time"

	"github.com/boombuler/barcode/qr"
	"github.com/go-fonts/liberation/liberationmonobold"
	"github.com/go-fonts/liberation/liberationsansbold"
	"github.com/go-fonts/liberation/liberationsansregular"
	"github.com/jung-kurt/gofpdf"
)

// BenchRow is one measurement: the milliseconds of processor time of one document,
// the fastest of Runs runs, and the same pages drawn in turn with it by bare gofpdf
// calls. The fastest run is the one that the garbage of others disturbed least.
// The baselines get the finished page, so layout is counted against us only.
type BenchRow struct {
	Name          string  `json:"name"`
	Pages         int     `json:"pages"`
	Runs          int     `json:"runs"`
	Millis        float64 `json:"ms"`
	Naive         float64 `json:"naive_ms"`       // bare calls that parse the UTF-8 fonts each time; QR codes by boombuler/barcode
	Prepared      float64 `json:"prepared_ms"`    // bare calls with this package's prepared fonts and its QR codes
	NaiveRatio    float64 `json:"naive_ratio"`    // Millis / Naive
	PreparedRatio float64 `json:"prepared_ratio"` // Millis / Prepared
}

// BenchReport is the whole measurement. Linear is the time per row of the
// longest protocol as a multiple of the time per row of one a quarter as long
// (1 = linear). Day is one file of many forms as a multiple of the sum of
// the same forms drawn one by one.
type BenchReport struct {
	Forms  []BenchRow `json:"forms"`
	Linear float64    `json:"linear"`
	Day    float64    `json:"day"`
}

// Bench measures every form, a protocol of rows lines (5,000 are a large
// municipality's), and a whole day in one file, by the processor time that cpu
// tells. Of runs runs the fastest counts.
func Bench(runs, rows int, cpu func() time.Duration) (BenchReport, error) {
	var rep BenchReport
	b := stopwatch{cpu}
	for _, s := range Samples() {
		row, err := b.row(s.Name, runs, s.docs...)
		if err != nil {
			return rep, err
		}
		rep.Forms = append(rep.Forms, row)
	}
	long, err := b.row("protocol, long", max(3, runs/3), benchProtocol(rows))
	if err != nil {
		return rep, err
	}
	short, err := b.row("protocol, a quarter", max(3, runs/3), benchProtocol(rows/4))
	if err != nil {
		return rep, err
	}
	rep.Forms = append(rep.Forms, short, long)
	if rep.Linear, err = b.linear(rows); err != nil {
		return rep, err
	}
	rep.Day, err = b.day(runs)
	return rep, err
}

// BenchPage is the giver's half of a handover as an HTML page with the same
// texts, lines and codes in the same places, for measuring a browser's print
// beside ours.
func BenchPage() ([]byte, error) {
	pages, _, err := layout(HandoverGiver{sampleHandover(TypeHandoverOffer)})
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	b.WriteString(`<!doctype html><meta charset="utf-8"><style>@page{size:A4;margin:0}body{margin:0;font-family:"Liberation Sans"}i{position:absolute;font-style:normal;white-space:pre}</style>`)
	pages[0].each(func(it item) {
		switch it.kind {
		case textItem:
			fmt.Fprintf(&b, `<i style="left:%.2fmm;top:%.2fmm;font-size:%gpt">%s</i>`, it.x, it.y, it.size, html.EscapeString(it.text))
		case boxItem, ruleItem:
			fmt.Fprintf(&b, `<i style="left:%.2fmm;top:%.2fmm;width:%.2fmm;height:%.2fmm;border:%.2fmm solid"></i>`, it.x, it.y, it.w, it.h, it.line)
		case barsItem:
			for _, r := range it.bars {
				fmt.Fprintf(&b, `<i style="left:%.2fmm;top:%.2fmm;width:%.2fmm;height:%.2fmm;background:#000"></i>`, it.x+r.x, it.y+r.y, r.w, r.h)
			}
		}
	})
	return b.Bytes(), nil
}

// stopwatch measures by the processor time of the process.
type stopwatch struct{ cpu func() time.Duration }

func (b stopwatch) row(name string, runs int, docs ...Document) (BenchRow, error) {
	row := BenchRow{Name: name, Runs: runs}
	var pages []*page
	for _, d := range docs {
		ps, _, err := layout(d)
		if err != nil {
			return row, err
		}
		pages = append(pages, ps...)
	}
	row.Pages = len(pages)
	times, err := b.inTurn(runs,
		func() error { return Write(io.Discard, docs...) },
		func() error { return bareDraw(pages, false) },
		func() error { return bareDraw(pages, true) })
	if err != nil {
		return row, err
	}
	row.Millis, row.Naive, row.Prepared = times[0], times[1], times[2]
	row.NaiveRatio, row.PreparedRatio = row.Millis/row.Naive, row.Millis/row.Prepared
	return row, nil
}

// turnMillis is how long one function is measured without a pause, in milliseconds: the
// kernel books the processor time of a thread late by some milliseconds, so that a
// single drawing of half a millisecond cannot be told from none.
const turnMillis = 20.0

// inTurn runs the functions one after the other, runs times, each as often as fills
// its turn, and gives the fastest turn of each in milliseconds a call.
func (b stopwatch) inTurn(runs int, fs ...func() error) ([]float64, error) {
	best, calls := make([]float64, len(fs)), make([]int, len(fs))
	for i, f := range fs {
		ms, err := b.millis(f, 1)
		if err != nil {
			return nil, err
		}
		calls[i] = int(turnMillis/max(ms, 0.5)) + 1
	}
	for n := range runs {
		for i, f := range fs {
			ms, err := b.millis(f, calls[i])
			if err != nil {
				return nil, err
			}
			if n == 0 || ms < best[i] {
				best[i] = ms
			}
		}
	}
	return best, nil
}

// millis is the processor time of one of several calls.
func (b stopwatch) millis(f func() error, calls int) (float64, error) {
	start := b.cpu()
	for range calls {
		if err := f(); err != nil {
			return 0, err
		}
	}
	return float64((b.cpu() - start).Nanoseconds()) / 1e6 / float64(calls), nil
}

// linear is the time per row of a long protocol over that of a short one.
func (b stopwatch) linear(rows int) (float64, error) {
	long, short := benchProtocol(rows), benchProtocol(rows/4)
	best, err := b.inTurn(7, func() error { return Write(io.Discard, long) }, func() error { return Write(io.Discard, short) })
	if err != nil {
		return 0, err
	}
	return best[0] / best[1] / 4, nil
}

// day is a day's forms as one file over the sum of its forms one by one.
func (b stopwatch) day(runs int) (float64, error) {
	var docs []Document
	for i := range uint64(8) {
		h, r, d := sampleHandover(TypeHandoverOffer), sampleFinal(), sampleDayReport()
		h.Number, r.Number, d.Number = Number(TypeHandoverOffer, i), Number(TypeHandoverFinal, i), Number(TypeDayReport, i)
		docs = append(docs, HandoverGiver{h}, HandoverReceiver{h}, r, d)
	}
	times, err := b.inTurn(max(3, runs/3),
		func() error { return Write(io.Discard, docs...) },
		func() error {
			for _, d := range docs {
				if err := Write(io.Discard, d); err != nil {
					return err
				}
			}
			return nil
		})
	if err != nil {
		return 0, err
	}
	return times[0] / times[1], nil
}

func benchProtocol(rows int) Protocol {
	p := sampleProtocol()
	one := p.Rows
	p.Rows = make([]ProtocolRow, rows)
	for i := range p.Rows {
		p.Rows[i] = one[i%len(one)]
	}
	return p
}

// bareDraw draws finished pages as a program without this package would: with
// gofpdf's own calls, one for each text, line and box.
func bareDraw(pages []*page, prepared bool) error {
	f := gofpdf.New("P", "mm", "A4", "")
	f.SetAutoPageBreak(false, 0)
	f.SetCatalogSort(true)
	enc, fits := encodingFor(pages)
	wide := !prepared || !fits
	if err := bareFonts(f, enc, wide, prepared); err != nil {
		return err
	}
	set, err := fontSet()
	if err != nil {
		return err
	}
	type code struct {
		text   string
		square bool
	}
	coded := map[code]bool{} // a code is worked out once a file, as here so there
	for _, p := range pages {
		f.AddPageFormat("P", gofpdf.SizeType{Wd: p.w, Ht: p.h})
		p.each(func(it item) {
			if k := (code{it.text, it.w == it.h}); it.kind == barsItem && !coded[k] {
				coded[k] = true
				bareCode(f, it, prepared)
			}
			bareItem(f, it, set, enc.code, wide)
		})
	}
	var out bytes.Buffer
	return f.Output(&out)
}

func bareFonts(f *gofpdf.Fpdf, enc encoding, wide, prepared bool) error {
	set, err := fontSet()
	if err != nil {
		return err
	}
	full := [faces][]byte{liberationsansregular.TTF, liberationsansbold.TTF, liberationmonobold.TTF}
	for i := range faces {
		family, style := i.family()
		switch {
		case !prepared:
			f.AddUTF8FontFromBytes(family, style, slices.Clone(full[i]))
		case wide:
			f.AddUTF8FontFromBytes(family, style, slices.Clone(set[i].wide))
		default:
			if err := set[i].addTo(i, enc, f.AddFontFromBytes); err != nil {
				return err
			}
		}
	}
	return f.Error()
}

// bareCode works a code out, as any program must that draws it: the naive one with
// the library of most Go programs, the prepared one with this package's.
func bareCode(f *gofpdf.Fpdf, it item, prepared bool) {
	var err error
	switch {
	case it.w != it.h:
		_, err = code128Bars(it.text, it.w, it.h)
	case prepared:
		_, err = qrBars(it.text, it.w)
	default:
		_, err = qr.Encode(it.text, qr.M, qr.Auto)
	}
	f.SetError(err)
}

func bareItem(f *gofpdf.Fpdf, it item, set *[faces]preparedFont, code map[rune]byte, wide bool) {
	switch it.kind {
	case textItem, ghostItem:
		family, style := it.face.family()
		f.SetFont(family, style, it.size)
		f.SetTextColor(int(it.ink.r), int(it.ink.g), int(it.ink.b))
		text := it.text
		if !wide {
			b := make([]byte, 0, len(text))
			for _, r := range text {
				b = append(b, code[r])
			}
			text = string(b)
		}
		f.Text(it.x, it.y+baseline(set, it), text)
	case boxItem:
		if it.fill.set {
			f.SetFillColor(int(it.fill.r), int(it.fill.g), int(it.fill.b))
			f.Rect(it.x, it.y, it.w, it.h, "F")
			return
		}
		f.SetLineWidth(it.line)
		f.Rect(it.x, it.y, it.w, it.h, "D")
	case ruleItem:
		f.SetLineWidth(it.line)
		f.Line(it.x, it.y, it.x+it.w, it.y+it.h)
	case barsItem:
		f.SetFillColor(0, 0, 0)
		for _, b := range it.bars {
			f.Rect(it.x+b.x, it.y+b.y, b.w, b.h, "F")
		}
	}
}
