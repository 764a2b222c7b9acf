package evidence

import (
	"bytes"
	"encoding/binary"
	"image"
	"image/draw"
	"image/jpeg"
	"image/png"

	"github.com/brevstemme/brevstemme/models"
)

func redrawPNG(raw []byte) ([]byte, error) {
	c, err := png.DecodeConfig(bytes.NewReader(raw))
	if err != nil {
		return nil, unreadable(err)
	}
	if err := roomFor(c); err != nil {
		return nil, err
	}
	img, err := png.Decode(bytes.NewReader(raw))
	if err != nil {
		return nil, unreadable(err)
	}
	var out bytes.Buffer
	err = png.Encode(&out, smaller(pixels(img)))
	return out.Bytes(), err
}

func redrawJPEG(raw []byte) ([]byte, error) {
	c, err := jpeg.DecodeConfig(bytes.NewReader(raw))
	if err != nil {
		return nil, unreadable(err)
	}
	if err := roomFor(c); err != nil {
		return nil, err
	}
	img, err := jpeg.Decode(bytes.NewReader(raw))
	if err != nil {
		return nil, unreadable(err)
	}
	// How the camera was held stands in the data that is not kept: turn first.
	var out bytes.Buffer
	err = jpeg.Encode(&out, turned(smaller(pixels(img)), orientation(raw)), &jpeg.Options{Quality: 85})
	return out.Bytes(), err
}

func unreadable(err error) error { return models.Invalid("file", "evidence.unreadable").Because(err) }

func roomFor(c image.Config) error {
	if c.Width <= 0 || c.Height <= 0 || c.Width > MaxPixels/c.Height {
		return models.Invalid("file", "evidence.too_many_pixels", MaxPixels>>20)
	}
	return nil
}

// pixels copies a picture into one form, so that the rest handles one form only.
func pixels(img image.Image) *image.RGBA {
	b := img.Bounds()
	out := image.NewRGBA(image.Rect(0, 0, b.Dx(), b.Dy()))
	draw.Draw(out, out.Bounds(), img, b.Min, draw.Src)
	return out
}

// smaller makes the longer side at most MaxEdge pixels by averaging whole blocks.
func smaller(img *image.RGBA) *image.RGBA {
	w, h := img.Rect.Dx(), img.Rect.Dy()
	k := (max(w, h) + MaxEdge - 1) / MaxEdge
	if k <= 1 {
		return img
	}
	out := image.NewRGBA(image.Rect(0, 0, max(w/k, 1), max(h/k, 1)))
	for y := range out.Rect.Dy() {
		for x := range out.Rect.Dx() {
			var sum [4]int
			n := 0
			for dy := y * k; dy < min((y+1)*k, h); dy++ {
				for dx := x * k; dx < min((x+1)*k, w); dx++ {
					p := img.Pix[img.PixOffset(dx, dy):]
					for c := range sum {
						sum[c] += int(p[c])
					}
					n++
				}
			}
			p := out.Pix[out.PixOffset(x, y):]
			for c := range sum {
				p[c] = byte(sum[c] / n)
			}
		}
	}
	return out
}

// orientation is the EXIF orientation 1–8 of a JPEG (TIFF tag 0x0112), 1 when
// there is none that can be read.
func orientation(raw []byte) int {
	for at := 2; at+4 <= len(raw) && raw[at] == 0xff && raw[at+1] != 0xda; {
		n := int(binary.BigEndian.Uint16(raw[at+2:]))
		if n < 2 || at+2+n > len(raw) {
			return 1
		}
		part := raw[at+4 : at+2+n]
		if raw[at+1] == 0xe1 && bytes.HasPrefix(part, []byte("Exif\x00\x00")) {
			return orientationIn(part[6:])
		}
		at += 2 + n
	}
	return 1
}

func orientationIn(tiff []byte) int {
	if len(tiff) < 8 {
		return 1
	}
	var order binary.ByteOrder = binary.LittleEndian
	if tiff[0] == 'M' {
		order = binary.BigEndian
	}
	at := int64(order.Uint32(tiff[4:]))
	if at+2 > int64(len(tiff)) {
		return 1
	}
	for i := range int64(order.Uint16(tiff[at:])) {
		p := at + 2 + 12*i
		if p+12 > int64(len(tiff)) {
			return 1
		}
		if order.Uint16(tiff[p:]) == 0x0112 {
			if v := int(order.Uint16(tiff[p+8:])); v >= 1 && v <= 8 {
				return v
			}
		}
	}
	return 1
}

// turned puts a picture upright: 2–4 keep its sides, 5–8 exchange them.
func turned(img *image.RGBA, o int) *image.RGBA {
	if o <= 1 {
		return img
	}
	w, h := img.Rect.Dx(), img.Rect.Dy()
	size := image.Rect(0, 0, w, h)
	if o >= 5 {
		size = image.Rect(0, 0, h, w)
	}
	out := image.NewRGBA(size)
	for y := range size.Dy() {
		for x := range size.Dx() {
			fx, fy := source(o, x, y, w, h)
			copy(out.Pix[out.PixOffset(x, y):][:4], img.Pix[img.PixOffset(fx, fy):])
		}
	}
	return out
}

// source is the pixel of the stored picture that is seen at (x, y).
func source(o, x, y, w, h int) (int, int) {
	switch o {
	case 2:
		return w - 1 - x, y
	case 3:
		return w - 1 - x, h - 1 - y
	case 4:
		return x, h - 1 - y
	case 5:
		return y, x
	case 6:
		return y, h - 1 - x
	case 7:
		return w - 1 - y, h - 1 - x
	}
	return w - 1 - y, x
}
