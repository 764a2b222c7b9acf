package pdf

import (
	"io"
	"math"
	"strings"
	"testing"

	"github.com/brevstemme/brevstemme/models"
)

// A printer may be a millimetre off: on every sheet, what a label says stays that
// far from where it is cut, with short texts, with long ones and with none.
func TestLabelsKeepClearOfTheCut(t *testing.T) {
	place := "Kultur- og Medborgerhuset Nørre Vosborg-Vemb Skole, østfløj" // 60 characters
	for _, l := range LabelSheets {
		for _, kind := range []MarkKind{Original, Exercise, Provisional} {
			c := ContainerLabels{Form: sampleForm(TypeContainerLabels, 1), Sheet: l, Labels: []Label{
				{Number("BX", 101), "Stemmekasse", "Egen kommune", place}, {Number("BX", 102), "Pose", "", "Åby"}, {Number("BX", 103), "", "", ""},
			}}
			c.Mark = Mark{Kind: kind}
			pages, _, err := layout(c)
			if err != nil {
				t.Fatal(l.Name, err)
			}
			for i, st := range pages[0].strips {
				for _, it := range st.items {
					if it.kind == barsItem { // its ink, without the quiet zone
						first, last := it.bars[0], it.bars[0]
						for _, b := range it.bars {
							first.x, first.y = min(first.x, b.x), min(first.y, b.y)
							last.x, last.y = max(last.x, b.x+b.w), max(last.y, b.y+b.h)
						}
						it.x, it.y, it.w, it.h = it.x+first.x, it.y+first.y, last.x-first.x, last.y-first.y
					}
					left := it.x - (l.CornerX + float64(i%l.Columns)*l.PitchX)
					if left < 1 || left+it.w > l.Width-1 || it.y < 1 || it.y+it.h > l.Height-1 {
						t.Errorf("%s, label %d, mark %d: on the cut: %s", l.Name, i+1, kind, itemText(it))
					}
				}
			}
		}
	}
}

// What is read at arm's length in a dark van is the number: 14 pt or more, unless
// the place's name takes the room.
func TestLabelNumbersAreLarge(t *testing.T) {
	for _, l := range LabelSheets {
		c := sampleLabels(0, 1)
		c.Sheet = l
		pages, _, err := layout(c)
		if err != nil {
			t.Fatal(err)
		}
		pages[0].each(func(it item) {
			if it.kind == textItem && strings.HasPrefix(it.text, "BX") && it.size < 14 {
				t.Errorf("%s: %q has %g pt", l.Name, it.text, it.size)
			}
		})
	}
}

// A sheet that cannot be is refused before one label of it is laid out.
func TestImpossibleSheetsAreRefused(t *testing.T) {
	good := LabelSheets[0]
	for name, spoil := range map[string]func(*LabelSheet){
		"millions of rows":  func(l *LabelSheet) { l.Rows = math.MaxInt / 2 },
		"columns below one": func(l *LabelSheet) { l.Columns = -3 },
		"no width at all":   func(l *LabelSheet) { l.Width = math.NaN() },
		"endless pitch":     func(l *LabelSheet) { l.PitchX = math.Inf(1) },
		"beside the paper":  func(l *LabelSheet) { l.CornerY = -1 },
	} {
		sheet := good
		spoil(&sheet)
		for _, d := range []Document{LabelCalibration{Form: sampleForm(TypeContainerLabels, 1), Sheet: sheet}, ContainerLabels{Form: sampleForm(TypeContainerLabels, 1), Sheet: sheet, Labels: []Label{{}}}} {
			if err := Write(io.Discard, d); models.CodeOf(err) != models.CodeInvalid {
				t.Errorf("%T, %s: %v", d, name, err)
			}
		}
	}
}
