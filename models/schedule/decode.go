package schedule

import (
	"bytes"
	"strings"
	"unicode/utf8"
)

// windows1252 is the upper half from 0x80 to 0x9F (WHATWG Encoding Standard,
// index windows-1252); from 0xA0 on the bytes are the code points. The five
// bytes without a character stay control characters, which no row may hold.
var windows1252 = [32]rune{
	'€', 0x81, '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', 0x8D, 'Ž', 0x8F,
	0x90, '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', 0x9D, 'ž', 'Ÿ',
}

// fromWindows1252 decodes bytes that are not UTF-8.
func fromWindows1252(b []byte) string {
	var s strings.Builder
	s.Grow(len(b) + len(b)/8)
	for _, c := range b {
		switch {
		case c < 0x80:
			s.WriteByte(c)
		case c < 0xA0:
			s.WriteRune(windows1252[c-0x80])
		default:
			s.WriteRune(rune(c))
		}
	}
	return s.String()
}

var byteOrderMark = []byte("\xEF\xBB\xBF")

// lines splits a file into its physical lines, without their ends, and decodes
// each: a line that is not UTF-8 is Windows-1252. So a file pasted together from
// both still reads. ok is false for what is no text (NUL bytes: a spreadsheet, a
// picture, UTF-16).
func lines(data []byte) (out []string, ok bool) {
	data, marked := bytes.CutPrefix(data, byteOrderMark)
	if bytes.IndexByte(data, 0) >= 0 {
		return nil, false
	}
	out = make([]string, 0, bytes.Count(data, []byte{'\n'})+1)
	for len(data) > 0 {
		end, next := len(data), len(data)
		if i := bytes.IndexAny(data, "\r\n"); i >= 0 {
			end, next = i, i+1
			if data[i] == '\r' && next < len(data) && data[next] == '\n' {
				next++
			}
		}
		out, data = append(out, decode(data[:end], marked)), data[next:]
	}
	return out, true
}

// decode is one line as text; marked means that a byte order mark promised UTF-8.
func decode(b []byte, marked bool) string {
	switch {
	case utf8.Valid(b):
		return string(b)
	case marked:
		return strings.ToValidUTF8(string(b), "\uFFFD")
	}
	return fromWindows1252(b)
}
