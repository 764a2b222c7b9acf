package evidence

import (
	"bytes"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"strings"
	"testing"

	"github.com/brevstemme/brevstemme/models"
)

// corner is a picture with a red corner at the top left.
func corner(w, h int) image.Image {
	img := image.NewRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			c := color.RGBA{255, 255, 255, 255}
			if x < w/4 && y < h/4 {
				c = color.RGBA{200, 0, 0, 255}
			}
			img.SetRGBA(x, y, c)
		}
	}
	return img
}

func jpegOf(img image.Image) []byte {
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, nil); err != nil {
		panic(err)
	}
	return b.Bytes()
}

func pngOf(img image.Image) []byte {
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		panic(err)
	}
	return b.Bytes()
}

// withEXIF puts an EXIF part with a place and an orientation into a JPEG.
func withEXIF(raw []byte, o byte) []byte {
	part := append([]byte("Exif\x00\x00MM\x00*\x00\x00\x00\x08\x00\x01\x01\x12\x00\x03\x00\x00\x00\x01\x00"), o, 0, 0, 0, 0, 0, 0)
	part = append(part, []byte("GPS 56.1572 N 10.2107 E secret-place")...)
	head := []byte{0xff, 0xd8, 0xff, 0xe1, byte((len(part) + 2) >> 8), byte(len(part) + 2)}
	return append(append(head, part...), raw[2:]...)
}

func red(c color.Color) bool {
	r, g, _, _ := c.RGBA()
	return r > 0x8000 && g < 0x8000
}

func TestAPictureKeepsOnlyWhatIsSeen(t *testing.T) {
	for o, at := range map[byte]image.Point{1: {1, 1}, 3: {78, 38}, 6: {38, 1}, 8: {1, 78}} {
		f, err := Clean(withEXIF(jpegOf(corner(80, 40)), o))
		if err != nil {
			t.Fatal(err)
		}
		if bytes.Contains(f.Content, []byte("GPS")) || bytes.Contains(f.Content, []byte("Exif")) || f.Type != JPEG || len(f.SHA256) != 64 {
			t.Errorf("orientation %d: %s keeps what is not seen", o, f.Type)
		}
		img, err := jpeg.Decode(bytes.NewReader(f.Content))
		if err != nil {
			t.Fatal(err)
		}
		if !red(img.At(at.X, at.Y)) {
			t.Errorf("orientation %d: the corner is not at %v of %v", o, at, img.Bounds())
		}
	}
	raw := pngOf(corner(20, 20))
	chunk := []byte("\x00\x00\x00\x0ctEXtplace\x00secret\x00\x00\x00\x00")
	f, err := Clean(append(append(bytes.Clone(raw[:33]), pngText(chunk)...), raw[33:]...))
	if err != nil || bytes.Contains(f.Content, []byte("secret")) || f.Type != PNG {
		t.Errorf("%s %v", f.Type, err)
	}
	again, err := Clean(f.Content)
	if err != nil || again.SHA256 != f.SHA256 {
		t.Errorf("cleaning twice gives another file: %v", err)
	}
}

// pngText gives the chunk a true check sum.
func pngText(chunk []byte) []byte {
	body := chunk[4 : len(chunk)-4]
	sum := crc(body)
	return append(bytes.Clone(chunk[:len(chunk)-4]), byte(sum>>24), byte(sum>>16), byte(sum>>8), byte(sum))
}

func TestALargePictureIsMadeSmaller(t *testing.T) {
	f, err := Clean(jpegOf(corner(5000, 1000)))
	if err != nil {
		t.Fatal(err)
	}
	c, err := jpeg.DecodeConfig(bytes.NewReader(f.Content))
	if err != nil || c.Width > MaxEdge || c.Width < MaxEdge/2 || c.Height != c.Width/5 {
		t.Errorf("%d × %d, %v", c.Width, c.Height, err)
	}
}

const scan = "%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R/Metadata 5 0 R>>endobj\n" +
	"4 0 obj<</Author(Anna \\(at home\\))/Creator<416e6e61>/CreationDate(D:2025)>>endobj\n" +
	"5 0 obj<</Type/Metadata/Subtype/XML/Length 20>>stream\nsecret-place-of-scan\nendstream endobj\n" +
	"6 0 obj<</Filter/DCTDecode>>stream\nPICTURE\nendstream endobj\ntrailer<</Root 1 0 R/Info 4 0 R>>\nstartxref\n0\n%%EOF\n"

func TestAScanLosesItsDescription(t *testing.T) {
	raw := strings.Replace(scan, "PICTURE", string(withEXIF(jpegOf(corner(16, 16)), 1)), 1)
	f, err := Clean([]byte(raw))
	if err != nil {
		t.Fatal(err)
	}
	for _, secret := range []string{"Anna", "416e6e61", "D:2025", "secret", "GPS", "/Info", "/Metadata 5"} {
		if bytes.Contains(f.Content, []byte(secret)) {
			t.Errorf("%q is kept", secret)
		}
	}
	if len(f.Content) != len(raw) || f.Type != PDF {
		t.Errorf("%d bytes became %d %s", len(raw), len(f.Content), f.Type)
	}
}

func TestWhatIsRefused(t *testing.T) {
	big := pngOf(image.NewGray(image.Rect(0, 0, 8000, 6000)))
	for name, raw := range map[string][]byte{
		"nothing":      nil,
		"text":         []byte("hello"),
		"page":         []byte("<html><script>alert(1)</script>"),
		"svg":          []byte(`<svg xmlns="http://www.w3.org/2000/svg"/>`),
		"cut":          jpegOf(corner(40, 40))[:60],
		"bomb":         big,
		"too large":    append(jpegOf(corner(4, 4)), make([]byte, MaxBytes)...),
		"script":       []byte(strings.Replace(scan, "/Type/Catalog", "/Type/Catalog/OpenAction<</S/JavaScript>>", 1)),
		"hidden name":  []byte(strings.Replace(scan, "/Type/Catalog", "/Type/Catalog/Open#41ction 9 0 R", 1)),
		"password":     []byte(strings.Replace(scan, "/Info", "/Encrypt 9 0 R/Info", 1)),
		"packed":       []byte(strings.Replace(scan, "/Filter/DCTDecode", "/Type/ObjStm", 1)),
		"half":         []byte(scan[:60]),
		"other format": []byte("GIF89a"),
	} {
		if _, err := Clean(raw); models.CodeOf(err) != models.CodeInvalid {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func FuzzClean(f *testing.F) {
	f.Add([]byte(scan))
	f.Add(withEXIF(jpegOf(corner(8, 8)), 6))
	f.Add(pngOf(corner(8, 8)))
	f.Fuzz(func(t *testing.T, raw []byte) {
		got, err := Clean(raw)
		if err != nil {
			if models.CodeOf(err) != models.CodeInvalid {
				t.Fatalf("%v", err)
			}
			return
		}
		if got.Type != PDF {
			again, err := Clean(got.Content)
			if err != nil || again.Type != got.Type {
				t.Fatalf("what was cleaned is refused: %v", err)
			}
			if bytes.Contains(got.Content, []byte("Exif\x00\x00")) {
				t.Fatal("a description is kept")
			}
		}
	})
}
