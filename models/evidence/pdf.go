package evidence

import (
	"bytes"
	"encoding/binary"
	"regexp"

	"github.com/brevstemme/brevstemme/models"
)

// What a PDF may not hold: what runs or opens something by itself, files inside
// the file, a password. Object streams (PDF 1.5) hide all of it in packed
// bytes that cannot be blotted out; scanners write PDF 1.4 without them.
var refused = regexp.MustCompile(`/(JavaScript|JS|Launch|EmbeddedFiles?|EmbeddedFile|RichMedia|XFA|SubmitForm|ImportData|GoToR|OpenAction|AA|ObjStm|Encrypt)\b`)

// What describes a PDF: the information dictionary's entries and the references
// to packets of metadata. Values are blotted out at the same length, so that
// every offset in the file stays true.
var (
	described   = regexp.MustCompile(`/(Author|Creator|Producer|Title|Subject|Keywords|CreationDate|ModDate|SourceModified|Company|GPS[A-Za-z]*)\s*(\((?:\\.|[^\\()])*\)|<[0-9A-Fa-f\s]*>)`)
	info        = regexp.MustCompile(`/(Info|Metadata|PieceInfo|Thumb)\s+\d+\s+\d+\s+R`)
	packet      = regexp.MustCompile(`(?s)<\?xpacket begin.*?<\?xpacket end[^>]*>`)
	streamOf    = regexp.MustCompile(`(?s)/Type\s*/Metadata\b.{0,400}?stream\r?\n`)
	streamStart = regexp.MustCompile(`>>\s*stream\r?\n`)
	name        = regexp.MustCompile(`/[^\s/<>\[\](){}%]*#[0-9A-Fa-f]{2}`)
)

func cleanPDF(raw []byte) ([]byte, error) {
	if !bytes.Contains(raw, []byte("%%EOF")) || !bytes.Contains(raw, []byte("startxref")) {
		return nil, models.Invalid("file", "evidence.unreadable")
	}
	// A name may be written with #xx instead of letters: none of ours needs it.
	plain := outside(raw)
	if refused.Match(plain) || name.Match(plain) {
		return nil, models.Invalid("file", "evidence.pdf_active")
	}
	out := bytes.Clone(raw)
	for _, m := range streamOf.FindAllIndex(out, -1) {
		if n := bytes.Index(out[m[1]:], []byte("endstream")); n >= 0 {
			blot(out[m[1] : m[1]+n])
		}
	}
	for _, m := range described.FindAllSubmatchIndex(out, -1) {
		blot(out[m[4]+1 : m[5]-1])
	}
	for _, re := range []*regexp.Regexp{info, packet} {
		for _, m := range re.FindAllIndex(out, -1) {
			blot(out[m[0]:m[1]])
		}
	}
	blotPictures(out)
	return out, nil
}

func blot(b []byte) {
	for i := range b {
		b[i] = ' '
	}
}

// outside is the file without the bytes of its streams, where a name may stand
// by chance.
func outside(raw []byte) []byte {
	var out []byte
	for {
		at := streamStart.FindIndex(raw)
		if at == nil {
			return append(out, raw...)
		}
		begin := at[1]
		out = append(out, raw[:begin]...)
		end := bytes.Index(raw[begin:], []byte("endstream"))
		if end < 0 {
			return append(out, raw[begin:]...)
		}
		raw = raw[begin+end+len("endstream"):]
	}
}

// blotPictures empties the descriptions (APP1 to APP15 but Adobe's colours, and
// comments) of every JPEG inside the file.
func blotPictures(raw []byte) {
	for i := 0; ; {
		n := bytes.Index(raw[i:], []byte("\xff\xd8\xff"))
		if n < 0 {
			return
		}
		i += n + 2
		for i+4 <= len(raw) && raw[i] == 0xff {
			kind, size := raw[i+1], int(binary.BigEndian.Uint16(raw[i+2:]))
			if kind == 0xda || size < 2 || i+2+size > len(raw) {
				break
			}
			if kind == 0xfe || kind >= 0xe1 && kind <= 0xef && kind != 0xee {
				clear(raw[i+4 : i+2+size])
			}
			i += 2 + size
		}
	}
}
