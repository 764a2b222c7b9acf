package pdf

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// No two texts of a page lie on each other, no text is smaller than 10 pt, and
// nothing leaves the margins: of every sample, page by page, from the tree.
func TestTextsNeitherOverlapNorLeaveThePage(t *testing.T) {
	for _, s := range Samples() {
		for _, s := range []Sample{s, s.English()} {
			for n, p := range sampleTree(t, s) {
				for _, problem := range pageProblems(p) {
					t.Errorf("%s page %d: %s", s.Name, n+1, problem)
				}
			}
		}
	}
}

func pageProblems(p *page) []string {
	var texts []item
	var out []string
	limitX, limitY := p.w-4, p.h-4
	p.each(func(it item) {
		if it.kind == ghostItem {
			return
		}
		x, y := it.x+min(it.w, 0), it.y+min(it.h, 0)
		if x < 4 || y < 4 || it.x+it.w > limitX || it.y+it.h > limitY {
			out = append(out, "outside: "+itemText(it))
		}
		if it.kind != textItem {
			return
		}
		if it.size < sizeBody {
			out = append(out, "small: "+itemText(it))
		}
		texts = append(texts, it)
	})
	slices.SortFunc(texts, func(a, b item) int { return int((a.y - b.y) * 1000) })
	for i, a := range texts {
		for _, b := range texts[i+1:] {
			if b.y > a.y+a.h {
				break
			}
			if overlap(a.x, a.w, b.x, b.w) > 0.3 && overlap(a.y, a.h, b.y, b.h) > 0.3 {
				out = append(out, "overlap: "+itemText(a)+" and "+itemText(b))
			}
		}
	}
	return out
}

// overlap is the length of what two intervals share.
func overlap(a, al, b, bl float64) float64 { return min(a+al, b+bl) - max(a, b) }

// Whatever the strips are: all of them come out once and in order, no page is
// overfull, a table that breaks repeats its head, and a signature block that
// fits on a page is whole and never alone there.
func TestFlowKeepsItsPromises(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		f := frame{w: 210, h: 297, left: 25, right: 15, top: 15, bottom: 15, header: strip{name: "header", h: 40}, footHeight: 15,
			foot: func(int, int) strip { return strip{name: "foot"} }}
		head := []strip{{name: "head", h: 8, keepNext: true}}
		var in []strip
		for range rapid.IntRange(0, 4).Draw(r, "tables") {
			in = append(in, head...)
			for range rapid.IntRange(1, 60).Draw(r, "rows") {
				in = append(in, strip{name: "row", h: rapid.Float64Range(5, 60).Draw(r, "h"), repeat: head})
			}
			in = append(in, strip{name: "gap", h: 3, keepPrev: true})
			for range rapid.IntRange(0, 3).Draw(r, "signs") {
				in = append(in, strip{name: "signatures", h: 30, keepPrev: true})
			}
		}
		for i := range in {
			in[i].items = []item{{kind: textItem, text: fmt.Sprint(i)}}
		}
		pages, err := flow(f, in)
		if err != nil {
			r.Fatal(err)
		}
		next := 0
		for n, p := range pages {
			next = checkPage(r, f, p, n, in, next)
		}
		if next != len(in) {
			r.Fatalf("%d of %d strips came out", next, len(in))
		}
	})
}

// checkPage looks at one page and returns the index of the next strip.
func checkPage(r *rapid.T, f frame, p *page, n int, in []strip, next int) int {
	body := p.strips[1 : len(p.strips)-1]
	end := f.h - f.bottom - f.footHeight
	for i, s := range body {
		if top := p.tops[i+1]; top+s.h > end+0.01 {
			r.Fatalf("page %d is overfull: %s ends at %.1f", n+1, s.name, top+s.h)
		}
	}
	if n > 0 && len(body) > 0 {
		if s := in[next]; s.repeat != nil && body[0].name != "head" {
			r.Fatalf("page %d begins with a row without its head", n+1)
		}
		if body[0].name == "signatures" {
			r.Fatalf("page %d begins with a signature", n+1)
		}
	}
	for i, s := range body {
		if i == 0 && s.name == "head" && next < len(in) && in[next].name != "head" {
			continue // repeated
		}
		for next < len(in) && in[next].name == "gap" && s.name != "gap" {
			next++ // swallowed at the head of a page
		}
		if s.items[0].text != fmt.Sprint(next) {
			r.Fatalf("page %d: strip %s stands where %d should", n+1, s.items[0].text, next)
		}
		next++
	}
	return next
}

