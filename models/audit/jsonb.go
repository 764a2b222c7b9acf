package audit

import (
	"bytes"
	"cmp"
	"slices"
	"unicode/utf8"
)

// JSONBText writes a JSON document as PostgreSQL's jsonb prints it: members by
// the length of their names, then by their bytes, ": " and ", " between. Two
// documents of the same text say the same. false means that it holds something
// whose form there is not plain (an exponent, an escape in a name, a name
// twice); SameJSON then tells.
func JSONBText(dst, doc []byte) ([]byte, bool) {
	text, plain := new(JSONB).Text(doc)
	return append(dst, text...), plain
}

// JSONB is JSONBText of one document after the other, in the same room. The zero
// value is ready; it is for one goroutine.
type JSONB struct {
	in, out []byte
	at      int
	odd     bool
	parts   []jsonbPart // of the objects and arrays that are open, the innermost last
}

// Text is JSONBText of doc; it holds until the next call, or until doc changes.
func (p *JSONB) Text(doc []byte) (text []byte, plain bool) {
	p.in, p.out, p.at, p.odd, p.parts = doc, p.out[:0], 0, false, p.parts[:0]
	text = p.value(0)
	p.space()
	return text, !p.odd && p.at == len(p.in)
}

// jsonbPart is an element, or a member with its name in quotes. The texts are
// parts of the document, or of out where they differ from it.
type jsonbPart struct{ name, text []byte }

func compareParts(a, b jsonbPart) int {
	return cmp.Or(cmp.Compare(len(a.name), len(b.name)), bytes.Compare(a.name, b.name))
}

// sortParts sorts few by insertion: a record has a handful.
func sortParts(parts []jsonbPart) {
	if len(parts) > 40 {
		slices.SortFunc(parts, compareParts)
		return
	}
	for i := 1; i < len(parts); i++ {
		m, j := parts[i], i
		for ; j > 0 && (len(m.name) < len(parts[j-1].name) || len(m.name) == len(parts[j-1].name) && bytes.Compare(m.name, parts[j-1].name) < 0); j-- {
			parts[j] = parts[j-1]
		}
		parts[j] = m
	}
}

const jsonbDepth = 100 // deeper ones are left to SameJSON

func (p *JSONB) space() {
	for p.at < len(p.in) && (p.in[p.at] == ' ' || p.in[p.at] == '\n' || p.in[p.at] == '\t' || p.in[p.at] == '\r') {
		p.at++
	}
}

// next skips white space and takes c if it comes.
func (p *JSONB) next(c byte) bool {
	p.space()
	if p.at < len(p.in) && p.in[p.at] == c {
		p.at++
		return true
	}
	return false
}

// value reads what comes and gives its text.
func (p *JSONB) value(depth int) []byte {
	p.space()
	if p.at >= len(p.in) || depth > jsonbDepth {
		p.odd = true
		return nil
	}
	switch c := p.in[p.at]; {
	case c == '{':
		return p.list(depth, '}')
	case c == '[':
		return p.list(depth, ']')
	case c == '"':
		text, _ := p.text()
		return text
	case c == '-' || '0' <= c && c <= '9':
		return p.number()
	}
	for _, word := range []string{"true", "false", "null"} {
		if bytes.HasPrefix(p.in[p.at:], []byte(word)) {
			p.at += len(word)
			return p.in[p.at-len(word) : p.at]
		}
	}
	p.odd = true
	return nil
}

