// Package evidence makes files that people hand in (a photo of a seal, a scan of
// a paper form, a signature drawn on a screen) safe to keep: the kind is read
// from the bytes and never from a name, pictures are drawn anew so that nothing
// but what can be seen is kept (no place, no camera, no thumbnail), and in a PDF
// what describes it is blotted out and what acts by itself is refused.
package evidence

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"

	"github.com/brevstemme/brevstemme/models"
)

// The limits of one file. MaxPixels bounds what a small file may unfold to;
// a picture is made smaller to at most MaxEdge pixels along its longer side,
// enough to read a seal's number on an A4 page.
const (
	MaxBytes  = 8 << 20
	MaxPixels = 40 << 20
	MaxEdge   = 2400
)

// The kinds of files.
const (
	PNG  = "image/png"
	JPEG = "image/jpeg"
	PDF  = "application/pdf"
)

// File is a file as it may be kept: cleaned, with its kind and its SHA-256 in hex.
type File struct {
	Type    string
	SHA256  string
	Content []byte
}

// Clean reads what was uploaded and makes the file that is kept. Everything it
// refuses is CodeInvalid on the field "file".
func Clean(raw []byte) (File, error) {
	if len(raw) == 0 {
		return File{}, models.Invalid("file", "evidence.empty")
	}
	if len(raw) > MaxBytes {
		return File{}, models.Invalid("file", "evidence.too_large", MaxBytes>>20)
	}
	var f File
	var err error
	switch {
	case bytes.HasPrefix(raw, []byte("\x89PNG\r\n\x1a\n")):
		f.Type = PNG
		f.Content, err = redrawPNG(raw)
	case bytes.HasPrefix(raw, []byte("\xff\xd8\xff")):
		f.Type = JPEG
		f.Content, err = redrawJPEG(raw)
	case bytes.HasPrefix(raw, []byte("%PDF-")):
		f.Type = PDF
		f.Content, err = cleanPDF(raw)
	default:
		err = models.Invalid("file", "evidence.kind")
	}
	if err != nil {
		return File{}, err
	}
	if len(f.Content) > MaxBytes {
		return File{}, models.Invalid("file", "evidence.too_large", MaxBytes>>20)
	}
	sum := sha256.Sum256(f.Content)
	f.SHA256 = hex.EncodeToString(sum[:])
	return f, nil
}
