package pdf

import (
	"bytes"
	"io"
	"slices"
	"syscall"
	"testing"
	"time"

	"github.com/go-fonts/liberation/liberationmonobold"
	"github.com/go-fonts/liberation/liberationsansbold"
	"github.com/go-fonts/liberation/liberationsansregular"
	"github.com/signintech/gopdf"
)

// BenchmarkPeer draws the same pages with this package and with another Go library
// for PDF, in turn, and tells their ratio by processor time, fastest of some runs.
// The library is given finished pages and draws no codes but their bars: layout and
// encoding are counted against us only. It stands here and not in "bench forms", so
// that the program links one library for PDF.
func BenchmarkPeer(b *testing.B) {
	for _, c := range []struct {
		name string
		runs int
		docs []Document
	}{
		{"handover", 15, []Document{HandoverGiver{sampleHandover(TypeHandoverOffer)}}},
		{"day-report", 15, []Document{sampleDayReport()}},
		{"protocol-5000", 3, []Document{benchProtocol(5000)}},
	} {
		b.Run(c.name, func(b *testing.B) {
			var pages []*page
			for _, d := range c.docs {
				ps, _, err := layout(d)
				if err != nil {
					b.Fatal(err)
				}
				pages = append(pages, ps...)
			}
			var ms []float64
			for b.Loop() {
				var err error
				ms, err = stopwatch{processCPU}.inTurn(c.runs, func() error { return Write(io.Discard, c.docs...) }, func() error { return peerDraw(io.Discard, pages) })
				if err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(ms[0], "ms-ours")
			b.ReportMetric(ms[1], "ms-gopdf")
			b.ReportMetric(ms[0]/ms[1], "ratio")
		})
	}
}

func processCPU() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// The peer's page is the same page: its texts are read back, all of them.
func TestPeerDrawsTheSamePage(t *testing.T) {
	d := HandoverGiver{sampleHandover(TypeHandoverOffer)}
	pages, _, err := layout(d)
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := peerDraw(&out, pages); err != nil {
		t.Fatal(err)
	}
	words := func(b []byte) []string {
		all := bytes.Fields([]byte(pdfText(t, b)))
		out := make([]string, len(all))
		for i, w := range all {
			out[i] = string(w)
		}
		slices.Sort(out)
		return out
	}
	if ours, peers := words(mustRender(t, d)), words(out.Bytes()); !slices.Equal(ours, peers) {
		t.Errorf("%d words and %d words", len(ours), len(peers))
	}
}

// peerDraw draws finished pages with gopdf.
func peerDraw(w io.Writer, pages []*page) error {
	set, err := fontSet()
	if err != nil {
		return err
	}
	g := &gopdf.GoPdf{}
	g.Start(gopdf.Config{Unit: gopdf.UnitMM, PageSize: gopdf.Rect{W: 210, H: 297}})
	fonts := [faces][]byte{liberationsansregular.TTF, liberationsansbold.TTF, liberationmonobold.TTF}
	names := [faces]string{"regular", "bold", "mono"}
	for f, ttf := range fonts {
		if err := g.AddTTFFontData(names[f], ttf); err != nil {
			return err
		}
	}
	for _, p := range pages {
		g.AddPageWithOption(gopdf.PageOption{PageSize: &gopdf.Rect{W: p.w, H: p.h}})
		p.each(func(it item) {
			if err == nil {
				err = peerItem(g, set, names, it)
			}
		})
	}
	if err != nil {
		return err
	}
	_, err = g.WriteTo(w)
	return err
}

func peerItem(g *gopdf.GoPdf, set *[faces]preparedFont, names [faces]string, it item) error {
	switch it.kind {
	case textItem:
		if err := g.SetFont(names[it.face], "", it.size); err != nil {
			return err
		}
		g.SetTextColor(it.ink.r, it.ink.g, it.ink.b)
		g.SetXY(it.x, it.y+baseline(set, it))
		return g.Text(it.text)
	case boxItem:
		if it.fill.set {
			g.SetFillColor(it.fill.r, it.fill.g, it.fill.b)
			g.RectFromUpperLeftWithStyle(it.x, it.y, it.w, it.h, "F")
			return nil
		}
		g.SetLineWidth(it.line)
		g.RectFromUpperLeftWithStyle(it.x, it.y, it.w, it.h, "D")
	case ruleItem:
		g.SetLineWidth(it.line)
		g.Line(it.x, it.y, it.x+it.w, it.y+it.h)
	case barsItem:
		g.SetFillColor(0, 0, 0)
		for _, r := range it.bars {
			g.RectFromUpperLeftWithStyle(it.x+r.x, it.y+r.y, r.w, r.h, "F")
		}
	}
	return nil
}
