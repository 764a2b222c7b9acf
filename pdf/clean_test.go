package pdf

import (
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"
)

func TestClean(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"Åse Ærøskøbing Øster", "Åse Ærøskøbing Øster"},
		{"A\u030ase", "Åse"}, // NFC
		{"Łukasz Żółć-Wąsik", "Łukasz Żółć-Wąsik"},
		{"Yıldız Şahin Ğ", "Yıldız Şahin Ğ"},
		{"Дмитрий Ελένη", "Дмитрий Ελένη"},
		{"محمد", "‹mhmd›"},
		{"Fatima محمد علي", "Fatima ‹mhmd› ‹'ly›"},
		{"שלום", "‹shlvm›"},
		{"漢字", "‹U+6F22 U+5B57›"},
		{"Kaffe ☕😀!", "Kaffe ‹U+2615 U+1F600›!"},
		{"👩\u200d👧", "‹U+1F469 U+1F467›"},
		{"Ａｂ１", "‹Ab1›"},
		{"a\u00adb\u200bc\u202ed", "abcd"},
		{"tab\there\r\nnew", "tab here \nnew"},
		{"x\u0302", "x‹U+0302›"},
		{"bad\xffbyte", "bad‹0xFF›byte"},
		{"−1 ≤ 2 → 3", "−1 ≤ 2 → 3"},
		{"?", "?"},
		{"", ""},
	} {
		got, marked := clean(c.in)
		if got != c.want {
			t.Errorf("%q: got %q, want %q", c.in, got, c.want)
		}
		if marked != strings.ContainsRune(c.want, markOpen) {
			t.Errorf("%q: marked is %v", c.in, marked)
		}
	}
}

// Clean text is drawable, stays as it is when cleaned again, and never gains a
// question mark.
func TestCleanIsDrawable(t *testing.T) {
	set, err := fontSet()
	if err != nil {
		t.Fatal(err)
	}
	rapid.Check(t, func(r *rapid.T) {
		in := rapid.String().Draw(r, "in")
		out, _ := clean(in)
		if again, marked := clean(out); again != out || marked {
			r.Fatalf("%q becomes %q", out, again)
		}
		for _, c := range out {
			if c != '\n' && (c >= widthLimit || set[regular].width[c] == 0) {
				r.Fatalf("%q has %U", out, c)
			}
		}
		marks := strings.Count(in, "?") + strings.Count(in, "\u061f") + strings.Count(in, "？") + strings.Count(in, "\u037e")
		if utf8.ValidString(in) && strings.Count(out, "?") > marks+strings.Count(in, "﹖")+strings.Count(in, "⁇")*2+strings.Count(in, "⁈")+strings.Count(in, "⁉")+strings.Count(in, "︖") {
			r.Fatalf("%q gains a question mark: %q", in, out)
		}
	})
}
