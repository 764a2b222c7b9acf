package pdf

import (
	"fmt"
	"image"
	"math"
	"math/rand/v2"
	"runtime"
	"sync"
	"testing"

	"github.com/brevstemme/brevstemme/models"
)

// code is one code of the forms, drawn alone: a page of other ink around it
// costs time and changes nothing for the reader.
type code struct {
	text string
	w, h float64 // mm
	bars []bar
}

// The codes of 252 forms are read back from what a bad printer and a careless
// hand make of them. Every reading is of another number, place on the grid of
// dots and pattern of gaps; all are the same on every run. Promised: at most one
// in a thousand unread, and never another text than was printed.
func TestManyBadCodesAreReadBack(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		square bool
		code   func(r *rand.Rand, i int) (code, error)
	}{{"Code 128", false, linearCode}, {"QR", true, squareCode}} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			readMany(t, 252, c.square, c.code)
		})
	}
}

// readMany draws n codes, degrades each in four ways and counts the readings.
func readMany(t *testing.T, n int, square bool, make func(*rand.Rand, int) (code, error)) {
	var right, all int
	var mu sync.Mutex
	var group sync.WaitGroup
	work := func(i int) {
		r := rand.New(rand.NewPCG(7, uint64(i)))
		c, err := make(r, i)
		if err != nil {
			t.Error(err)
			return
		}
		for name, bad := range worn(drawn(c, r.Float64(), r.Float64()), r) {
			got, err := decode(bad, square)
			mu.Lock()
			all++
			switch {
			case err != nil:
				t.Logf("%s %s: not read: %v", c.text, name, err)
			case got != c.text:
				t.Errorf("%s %s: WRONG: %q", c.text, name, got)
			default:
				right++
			}
			mu.Unlock()
		}
	}
	workers := runtime.GOMAXPROCS(0)
	for k := range workers {
		group.Go(func() {
			for i := k; i < n; i += workers {
				work(i)
			}
		})
	}
	group.Wait()
	t.Logf("%d of %d readings right", right, all)
	if all < 1000 || (all-right)*1000 > all {
		t.Errorf("%d of %d readings right, promised 99.9 %%", right, all)
	}
}

// linearCode is a form's or a container's number in the two sizes of the
// forms: the head, and the cell of a table.
func linearCode(r *rand.Rand, i int) (code, error) {
	types := []Type{TypeHandoverOffer, TypeReception, TypeDayReport, TypeMaterialNote}
	c := code{text: Number(types[i%len(types)], r.Uint64N(1<<31)), w: codeWidth, h: 11}
	if i%2 == 1 {
		c.h = 8.8
	}
	var err error
	c.bars, err = code128Bars(c.text, c.w, c.h)
	return c, err
}

// squareCode is the address where a sheet is checked, in the head's size, and,
// one in three, the number on the smallest label.
func squareCode(r *rand.Rand, i int) (code, error) {
	const characters = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	receipt := []byte{}
	for range 24 {
		receipt = append(receipt, characters[r.IntN(len(characters))])
	}
	f := Form{CheckBase: "https://brevstemme.aarhus.dk", Code: models.WithCheck(string(receipt))}
	c := code{text: f.CheckURL(), w: qrSide, h: qrSide}
	if i%3 == 0 {
		c = code{text: Number(TypeHandoverOffer, r.Uint64N(1<<31)), w: 14.6, h: 14.6}
	}
	var err error
	c.bars, err = qrBars(c.text, c.w)
	return c, err
}

// drawn is a code in grey at scanDPI with white around it, its corner moved by
// (dx, dy) dots: a dot is as dark as the part of it that the bars cover.
func drawn(c code, dx, dy float64) *image.Gray {
	const px, edge = scanDPI / 25.4, 40
	out := image.NewGray(image.Rect(0, 0, int(c.w*px)+2*edge, int(c.h*px)+2*edge))
	ink := make([]float64, len(out.Pix))
	for _, b := range c.bars {
		x0, y0 := b.x*px+edge+dx, b.y*px+edge+dy
		x1, y1 := x0+b.w*px, y0+b.h*px
		for y := int(y0); float64(y) < y1; y++ {
			down := covered(y, y0, y1)
			for x := int(x0); float64(x) < x1; x++ {
				ink[y*out.Stride+x] += covered(x, x0, x1) * down
			}
		}
	}
	for i, v := range ink {
		out.Pix[i] = 255 - uint8(math.Round(255*min(v, 1)))
	}
	return out
}

// covered is the part of dot i that lies between from and to.
func covered(i int, from, to float64) float64 {
	return min(to, float64(i)+1) - max(from, float64(i))
}

// worn is a code blurred, turned by two degrees one way or the other, with 2 %
// of its dots missing, and all of that at once.
func worn(g *image.Gray, r *rand.Rand) map[string]*image.Gray {
	angle := float64(4*r.IntN(2) - 2)
	holes := gaps(g, r)
	return map[string]*image.Gray{
		"blurred": blur(g), fmt.Sprintf("turned %g°", angle): turn(g, angle), "gaps": blur(holes), "all": blur(turn(holes, angle)),
	}
}
