package pdf

import (
	"image"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/boombuler/barcode/qr"
	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/qrcode/decoder"
	"rsc.io/qr/coding"
)

// Every kind and length of text that goes into a QR code is read back by ZXing's
// decoder, without a single error to correct, and with the mask of least penalty by
// ISO/IEC 18004 alone it is the code of another library, module for module: same
// version, same bits, same mask.
func TestQRCodesAreRight(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 16))
	for _, alphabet := range []string{"0123456789", "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:", "https://brevstemme.dk/aeiou?=&ABC012"} {
		for _, n := range []int{1, 2, 7, 25, 57, 60, 130, 260, 261, 643, 1200, 1911, 2331} {
			text := make([]byte, n)
			for i := range text {
				text[i] = alphabet[rng.IntN(len(alphabet))]
			}
			q, err := encodeQR(string(text))
			if err != nil {
				t.Fatalf("%d of %q: %v", n, alphabet, err)
			}
			if got := decodeQR(t, q); got != string(text) {
				t.Errorf("%d of %q: read %q", n, alphabet, got)
			}
			other, err := qr.Encode(string(text), qr.M, qr.Auto)
			if err != nil {
				t.Fatal(err)
			}
			if w := other.Bounds().Dx(); w != q.n {
				t.Errorf("%d of %q: %d modules a side, by another library %d", n, alphabet, q.n, w)
				continue
			}
			if leastPenalty(t, string(text), q.n) != asRows(symbolOf(q.n, func(x, y int) bool { return dark(other.At(x, y).RGBA()) })) {
				t.Errorf("%d of %q: not the modules of another library", n, alphabet)
			}
		}
	}
}

// leastPenalty is text in n modules a side, with the mask that the standard's own
// penalty chooses.
func leastPenalty(t *testing.T, text string, n int) string {
	t.Helper()
	var all [][]byte
	for mask := range coding.Mask(8) {
		m, err := qrModules(qrMode(text), coding.Version((n-17)/4), mask)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, m)
	}
	best := slices.MinFunc(all, func(a, b []byte) int { return qrPenalty(n, a) - qrPenalty(n, b) })
	return asRows(symbolOf(n, func(x, y int) bool { return best[y*n+x] == 1 }))
}

// A reader finds the three corners of a receipt's code at any size: ZXing is shown
// 2,000 codes, each from five distances. One look in a thousand may fail, as a
// scanner looks again, but no code from two distances.
func TestQRCornersAreFound(t *testing.T) {
	const alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
	rng := rand.New(rand.NewPCG(18004, 7))
	codes := []string{"http://127.0.0.1:53121/k/HYJZ4EQ405B7ZYV7XYCYM0JNGV"} // by the standard's mask, unread at most sizes
	for len(codes) < 2000 {
		code := make([]byte, 26)
		for i := range code {
			code[i] = alphabet[rng.IntN(len(alphabet))]
		}
		codes = append(codes, "https://brevstemme.kommune.dk/k/"+string(code))
	}
	unread := 0
	for _, text := range codes {
		q, err := encodeQR(text)
		if err != nil {
			t.Fatal(err)
		}
		missed := 0
		for _, px := range []float64{2.6, 3.1, 4, 4.3, 6.5} {
			if got, err := decodeOnce(photograph(q, px), true); err != nil {
				missed++
			} else if got != text {
				t.Errorf("%s: read %q", text, got)
			}
		}
		if unread += missed; missed > 1 {
			t.Errorf("%s is not read from %d distances of five", text, missed)
		}
	}
	t.Logf("%d of %d looks failed", unread, 5*len(codes))
	if unread > 5*len(codes)/1000 {
		t.Errorf("%d of %d looks failed", unread, 5*len(codes))
	}
}

// photograph is a code at px dots a module, grey where a dot lies over an edge.
func photograph(q symbol, px float64) *image.Gray {
	dark := make([]bool, q.n*q.n)
	for _, d := range q.dark {
		for x := d.x; x < d.x+d.w; x++ {
			dark[d.y*q.n+x] = true
		}
	}
	side := int(float64(q.n+2*quietQR)*px) + 1
	g := image.NewGray(image.Rect(0, 0, side, side))
	at := func(i int) int { return int(math.Floor((float64(i)+0.5)/2/px)) - quietQR }
	for y := range side {
		for x := range side {
			light := 255
			for k := range 4 {
				mx, my := at(2*x+k%2), at(2*y+k/2)
				if mx >= 0 && my >= 0 && mx < q.n && my < q.n && dark[my*q.n+mx] {
					light -= 63
				}
			}
			g.Pix[y*g.Stride+x] = uint8(light)
		}
	}
	return g
}

func TestQRCodesRefuse(t *testing.T) {
	for _, text := range []string{"", strings.Repeat("0", 5597), strings.Repeat("A", 3392), strings.Repeat("a", 2332)} {
		if _, err := encodeQR(text); err == nil {
			t.Errorf("%d characters: no error", len(text))
		}
	}
	for _, text := range []string{strings.Repeat("0", 5596), strings.Repeat("A", 3391), strings.Repeat("a", 2331)} {
		if q, err := encodeQR(text); err != nil || q.n != 177 {
			t.Errorf("%d characters: %d modules, %v", len(text), q.n, err)
		}
	}
}

// The penalty of masks by ISO/IEC 18004 § 7.8.3, on patterns reckoned by hand.
func TestQRPenalty(t *testing.T) {
	for _, c := range []struct {
		name, rows string
		want       int
	}{
		{"a board of squares", "0101 1010 0101 1010", 0},
		{"dark all over", "1111 1111 1111 1111", 9*3 + 100},
		{"runs of five and six", "111110 000001 010101 101010 010101 101010", 3 + 3 + 0},
		{"a finder with light behind it", "10111010000", 40},
	} {
		rows := strings.Fields(c.rows)
		n := len(rows[0])
		m := make([]byte, 0, n*n)
		for _, r := range strings.Join(rows, "") {
			m = append(m, byte(r-'0'))
		}
		got := 0
		if len(rows) == 1 {
			got = qrLine(n, m, 1)
		} else {
			got = qrPenalty(n, m)
		}
		if got != c.want {
			t.Errorf("%s: %d, want %d", c.name, got, c.want)
		}
	}
}

// decodeQR reads the modules themselves, with no picture between.
func decodeQR(t *testing.T, q symbol) string {
	t.Helper()
	bits, err := gozxing.NewSquareBitMatrix(q.n)
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range q.dark {
		if err := bits.SetRegion(d.x, d.y, d.w, 1); err != nil {
			t.Fatal(err)
		}
	}
	res, err := decoder.NewDecoder().Decode(bits, nil)
	if err != nil {
		t.Error(err)
		return ""
	}
	if n := res.GetErrorsCorrected(); n != 0 {
		t.Errorf("%d errors had to be corrected", n)
	}
	return res.GetText()
}

// symbolOf collects the dark runs of a square.
func symbolOf(n int, isDark func(x, y int) bool) symbol {
	q := symbol{n: n}
	for y := range n {
		for x := range n {
			if isDark(x, y) {
				q.dark = append(q.dark, struct{ x, y, w int }{x, y, 1})
			}
		}
	}
	return q
}

// asRows writes a symbol as lines of characters.
func asRows(q symbol) string {
	b := []byte(strings.Repeat(strings.Repeat(".", q.n)+"\n", q.n))
	for _, d := range q.dark {
		for x := d.x; x < d.x+d.w; x++ {
			b[d.y*(q.n+1)+x] = '#'
		}
	}
	return string(b)
}
