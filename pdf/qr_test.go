package pdf

import (
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/boombuler/barcode/qr"
	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/qrcode/decoder"
)

// Every kind and length of text that goes into a QR code is read back by ZXing's
// decoder, without a single error to correct, and is the code of another library,
// module for module: same version, same bits, same mask.
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
			if asRows(q) != asRows(symbolOf(q.n, func(x, y int) bool { return dark(other.At(x, y).RGBA()) })) {
				t.Errorf("%d of %q: not the modules of another library", n, alphabet)
			}
		}
	}
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