// The head stands on every page of 200 rows, the signature block once, with a
// row before it.
func TestHandoverOf200Containers(t *testing.T) {
	h := sampleHandover(TypeHandoverOffer)
	for i := range uint64(197) {
		h.Containers = append(h.Containers, Container{Number("BX", 300+i), "Stemmekasse", "Egen kommune", Known(100), []string{sampleSeal(90000 + i)}})
	}
	pages, _, err := layout(HandoverReceiver{h})
	if err != nil {
		t.Fatal(err)
	}
	for i, p := range pages {
		rows, heads, signs := 0, 0, 0
		for _, s := range p.strips {
			switch s.name {
			case "row":
				rows++
			case "head":
				heads++
			case "signatures":
				signs++
			}
		}
		if rows > 0 && heads != 1 {
			t.Errorf("page %d: %d heads", i+1, heads)
		}
		if (signs > 0) != (i == len(pages)-1) {
			t.Errorf("page %d: %d signature blocks", i+1, signs)
		}
	}
}

// "Page n of m" counts each document of a file on its own.
func TestPagesAreNumberedPerDocument(t *testing.T) {
	pages := sampleTree(t, Sample{"two", []Document{sampleDayReport(), sampleFinal()}})
	var got []string
	for _, p := range pages {
		p.each(func(it item) {
			if strings.HasPrefix(it.text, "Side ") {
				got = append(got, it.text)
			}
		})
	}
	if want := []string{"Side 1 af 2", "Side 2 af 2", "Side 1 af 1"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

// The mark, the number and the colour bar's word stand on every page.
func TestEveryPageCarriesHeadAndFoot(t *testing.T) {
	for _, m := range []struct {
		mark Mark
		want string
	}{
		{Mark{}, "ORIGINAL"}, {Mark{Kind: Exercise}, "ØVELSE"}, {Mark{Kind: Provisional}, "FORELØBIG"},
		{Mark{Kind: Reprint, N: 2, At: time.Date(2025, 11, 3, 9, 14, 0, 0, time.UTC)}, "GENUDSKRIFT nr. 2, 3.11.2025 kl. 10.14"},
	} {
		d := sampleProtocol()
		d.Mark = m.mark
		pages, _, err := layout(d)
		if err != nil {
			t.Fatal(err)
		}
		for i, p := range pages {
			var texts []string
			codes := 0
			p.each(func(it item) {
				if it.kind == barsItem {
					codes++
				}
				texts = append(texts, it.text)
			})
			all := strings.Join(texts, "\n")
			for _, want := range []string{m.want, "KOMMUNALVALG", "Aarhus Kommune", "BP00 0001 X", "7KX2M 9QA4T B0ZC5 RWE1H", "(CET) af Birthe Ågård · Brevstemme 1.0.0", fmt.Sprintf("Side %d af %d", i+1, len(pages))} {
				if !strings.Contains(all, want) {
					t.Errorf("page %d lacks %q", i+1, want)
				}
			}
			if codes != 2 {
				t.Errorf("page %d has %d codes", i+1, codes)
			}
		}
	}
}

// The check of the pages is not blind itself.
func TestPageProblemsSees(t *testing.T) {
	p := &page{w: 210, h: 297, x: 30}
	p.place(strip{items: append(textAt("one", regular, 10, 0, 0, 50, left), textAt("two", regular, 10, 2, 1, 50, left)...)}, 50)
	p.place(strip{items: textAt("small", regular, 8, 0, 0, 50, left)}, 80)
	p.place(strip{items: textAt("outside", regular, 10, 170, 0, 50, left)}, 90)
	got := strings.Join(pageProblems(p), "\n")
	for _, want := range []string{"overlap", "small", "outside"} {
		if !strings.Contains(got, want) {
			t.Errorf("%s is not seen in %q", want, got)
		}
	}
}

// A sheet of an emergency pad is one page, with one election or five, whatever the height of its head.
func TestASheetOfThePadIsOnePage(t *testing.T) {
	for n := range 6 {
		d := samplePad()[0].(EmergencySheet)
		d.Elections = nil
		for i := range n {
			d.Elections = append(d.Elections, fmt.Sprintf("VALG %d – Kommunal- og regionsrådsvalg", i))
		}
		if pages := sampleTree(t, Sample{"pad", []Document{d}}); len(pages) != 1 {
			t.Errorf("%d elections: %d pages", n, len(pages))
		}
		d.Municipality, d.PrintedBy = "Ringkøbing-Skjern Kommune, Center for Kultur og Borger", "Anne-Marie Østergaard-Kjærgaard Christoffersen-Lund"
		d.Election.Name += " · Folkeafstemning om ophævelse af forbeholdet 2025"
		if pages := sampleTree(t, Sample{"pad", []Document{d}}); len(pages) != 1 {
			t.Errorf("%d elections and a tall head: %d pages", n, len(pages))
		}
	}
}

// A line does not end with a number or with what announces one, unless nothing else fits.
func TestNumbersStayWithWhatTheyCount(t *testing.T) {
	s := newSheet(sampleForm(TypeDayReport, 1), "pdf.title.recall")
	for _, c := range []struct {
		text, want string
		mm         float64
	}{
		{"Fælles opsamling, 6. november", "Fælles opsamling,|6. november", 40},
		{"Edwin Rahrs Vej 32, 8220 Brabrand", "Edwin Rahrs Vej 32,|8220 Brabrand", 44},
		{"Ring til os på 89 40 22 22.", "Ring til os på|89 40 22 22.", 40},
		{"Mød torsdag kl. 18.30", "Mød torsdag|kl. 18.30", 29},
		{"1 2 3 4 5 6 7 8 9 10 11 12 13 14", "1 2 3 4 5 6 7|8 9 10 11 12|13 14", 21},
	} {
		if got := strings.Join(s.lines(c.text, regular, sizeBody, c.mm), "|"); got != c.want {
			t.Errorf("%q in %g mm: %q, want %q", c.text, c.mm, got, c.want)
		}
	}
}

// White space after the last block opens no page, and a few rows that are tall do
// not leave the page before them empty.
func TestNoEmptyPages(t *testing.T) {
	f := frame{w: 210, h: 297, foot: func(int, int) strip { return strip{} }}
	pages, err := flow(f, []strip{{name: "a", h: 295}, {name: "gap", h: 2.5}})
	if err != nil || len(pages) != 1 {
		t.Errorf("%d pages, %v", len(pages), err)
	}
	run := sampleCourier()
	for i := range run.Stops {
		run.Stops[i].Note = strings.Repeat("Porten er lukket efter kl. 17. ", 8)
	}
	pages, _, err = layout(run)
	if err != nil || len(pages) < 2 {
		t.Fatalf("%d pages, %v", len(pages), err)
	}
	if !strings.Contains(treeText(pages[:1]), run.Stops[0].Place) {
		t.Error("the first stop left its page empty")
	}
}

// The statement names the areas that miss something, as long as a line holds them.
func TestStatementNamesWhoWaits(t *testing.T) {
	e := sampleMorning()
	for _, c := range []struct {
		open int
		want string
	}{{0, "Alle afstemningsområder (17)"}, {1, "mangler endnu: 1 Frederiksbjerg."}, {2, "mangler endnu: 1 Frederiksbjerg, 2 Gellerup."}, {5, "5 af 17 afstemningsområder mangler endnu."}} {
		for i := range e.Areas {
			if e.Areas[i].Delivered = e.Areas[i].Sorted; i < c.open {
				e.Areas[i].Delivered = Figure{}
			}
		}
		pages, _, err := layout(e)
		if err != nil || !strings.Contains(treeText(pages), c.want) {
			t.Errorf("%d open: %q is not on the form (%v)", c.open, c.want, err)
		}
	}
}
