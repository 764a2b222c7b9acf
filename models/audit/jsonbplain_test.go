package audit

import (
	"bytes"
	"cmp"
	"math/rand/v2"
	"slices"
	"testing"
	"unicode/utf8"
)

// agreeJSONB compares both printers; p is one that other documents went through.
func agreeJSONB(t *testing.T, p *JSONB, doc []byte) {
	t.Helper()
	want, plain := plainJSONBText(nil, doc)
	before := bytes.Clone(doc)
	got, ok := p.Text(doc)
	if ok != plain || plain && !bytes.Equal(got, want) || !bytes.Equal(doc, before) {
		t.Fatalf("%q: %q %v, want %q %v", before, got, ok, want, plain)
	}
}

// Documents of every shape, whole and damaged, are printed as by the plain way.
func TestJSONBAgreesWithThePlainWay(t *testing.T) {
	var p JSONB
	r := rand.New(rand.NewPCG(1, 2))
	const odd = "{}[]\",:\\-0 .eu\x00\xff"
	plain := 0
	for range 20_000 {
		doc := anyJSON(r, 0)
		agreeJSONB(t, &p, doc)
		if _, ok := p.Text(doc); ok {
			plain++
		}
		for range 3 {
			at := r.IntN(len(doc))
			switch r.IntN(3) {
			case 0:
				doc[at] = odd[r.IntN(len(odd))]
			case 1:
				doc = append(doc[:at:at], doc[min(len(doc), at+1+r.IntN(4)):]...)
			default:
				doc = slices.Insert(doc, at, odd[r.IntN(len(odd))])
			}
			if len(doc) == 0 {
				break
			}
			agreeJSONB(t, &p, doc)
		}
	}
	if plain < 2_000 {
		t.Errorf("only %d documents could be printed: the comparison says little", plain)
	}
}

// anyJSON draws a document: names twice, escapes, unusual numbers and white
// space among them.
func anyJSON(r *rand.Rand, depth int) []byte {
	texts := []string{`"a"`, `"b"`, `"id"`, `"state"`, `"æ"`, `"\n"`, `"x\u00e6y"`, `"\\\""`, `""`, `"\/"`, `"long enough to be more than a word"`, `"\ud83d\ude00"`, `"\u0061"`}
	text := func(n int) []byte { return []byte(texts[r.IntN(n)]) }
	gap := func() string { return []string{"", "", "", " ", "\n\t"}[r.IntN(5)] }
	kind := r.IntN(10)
	if depth > 4 {
		kind = r.IntN(5)
	}
	switch {
	case depth > 0 && kind < 3:
		return text(len(texts) - r.IntN(3))
	case depth > 0 && kind < 5:
		return []byte([]string{"0", "1", "-1", "12.50", "true", "false", "null", "-0", "1e3", "01", "-0.0", "123456789012345678901"}[min(r.IntN(12), r.IntN(12))])
	}
	open, end := "[", "]"
	if kind%2 == 0 {
		open, end = "{", "}"
	}
	out := []byte(gap() + open)
	n := r.IntN(4)
	if depth == 0 && r.IntN(8) == 0 {
		n = r.IntN(60)
	}
	for i := range n {
		if i > 0 {
			out = append(out, gap()+","+gap()...)
		}
		if open == "{" {
			name := text(5)
			if r.IntN(8) > 0 { // mostly once
				name = append(append(name[:len(name)-1:len(name)-1], byte('A'+i%26), byte('A'+i/26)), '"')
			}
			out = append(append(out, name...), gap()+":"+gap()...)
		}
		out = append(out, anyJSON(r, depth+1)...)
	}
	return append(out, gap()+end...)
}

// plainJSONBText is what JSONBText has to agree with: it writes every member as it
// comes, and puts them in order afterwards by copying.
func plainJSONBText(dst, doc []byte) ([]byte, bool) {
	p := plainPrinter{in: doc, out: dst}
	p.value(0)
	p.space()
	return p.out, !p.odd && p.at == len(p.in)
}

type plainPrinter struct {
	in, out []byte
	at      int
	odd     bool
	swap    []byte
}

// plainMember is a name and where its text stands.
type plainMember struct {
	name     []byte
	from, to int
}

func sortPlainMembers(members []plainMember) {
	slices.SortStableFunc(members, func(a, b plainMember) int {
		return cmp.Or(cmp.Compare(len(a.name), len(b.name)), bytes.Compare(a.name, b.name))
	})
}

func (p *plainPrinter) space() {
	for p.at < len(p.in) && (p.in[p.at] == ' ' || p.in[p.at] == '\n' || p.in[p.at] == '\t' || p.in[p.at] == '\r') {
		p.at++
	}
}

// next skips white space and takes c if it comes.
func (p *plainPrinter) next(c byte) bool {
	p.space()
	if p.at < len(p.in) && p.in[p.at] == c {
		p.at++
		return true
	}
	return false
}

func (p *plainPrinter) value(depth int) {
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

func (p *plainPrinter) array(depth int) {
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

func (p *plainPrinter) object(depth int) {
	p.at++
	var few [16]plainMember
	members, start := few[:0], len(p.out)
	for n := 0; !p.odd && !p.next('}'); n++ {
		if n > 0 {
			p.odd = p.odd || !p.next(',')
		}
		p.space()
		m := plainMember{from: len(p.out)}
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
	sortPlainMembers(members)
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
func (p *plainPrinter) number() {
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

func (p *plainPrinter) digits() (n int) {
	for p.at < len(p.in) && '0' <= p.in[p.at] && p.in[p.at] <= '9' {
		p.at++
		n++
	}
	return n
}

// text copies a string, with the escapes that jsonb prints.
func (p *plainPrinter) text() {
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

func (p *plainPrinter) escape() {
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
func (p *plainPrinter) unicode() {
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
