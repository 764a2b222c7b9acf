package pdf

import (
	"strings"
	"testing"
)

// An English sample has no Danish word of the catalogue's, and each word that is
// exchanged stands in some sample.
func TestEnglishSamplesAreEnglish(t *testing.T) {
	text := func(s Sample) string {
		var b strings.Builder
		for _, p := range sampleTree(t, s) {
			p.each(func(it item) { b.WriteString(it.text + "\n") })
		}
		return b.String()
	}
	var danish, english strings.Builder
	for _, s := range Samples() {
		danish.WriteString(text(s))
		english.WriteString(text(s.English()))
	}
	for da, en := range sampleWords() {
		da, en = strings.Fields(da)[0], strings.Fields(en)[0] // the rest may stand on the next line
		if !strings.Contains(danish.String(), da) || !strings.Contains(english.String(), en) {
			t.Errorf("%q or %q is in no sample", da, en)
		}
	}
	for _, word := range []string{"Stemmekasse\n", "Brevstemmemodtager\n", "Modtage brevstemmer", "Fortryd", "eller tasten", "efterregnet", "regionsrådsvalg", "Varevogn\n", " bud\n"} {
		if !strings.Contains(danish.String(), word) || strings.Contains(english.String(), word) {
			t.Errorf("%q is in an English sample or in no Danish one", word)
		}
	}
}
