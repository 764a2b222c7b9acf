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
	p := jsonbPrinter{in: doc, out: dst}
	p.value(0)
	p.space()
	return p.out, !p.odd && p.at == len(p.in)
}

type jsonbPrinter struct {
	in, out []byte
	at      int
	odd     bool
	swap    []byte
}

// jsonbMember is a name and where its text stands.
type jsonbMember struct {
	name     []byte
	from, to int
}

// sortMembers sorts few by insertion: a record has a handful.
func sortMembers(members []jsonbMember) {
	before := func(a, b *jsonbMember) bool {
		return len(a.name) < len(b.name) || len(a.name) == len(b.name) && bytes.Compare(a.name, b.name) < 0
	}
	if len(members) > 40 {
		slices.SortFunc(members, func(a, b jsonbMember) int {
			return cmp.Or(cmp.Compare(len(a.name), len(b.name)), bytes.Compare(a.name, b.name))
		})
		return
	}
	for i := 1; i < len(members); i++ {
		m, j := members[i], i
		for ; j > 0 && before(&m, &members[j-1]); j-- {
			members[j] = members[j-1]
		}
		members[j] = m
	}
}

const jsonbDepth = 100 // deeper ones are left to SameJSON

func (p *jsonbPrinter) space() {
	for p.at < len(p.in) && (p.in[p.at] == ' ' || p.in[p.at] == '\n' || p.in[p.at] == '\t' || p.in[p.at] == '\r') {
		p.at++
	}
}

// next skips white space and takes c if it comes.
func (p *jsonbPrinter) next(c byte) bool {
	p.space()
	if p.at < len(p.in) && p.in[p.at] == c {
		p.at++
		return true
	}
	return false
}

func (p *jsonbPrinter) value(depth int) {
	p.space()
	if p.at >= len(p.in) || depth > jsonbDepth {
		p.odd = true
		return
	}
	switch c := p.in[p.at]; {
	case c == '{':
		p.object(depth)
	case c == '[':
		p.array(depth)
	case c == '"':
		p.text()
	case c == '-' || '0' <= c && c <= '9':
		p.number()
	default:
		for _, word := range []string{"true", "false", "null"} {
			if bytes.HasPrefix(p.in[p.at:], []byte(word)) {
				p.at += len(word)
				p.out = append(p.out, word...)
				return
			}
		}
		p.odd = true
	}
}

func (p *jsonbPrinter) array(depth int) {
	p.at++
	p.out = append(p.out, '[')
	for n := 0; !p.odd && !p.next(']'); n++ {
		if n > 0 {
			p.odd = p.odd || !p.next(',')
			p.out = append(p.out, ", "...)
		}
		p.value(depth + 1)
	}
	p.out = append(p.out, ']')
}

func (p *jsonbPrinter) object(depth int) {
	p.at++
	var few [16]jsonbMember
	members, start := few[:0], len(p.out)
	for n := 0; !p.odd && !p.next('}'); n++ {
		if n > 0 {
			p.odd = p.odd || !p.next(',')
		}
		p.space()
		m := jsonbMember{from: len(p.out)}
		if p.at >= len(p.in) || p.in[p.at] != '"' {
			p.odd = true
			return
		}
		name := p.at + 1
		p.text()
		m.name = p.in[name:max(p.at-1, name)]
		p.odd = p.odd || bytes.IndexByte(m.name, '\\') >= 0 || !p.next(':')
		p.out = append(p.out, ": "...)
		p.value(depth + 1)
		m.to = len(p.out)
		members = append(members, m)
	}
	sortMembers(members)
	p.swap = append(p.swap[:0], '{')
	for i, m := range members {
		if i > 0 {
			p.swap = append(p.swap, ", "...)
			p.odd = p.odd || bytes.Equal(members[i-1].name, m.name)
		}
		p.swap = append(p.swap, p.out[m.from:m.to]...)
	}
	p.out = append(append(p.out[:start], p.swap...), '}')
}

// number takes plain ones: jsonb keeps their digits as they are.
func (p *jsonbPrinter) number() {
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
	if text := p.in[from:p.at]; text[0] == '-' && !bytes.ContainsAny(text, "123456789") { // it has no negative zero
		p.odd = true
	}
	p.out = append(p.out, p.in[from:p.at]...)
}

func (p *jsonbPrinter) digits() (n int) {
	for p.at < len(p.in) && '0' <= p.in[p.at] && p.in[p.at] <= '9' {
		p.at++
		n++
	}
	return n
}

// text copies a string, with the escapes that jsonb prints.
func (p *jsonbPrinter) text() {
	p.at++
	p.out = append(p.out, '"')
	for from := p.at; ; {
		if p.at >= len(p.in) || p.in[p.at] < 0x20 {
			p.odd = true
			return
		}
		switch p.in[p.at] {
		case '"':
			p.out = append(append(p.out, p.in[from:p.at]...), '"')
			p.at++
			return
		case '\\':
			p.out = append(p.out, p.in[from:p.at]...)
			p.escape()
			from = p.at
		default:
			p.at++
		}
	}
}

func (p *jsonbPrinter) escape() {
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
func (p *jsonbPrinter) unicode() {
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
