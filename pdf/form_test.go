package pdf

import (
	"bytes"
	"errors"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/brevstemme/brevstemme/models"
)

func TestNumber(t *testing.T) {
	for _, c := range []struct {
		t    Type
		n    uint64
		want string
	}{{TypeDayReport, 0, "DR000000"}, {TypeDayReport, 35, "DR00000Z"}, {TypeHandoverOffer, 36, "HO000010"}, {TypeProtocol, 36 * 36 * 36 * 36 * 36 * 36, "BP1000000"}} {
		if got := Number(c.t, c.n); got != models.WithCheck(c.want) {
			t.Errorf("Number(%s, %d) = %s, want %s and its check character", c.t, c.n, got, c.want)
		}
	}
	rapid.Check(t, func(r *rapid.T) {
		a, b := rapid.Uint64().Draw(r, "a"), rapid.Uint64().Draw(r, "b")
		na, nb := Number(TypeReception, a), Number(TypeReception, b)
		if (a == b) != (na == nb) {
			r.Fatalf("%d is %s, %d is %s", a, na, b, nb)
		}
		if _, err := models.ParseSerial(na); err != nil {
			r.Fatal(err)
		}
	})
}

// A head that would make a sheet that nobody can check is refused, and so is
// text that looks like a CPR number; nothing is written then.
func TestWriteRefuses(t *testing.T) {
	for _, c := range []struct {
		name string
		bend func(*DayReport)
		code models.Code
	}{
		{"no number", func(d *DayReport) { d.Number = "" }, models.CodeInvalid},
		{"wrong check character", func(d *DayReport) { d.Number = "DR0000010" }, models.CodeInvalid},
		{"number with spaces", func(d *DayReport) { d.Number = models.GroupSerial(d.Number) }, models.CodeInvalid},
		{"no time of printing", func(d *DayReport) { d.PrintedAt = time.Time{} }, models.CodeInvalid},
		{"short journal head", func(d *DayReport) { d.JournalHead = "7KX2M" }, models.CodeInvalid},
		{"code in lower case", func(d *DayReport) { d.Code = "abc" }, models.CodeInvalid},
		{"CPR number in an incident", func(d *DayReport) { d.Incidents[0].What = "Vælger 010190-1234 var sur" }, models.CodeCPR},
	} {
		d := sampleDayReport()
		c.bend(&d)
		var out bytes.Buffer
		err := Write(&out, d)
		if models.CodeOf(err) != c.code || out.Len() != 0 {
			t.Errorf("%s: %v, %d bytes", c.name, err, out.Len())
		}
	}
	if err := Write(&bytes.Buffer{}); models.CodeOf(err) != models.CodeInvalid {
		t.Errorf("no document: %v", err)
	}
}

type brokenPipe struct{}

var errPipe = errors.New("gone")

func (brokenPipe) Write([]byte) (int, error) { return 0, errPipe }

func TestWriteReportsTheWriter(t *testing.T) {
	if err := Write(brokenPipe{}, sampleDayReport()); !errors.Is(err, errPipe) {
		t.Errorf("got %v", err)
	}
}

// The embedded fonts are read right: known widths, and a cut font reads back
// with the same glyphs and widths.
func TestFonts(t *testing.T) {
	set, err := fontSet()
	if err != nil {
		t.Fatal(err)
	}
	if w := set[regular].width['A']; w != 667 { // Liberation Sans has Arial's widths
		t.Errorf("A is %d wide", w)
	}
	if set[mono].width['i'] != set[mono].width['W'] {
		t.Error("the mono face is not mono")
	}
	for _, r := range "æøåÆØÅéöüŁłışğžčőțДЕΩ€–—“”‹›·§−→≤≥≠" {
		if set[regular].width[r] == 0 {
			t.Errorf("%c cannot be drawn", r)
		}
	}
	for f := range faces {
		again, err := parseTrueType(set[f].wide)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range "Aæøå€Ł" {
			if g := again.glyphOf[r]; again.scaled(again.advance[g]) != int(set[f].width[r]) || len(again.glyph(int(g))) == 0 {
				t.Errorf("%s: %c is lost in the cut", f, r)
			}
		}
	}
	for _, bad := range [][]byte{nil, []byte("x"), make([]byte, 100), set[regular].wide[:200]} {
		if _, err := parseTrueType(bad); err == nil {
			t.Errorf("%d bytes are read as a font", len(bad))
		}
	}
}

// Every letter of Latin Extended-A comes out of the PDF as itself: the glyph
// names are right.
func TestExtendedLetters(t *testing.T) {
	for first := rune(0x100); first < 0x180; first += 64 {
		d := sampleDeviation()
		d.What = ""
		for r := first; r < first+64; r++ {
			if out, marked := clean(string(r)); !marked {
				d.What += out
			}
		}
		pages, _, err := layout(d)
		if err != nil {
			t.Fatal(err)
		}
		if _, fits := encodingFor(pages); !fits || len(d.What) < 100 {
			t.Fatal("the letters do not fit the narrow encoding: the test tests nothing")
		}
		if got := squeeze(pdfText(t, mustRender(t, d))); !strings.Contains(got, d.What) {
			t.Errorf("%q is not in %q", d.What, got)
		}
	}
}

// More characters than one byte can name: the wide path draws them all.
func TestWideText(t *testing.T) {
	text := ""
	for r := rune(0x100); r < 0x250; r++ {
		if out, marked := clean(string(r)); !marked {
			text += out
		}
	}
	d := sampleDeviation()
	d.What = text
	pages, _, err := layout(d)
	if err != nil {
		t.Fatal(err)
	}
	if _, fits := encodingFor(pages); fits {
		t.Fatal("the text fits the narrow encoding: the test tests nothing")
	}
	b := mustRender(t, d)
	validate(t, b)
	if got := squeeze(pdfText(t, b)); !strings.Contains(got, text[:60]) {
		t.Error("the text is not in the PDF")
	}
}
