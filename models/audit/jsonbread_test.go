package audit

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

// agreeJSONB holds what p prints, which other documents went through, against the
// library's reading of the document. What is no text is refused before it gets here.
func agreeJSONB(t *testing.T, p *JSONB, doc []byte) {
	t.Helper()
	before := bytes.Clone(doc)
	got, ok := p.Text(doc)
	if !bytes.Equal(doc, before) {
		t.Fatalf("%q became %q", before, doc)
	}
	if !ok || !utf8.Valid(doc) {
		return
	}
	if v, err := parsed(doc); err != nil || !json.Valid(doc) || string(got) != printed(v) {
		t.Fatalf("%q: %q, want %q (%v)", doc, got, printed(v), err)
	}
}

// Documents of every shape, whole and damaged, are printed as the library reads
// them, or not at all.
func TestJSONBAgreesWithTheLibrary(t *testing.T) {
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

// printed is how PostgreSQL prints a jsonb: members by the length of their names
// and then by their bytes, numbers as they were written, a space behind , and :.
func printed(v any) string {
	switch x := v.(type) {
	case map[string]any:
		names := slices.SortedFunc(maps.Keys(x), func(a, b string) int { return cmp.Or(cmp.Compare(len(a), len(b)), cmp.Compare(a, b)) })
		for i, name := range names {
			names[i] = printed(name) + ": " + printed(x[name])
		}
		return "{" + strings.Join(names, ", ") + "}"
	case []any:
		list := make([]string, len(x))
		for i, e := range x {
			list[i] = printed(e)
		}
		return "[" + strings.Join(list, ", ") + "]"
	case string:
		return `"` + strings.NewReplacer(`"`, `\"`, `\`, `\\`, "\b", `\b`, "\f", `\f`, "\n", `\n`, "\r", `\r`, "\t", `\t`).Replace(x) + `"`
	case nil:
		return "null"
	}
	return fmt.Sprint(v) // json.Number or bool
}
