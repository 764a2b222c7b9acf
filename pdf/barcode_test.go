package pdf

import (
	"fmt"
	"image"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/oned"
	"github.com/makiuchi-d/gozxing/qrcode"
)

const scanDPI = 300

// Every code on a page, as the printer would draw it and as a bad copy of it,
// is read back as what it says: Code 128 and QR alike, none wrong.
func TestCodesAreReadBack(t *testing.T) {
	var right, all int
	for _, d := range []Document{HandoverGiver{sampleHandover(TypeHandoverOffer)}, sampleLabels(0, 1), sampleLabels(2, 1), sampleLabels(4, 1), sampleCommands(), sampleCover(true)} {
		pages, _, err := layout(d)
		if err != nil {
			t.Fatal(err)
		}
		img := rasterise(t, mustRender(t, d), scanDPI, 1, 1)[0]
		pages[0].each(func(it item) {
			if it.kind != barsItem {
				return
			}
			clear := cutCode(img, it)
			for name, bad := range degraded(clear) {
				all++
				got, err := decode(bad, isSquare(it))
				switch {
				case err != nil:
					t.Logf("%T %s %s: not read: %v", d, it.text, name, err)
				case got != it.text:
					t.Errorf("%T %s %s: WRONG: %q", d, it.text, name, got)
				default:
					right++
				}
			}
		})
	}
	t.Logf("%d of %d codes read", right, all)
	if all < 100 || float64(right) < 0.999*float64(all) {
		t.Errorf("%d of %d codes read", right, all)
	}
}

func isSquare(it item) bool { return it.w == it.h }

// cutCode is the part of the page that holds a code, with its quiet zone.
func cutCode(img *image.Gray, it item) *image.Gray {
	const px = scanDPI / 25.4
	r := image.Rect(int(it.x*px), int(it.y*px)+2, int((it.x+it.w)*px), int((it.y+it.h)*px)-2)
	cut := crop(img, r)
	out := image.NewGray(image.Rect(0, 0, cut.Rect.Dx()+80, cut.Rect.Dy()+80))
	for i := range out.Pix {
		out.Pix[i] = 255
	}
	for y := range cut.Rect.Dy() {
		copy(out.Pix[(y+40)*out.Stride+40:], cut.Pix[y*cut.Stride:y*cut.Stride+cut.Rect.Dx()])
	}
	return out
}

// degraded is a code as it comes out of the printer, blurred, turned by two
// degrees, with 2 % of its dots missing, and all of that at once. The random
// dots are the same on every run. Gaps are seen through a lens, as any scanner
// sees them: a dot that is missing at 300 dpi is smaller than its spot of light.
func degraded(g *image.Gray) map[string]*image.Gray {
	holes := gaps(g, rand.New(rand.NewPCG(1, 2)))
	return map[string]*image.Gray{
		"clear": g, "blurred": blur(g), "turned": turn(g, 2), "turned back": turn(g, -2), "gaps": blur(holes), "all": blur(turn(holes, 2)),
	}
}

// blur is a box of 3 × 3 dots; beyond the edge there is white paper.
func blur(g *image.Gray) *image.Gray {
	out := image.NewGray(g.Rect)
	w, h := g.Rect.Dx(), g.Rect.Dy()
	for i := range out.Pix {
		out.Pix[i] = 255
	}
	for y := 1; y < h-1; y++ {
		above, row, below := g.Pix[(y-1)*g.Stride:][:w], g.Pix[y*g.Stride:][:w], g.Pix[(y+1)*g.Stride:][:w]
		column := func(x int) int { return int(above[x]) + int(row[x]) + int(below[x]) }
		before, here := column(0), column(1)
		for x := 1; x < w-1; x++ {
			next := column(x + 1)
			out.Pix[y*out.Stride+x] = uint8((before + here + next) / 9)
			before, here = here, next
		}
	}
	return out
}

// turn rotates about the middle, nearest dot.
func turn(g *image.Gray, degrees float64) *image.Gray {
	out := image.NewGray(g.Rect)
	sin, cos := math.Sincos(degrees * math.Pi / 180)
	w, h := g.Rect.Dx(), g.Rect.Dy()
	cx, cy := float64(w)/2, float64(h)/2
	for y := range h {
		fy := float64(y) - cy
		for x := range w {
			fx := float64(x) - cx
			from := image.Point{int(math.Floor(cos*fx + sin*fy + cx + 0.5)), int(math.Floor(-sin*fx + cos*fy + cy + 0.5))}
			v := uint8(255)
			if from.In(g.Rect) {
				v = g.Pix[from.Y*g.Stride+from.X]
			}
			out.Pix[y*out.Stride+x] = v
		}
	}
	return out
}

// gaps whitens 2 % of the page in specks of two by two dots: worn toner.
func gaps(g *image.Gray, r *rand.Rand) *image.Gray {
	out := image.NewGray(g.Rect)
	copy(out.Pix, g.Pix)
	for range len(out.Pix) / 50 / 4 {
		i := r.IntN(len(out.Pix) - out.Stride - 1)
		out.Pix[i], out.Pix[i+1], out.Pix[i+out.Stride], out.Pix[i+out.Stride+1] = 255, 255, 255, 255
	}
	return out
}

// half is the picture at half the resolution: a scanner farther away.
func half(g *image.Gray) *image.Gray {
	out := image.NewGray(image.Rect(0, 0, g.Rect.Dx()/2, g.Rect.Dy()/2))
	for y := range out.Rect.Dy() {
		for x := range out.Rect.Dx() {
			p := g.Pix[2*y*g.Stride+2*x:]
			out.Pix[y*out.Stride+x] = uint8((int(p[0]) + int(p[1]) + int(p[g.Stride]) + int(p[g.Stride+1])) / 4)
		}
	}
	return out
}

// decode reads one code with ZXing from three distances, at each in focus and a
// little out of it: a scanner looks many times a second while the hand moves.
func decode(g *image.Gray, square bool) (text string, err error) {
	for range 3 {
		if text, err = decodeOnce(g, square); err == nil {
			return text, nil
		}
		if text, err = decodeOnce(blur(g), square); err == nil {
			return text, nil
		}
		g = half(g)
	}
	return "", err
}

func decodeOnce(g *image.Gray, square bool) (string, error) {
	bmp, err := gozxing.NewBinaryBitmapFromImage(g)
	if err != nil {
		return "", err
	}
	var reader gozxing.Reader = oned.NewCode128Reader()
	if square {
		reader = qrcode.NewQRCodeReader()
	}
	hints := map[gozxing.DecodeHintType]any{gozxing.DecodeHintType_TRY_HARDER: true}
	res, err := reader.Decode(bmp, hints)
	if err != nil {
		return "", err
	}
	return res.GetText(), nil
}

// What the codes must refuse: characters outside their set, and text that would
// need bars thinner than a scanner reads.
func TestCodesRefuseWhatCannotBeRead(t *testing.T) {
	for _, c := range []struct {
		text string
		w    float64
	}{{"", 54}, {"ÅÆØ", 54}, {"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", 54}} {
		if _, err := code128Bars(c.text, c.w, 10); err == nil {
			t.Errorf("Code 128 of %q in %g mm: no error", c.text, c.w)
		}
	}
	if _, err := qrBars(fmt.Sprintf("https://example.dk/%0200d", 1), qrSide); err == nil {
		t.Error("QR code of 220 characters: no error")
	}
}