// list reads an object or an array, up to its end.
func (p *JSONB) list(depth int, end byte) []byte {
	begin, first, room := p.in[p.at], len(p.parts), len(p.out)
	p.at++
	for n := 0; !p.odd && !p.next(end); n++ {
		var part jsonbPart
		if n > 0 && !p.next(',') {
			p.odd = true
		}
		if end == '}' {
			part.name = p.name()
		}
		part.text = p.value(depth + 1)
		p.parts = append(p.parts, part)
	}
	parts, from := p.parts[first:], len(p.out)
	if end == '}' {
		sortParts(parts)
	}
	out := append(p.out, begin)
	for i, part := range parts {
		if i > 0 {
			out = append(out, ", "...)
			p.odd = p.odd || end == '}' && bytes.Equal(parts[i-1].name, part.name)
		}
		if end == '}' {
			out = append(append(out, part.name...), ": "...)
		}
		out = append(out, part.text...)
	}
	out = append(out, end)
	p.parts = p.parts[:first]
	if from > room { // over the texts of its parts, which are needed no more
		out = append(out[:room], out[from:]...)
	}
	p.out = out
	return out[room:]
}

// name reads a member's name and the colon.
func (p *JSONB) name() []byte {
	p.space()
	if p.at >= len(p.in) || p.in[p.at] != '"' {
		p.odd = true
		return nil
	}
	name, escaped := p.text()
	p.odd = p.odd || escaped || !p.next(':')
	return name
}

// number takes plain ones: jsonb keeps their digits as they are.
func (p *JSONB) number() []byte {
	from := p.at
	if p.in[p.at] == '-' {
		p.at++
	}
	whole := p.digits()
	p.odd = p.odd || whole == 0 || whole > 1 && p.in[p.at-whole] == '0'
	if p.at < len(p.in) && p.in[p.at] == '.' {
		p.at++
		p.odd = p.odd || p.digits() == 0
	}
	if p.at < len(p.in) && (p.in[p.at] == 'e' || p.in[p.at] == 'E') {
		p.odd = true
	}
	text := p.in[from:p.at]
	if text[0] == '-' && !bytes.ContainsAny(text, "123456789") { // it has no negative zero
		p.odd = true
	}
	return text
}

func (p *JSONB) digits() (n int) {
	for p.at < len(p.in) && '0' <= p.in[p.at] && p.in[p.at] <= '9' {
		p.at++
		n++
	}
	return n
}

// text reads a string, and writes it anew only where it has escapes: those that
// jsonb prints.
func (p *JSONB) text() (text []byte, escaped bool) {
	begin, from, start := p.at, p.at, len(p.out)
	for p.at++; ; {
		for p.at < len(p.in) && p.in[p.at] >= 0x20 && p.in[p.at] != '"' && p.in[p.at] != '\\' {
			p.at++
		}
		switch {
		case p.at >= len(p.in) || p.in[p.at] < 0x20:
			p.odd = true
			return nil, escaped
		case p.in[p.at] == '"':
			p.at++
			if !escaped {
				return p.in[begin:p.at], false
			}
			p.out = append(p.out, p.in[from:p.at]...)
			return p.out[start:], true
		}
		p.out = append(p.out, p.in[from:p.at]...)
		p.escape()
		from, escaped = p.at, true
	}
}

func (p *JSONB) escape() {
	if p.at+1 >= len(p.in) {
		p.odd, p.at = true, len(p.in)
		return
	}
	c := p.in[p.at+1]
	p.at += 2
	switch c {
	case '"', '\\', 'b', 'f', 'n', 'r', 't':
		p.out = append(p.out, '\\', c)
	case '/':
		p.out = append(p.out, c)
	case 'u':
		p.unicode()
	default:
		p.odd = true
	}
}

// unicode prints a character that was written as \uXXXX: as itself. Pairs and
// control characters are left to SameJSON.
func (p *JSONB) unicode() {
	if p.at+4 > len(p.in) {
		p.odd, p.at = true, len(p.in)
		return
	}
	var r rune
	for _, c := range p.in[p.at : p.at+4] {
		switch {
		case '0' <= c && c <= '9':
			r = r<<4 | rune(c-'0')
		case 'a' <= c|0x20 && c|0x20 <= 'f':
			r = r<<4 | rune(c|0x20-'a'+10)
		default:
			p.odd = true
		}
	}
	p.at += 4
	if r < 0x20 || r == '"' || r == '\\' || 0xd800 <= r && r < 0xe000 {
		p.odd = true
	}
	p.out = utf8.AppendRune(p.out, r)
}
