package audit

import (
	"fmt"
	"strings"
	"testing"
)

func TestJSONBText(t *testing.T) {
	for _, c := range []struct {
		doc, text string
		plain     bool
	}{
		{`{"id":"S1","n":1,"at":"x","a":[1,2.50,{}],"b":{"zz":null,"y":true}}`, `{"a": [1, 2.50, {}], "b": {"y": true, "zz": null}, "n": 1, "at": "x", "id": "S1"}`, true},
		{` [ ] `, `[]`, true},
		{`"æ\u00e6\u003c\/\n\t"`, `"ææ</\n\t"`, true},
		{`-0.5`, `-0.5`, true},
		{`{"a":1,"a":2}`, ``, false}, // jsonb keeps the last
		{`{"\u0061":1}`, ``, false},
		{`1e3`, ``, false},
		{`-0`, ``, false},
		{`"\u0001"`, ``, false},
		{`"\ud83d\ude00"`, ``, false},
		{`01`, ``, false},
		{`{"a":1,}`, ``, false},
		{`[1 2]`, ``, false},
		{`{"a"}`, ``, false},
		{`{`, ``, false},
		{`"x`, ``, false},
		{`"\`, ``, false},
		{`1 1`, ``, false},
		{`nul`, ``, false},
		{``, ``, false},
	} {
		text, plain := JSONBText(nil, []byte(c.doc))
		if plain != c.plain || plain && string(text) != c.text {
			t.Errorf("%s: %s %v, want %s %v", c.doc, text, plain, c.text, c.plain)
		}
	}
}

// More members than are sorted by hand.
func TestJSONBTextOfManyMembers(t *testing.T) {
	var a, b []string
	for i := range 60 {
		a, b = append(a, fmt.Sprintf(`"%03d":%d`, 59-i, 59-i)), append(b, fmt.Sprintf(`"%03d": %d`, i, i))
	}
	text, plain := JSONBText(nil, []byte("{"+strings.Join(a, ",")+"}"))
	if want := "{" + strings.Join(b, ", ") + "}"; !plain || string(text) != want {
		t.Errorf("%s %v", text, plain)
	}
}

// The same text means the same document: what SameJSON says takes longer to say.
func FuzzJSONBText(f *testing.F) {
	f.Add([]byte(`{"b":[1,"x\n",{"a":null}],"a":-1.50}`), []byte(`{ "a": -1.50, "b": [1, "x\n", {"a": null}] }`))
	f.Add([]byte(`{"\u003c":"\u003c"}`), []byte(`{"<":"<"}`))
	f.Add([]byte(`"\""`), []byte(`"\u0022"`))
	f.Add([]byte(`{"":0,"0":[0,[]]}`), []byte(`{"0":[0,[]],"":0}`))
	f.Fuzz(func(t *testing.T, a, b []byte) {
		x, plainX := JSONBText(nil, a)
		y, plainY := JSONBText(nil, b)
		var p JSONB
		agreeJSONB(t, &p, a)
		agreeJSONB(t, &p, b)
		if plainX && !SameJSON(a, x) {
			t.Errorf("%q became %q", a, x)
		}
		if plainX && plainY && (string(x) == string(y)) != SameJSON(a, b) {
			t.Errorf("%q and %q: %q and %q", a, b, x, y)
		}
	})
}
