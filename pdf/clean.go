package pdf

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// The signs that stand around what was rewritten because no embedded font can
// draw it. The foot of the page explains them when they occur.
const (
	markOpen  = '‹'
	markClose = '›'
)

// clean makes text drawable: NFC, controls to spaces, invisible signs away, and
// every character that the fonts lack rewritten in Latin letters (or as its
// Unicode number) between ‹ and ›. Nothing is dropped unseen and nothing
// becomes a bare "?". Newlines stay. marked tells whether anything was rewritten.
func clean(s string) (out string, marked bool) {
	if plain(s) {
		return s, false
	}
	set, err := fontSet()
	if err != nil {
		return s, false // the writer fails on the same error before it draws
	}
	c := cleaner{width: set[regular].width}
	for raw := norm.NFC.String(s); raw != ""; {
		r, n := utf8.DecodeRuneInString(raw)
		if r == utf8.RuneError && n == 1 {
			c.rewrite(fmt.Sprintf("0x%02X", raw[0]))
		} else {
			c.add(r)
		}
		raw = raw[n:]
	}
	c.close()
	return c.b.String(), c.marked
}

func plain(s string) bool {
	for i := range len(s) {
		if (s[i] < 32 && s[i] != '\n') || s[i] > 126 {
			return false
		}
	}
	return true
}

type cleaner struct {
	b      strings.Builder
	width  []uint16
	open   bool
	marked bool
	number bool // the last rewritten piece was a Unicode number
}

func (c *cleaner) drawable(r rune) bool { return r < widthLimit && c.width[r] != 0 }

func (c *cleaner) add(r rune) {
	switch {
	case r == '\n':
		c.close()
		c.b.WriteByte('\n')
	case c.drawable(r):
		c.close()
		c.b.WriteRune(r)
	case unicode.IsSpace(r) || unicode.IsControl(r) || unicode.Is(unicode.Zs, r):
		c.close()
		c.b.WriteByte(' ')
	case unicode.In(r, unicode.Cf, unicode.Variation_Selector) || r == 0xAD:
		// joiners, direction marks, soft hyphens: nothing to see
	default:
		c.rewrite(c.latin(r))
	}
}

func (c *cleaner) close() {
	if c.open {
		c.b.WriteRune(markClose)
		c.open, c.number = false, false
	}
}

func (c *cleaner) rewrite(s string) {
	if s == "" {
		return
	}
	isNumber := strings.HasPrefix(s, "U+") || strings.HasPrefix(s, "0x")
	switch {
	case !c.open:
		c.b.WriteRune(markOpen)
	case isNumber || c.number:
		c.b.WriteByte(' ')
	}
	c.b.WriteString(s)
	c.open, c.marked, c.number = true, true, isNumber
}

// latin rewrites one character: by the table of scripts, by its compatibility
// form, by its base letter, else by its number.
func (c *cleaner) latin(r rune) string {
	if s, ok := romanised[r]; ok {
		return s
	}
	if s := norm.NFKC.String(string(r)); c.allDrawable(s) {
		return s
	}
	var b strings.Builder
	for _, d := range norm.NFKD.String(string(r)) {
		if s, ok := romanised[d]; ok {
			b.WriteString(s)
		} else if c.drawable(d) {
			b.WriteRune(d)
		}
	}
	if b.Len() > 0 {
		return b.String()
	}
	return fmt.Sprintf("U+%04X", r)
}

func (c *cleaner) allDrawable(s string) bool {
	for _, r := range s {
		if !c.drawable(r) {
			return false
		}
	}
	return s != ""
}

// romanised holds the scripts that staff names in Denmark are most often
// written in beside Latin, Greek and Cyrillic: Arabic with Persian and Urdu
// letters (after DIN 31635 without its diacritics), Hebrew, Georgian and
// Armenian. It is for reading, not for turning back.
var romanised = buildRomanised()

func buildRomanised() map[rune]string {
	m := map[rune]string{}
	for _, s := range []struct{ from, to string }{
		{"ء آ أ ؤ إ ئ ا ب ة ت ث ج ح خ د ذ ر ز س ش ص ض ط ظ ع غ ف ق ك ل م ن ه و ى ي پ چ ژ ک گ ی ٹ ڈ ڑ ں ھ ہ ے",
			"' a a w i y a b a t th j h kh d dh r z s sh s d t z ' gh f q k l m n h w a y p ch zh k g y t d r n h h e"},
		{"َ ُ ِ ً ٌ ٍ ّ ْ ـ ؟ ، ؛", "a u i an un in _ _ _ ? , ;"},
		{"٠ ١ ٢ ٣ ٤ ٥ ٦ ٧ ٨ ٩ ۰ ۱ ۲ ۳ ۴ ۵ ۶ ۷ ۸ ۹", "0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9"},
		{"א ב ג ד ה ו ז ח ט י כ ך ל מ ם נ ן ס ע פ ף צ ץ ק ר ש ת", "' b g d h v z ch t y k k l m m n n s ' p f ts ts k r sh t"},
		{"ა ბ გ დ ე ვ ზ თ ი კ ლ მ ნ ო პ ჟ რ ს ტ უ ფ ქ ღ ყ შ ჩ ც ძ წ ჭ ხ ჯ ჰ", "a b g d e v z t i k l m n o p zh r s t u p k gh q sh ch ts dz ts ch kh j h"},
		{"ա բ գ դ ե զ է ը թ ժ ի լ խ ծ կ հ ձ ղ ճ մ յ ն շ ո չ պ ջ ռ ս վ տ ր ց ւ փ ք օ ֆ", "a b g d e z e e t zh i l kh ts k h dz gh ch m y n sh o ch p j r s v t r ts w p k o f"},
	} {
		to := strings.Fields(s.to)
		for i, f := range strings.Fields(s.from) {
			r := []rune(f)[0]
			if m[r] = to[i]; to[i] == "_" {
				m[r] = ""
			}
		}
	}
	return m
}
