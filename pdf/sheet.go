package pdf

import (
	"sort"
	"strings"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/language"
)

// Sizes of type in points, and the heights that follow. Nothing on a form is
// smaller than 10 pt.
const (
	sizeBody  = 10.0
	sizeValue = 11.0
	sizeHead  = 13.0
	sizeTitle = 17.0
	sizeCount = 28.0
	leading   = 1.24 // line height as a multiple of the size
	pad       = 1.4  // mm between a box and its text
	thin      = 0.2  // mm, lines of grids
	thick     = 0.5  // mm, boxes to write in
)

func lineHeight(size float64) float64 { return size * mmPerPoint * leading }

// sheet collects the strips of one document. Forms call its blocks (blocks.go,
// table.go) from top to bottom; text is cleaned on its way in.
type sheet struct {
	form    Form
	title   string // name of the form in its language
	part    string // which half or copy this is, beside the mark
	w       float64
	strips  []strip
	marked  bool // something was rewritten because no font can draw it
	err     error
	chopped []string // words that no line could hold: tests want none in our own texts
	rough   bool     // for measuring: as high as it will be, its lines not even yet
	cramped bool     // a day of a poster does not stand on one line beside its hours
	plain   bool     // no header and foot: labels, posters, command sheets
	paper   paper
	fixed   []*page           // pages placed by hand, instead of strips
	codes   map[string]symbol // QR codes by their text, shared by the documents of a file
}

// paper is a page size with margins, in millimetres.
type paper struct{ w, h, left, right, top, bottom float64 }

// a4 leaves 25 mm for archive holes and 15 mm elsewhere.
var a4 = paper{w: 210, h: 297, left: 25, right: 15, top: 15, bottom: 15}

func newSheet(form Form, titleKey string) *sheet {
	s := &sheet{form: form, paper: a4}
	s.title = s.t(titleKey)
	s.w = s.paper.w - s.paper.left - s.paper.right
	return s
}

// t is a text of the catalogue in the form's language.
func (s *sheet) t(key string, args ...any) string {
	return s.clean(language.Text(s.form.lang(), key, args...))
}

// clean makes text drawable and remembers that something was rewritten.
func (s *sheet) clean(text string) string {
	out, marked := clean(text)
	s.marked = s.marked || marked
	return out
}

// oneLine is clean text without line breaks, for where there is room for few lines.
func (s *sheet) oneLine(text string) string {
	return strings.ReplaceAll(s.clean(text), "\n", " ")
}

// free is clean for text that a person wrote in a free field: what looks like a
// CPR number fails the whole document (law 1: no voter on paper).
func (s *sheet) free(text string) string {
	if s.err == nil && models.LooksLikeCPR(text) {
		s.err = &models.Error{Code: models.CodeCPR}
	}
	return s.clean(text)
}

func (s *sheet) number(n int) string { return language.Number(s.form.lang(), int64(n)) }

func (s *sheet) add(st ...strip) { s.strips = append(s.strips, st...) }

// gap is white space that vanishes at the head of a page.
func (s *sheet) gap(h float64) { s.add(strip{name: "gap", h: h}) }

// lines breaks text to the width; newlines stay, words longer than the line are cut.
func (s *sheet) lines(text string, f face, size, width float64) []string {
	var out []string
	for para := range strings.SplitSeq(s.clean(text), "\n") {
		out = append(out, s.wrap(para, f, size, width)...)
	}
	return out
}

func (s *sheet) wrap(text string, f face, size, width float64) []string {
	if textWidth(text, f, size) <= width {
		return []string{text}
	}
	var out []string
	line := ""
	for _, word := range units(text, f, size, width) {
		next := word
		if line != "" {
			next = line + " " + word
		}
		if textWidth(next, f, size) <= width {
			line = next
			continue
		}
		if line = strings.TrimSuffix(line, " ·"); line != "" {
			out = append(out, line)
		}
		if line = ""; word == "·" { // the break stands for it
			continue
		}
		cut, rest, whole := chop(word, f, size, width)
		if !whole {
			s.chopped = append(s.chopped, word)
		}
		out, line = append(out, cut...), rest
	}
	return append(out, line)
}

// even is lines of about the same length: no single word is left to the last one.
func (s *sheet) even(text string, f face, size, width float64) []string {
	ls := s.lines(text, f, size, width)
	if s.rough || len(ls) < 2 || strings.Contains(text, "\n") {
		return ls
	}
	chopped := s.chopped
	i := sort.Search(int(width), func(mm int) bool {
		s.chopped = nil
		return len(s.lines(text, f, size, float64(mm))) <= len(ls) && len(s.chopped) == 0
	})
	s.chopped = chopped
	return s.lines(text, f, size, min(width, float64(i)))
}

// units are the words of a text, those joined that read as one: "6. november",
// "kl. 18.30", "8220 Brabrand", "89 40 22 22". What is longer than a line so is
// left in single words.
func units(text string, f face, size, width float64) []string {
	var out []string
	words := strings.Split(text, " ")
	for i := 0; i < len(words); {
		j := i + 1
		for j < len(words) && binds(words[j-1]) {
			j++
		}
		if unit := strings.Join(words[i:j], " "); textWidth(unit, f, size) <= width {
			out = append(out, unit)
		} else {
			out = append(out, words[i:j]...)
		}
		i = j
	}
	return out
}

// binds tells whether a line should not end with word: a number of up to four
// digits, and what announces one.
func binds(word string) bool {
	switch word {
	case "kl.", "nr.", "stk.", "§", "sag", "no.":
		return true
	}
	digits := strings.TrimSuffix(word, ".")
	return digits != "" && len(digits) <= 4 && strings.Trim(digits, "0123456789") == ""
}

// chop cuts a word that is longer than a line: after a hyphen or a slash where
// there is one, else inside, and then it is not whole. At least one character a line.
func chop(word string, f face, size, width float64) (full []string, rest string, whole bool) {
	start, joint, w := 0, 0, 0.0
	whole = true
	for i, r := range word {
		rw := textWidth(string(r), f, size)
		if w+rw > width && i > start {
			cut := i
			if joint > start {
				cut = joint
			} else {
				whole = false
			}
			full = append(full, word[start:cut])
			start, w = cut, textWidth(word[cut:i], f, size)
		}
		w += rw
		if r == '-' || r == '/' {
			joint = i + 1
		}
	}
	return full, word[start:], whole
}

// textAt is one line of text in a box that is exactly as wide as the text,
// aligned inside x..x+w. Empty text gives no item.
func textAt(text string, f face, size, x, y, w float64, a align) []item {
	if text == "" {
		return nil
	}
	tw := textWidth(text, f, size)
	switch a {
	case centre:
		x += (w - tw) / 2
	case right:
		x += w - tw
	}
	return []item{{kind: textItem, x: x, y: y, w: tw, h: lineHeight(size), text: text, face: f, size: size}}
}

// textBlock is wrapped text; it returns the items and the height.
func (s *sheet) textBlock(text string, f face, size, x, y, w float64, a align) ([]item, float64) {
	var items []item
	h := 0.0
	for _, l := range s.lines(text, f, size, w) {
		items = append(items, textAt(l, f, size, x, y+h, w, a)...)
		h += lineHeight(size)
	}
	return items, h
}

func box(x, y, w, h, line float64) item {
	return item{kind: boxItem, x: x, y: y, w: w, h: h, line: line}
}

func fill(x, y, w, h float64, c colour) item {
	return item{kind: boxItem, x: x, y: y, w: w, h: h, fill: c}
}

func rule(x, y, w, h, line float64) item {
	return item{kind: ruleItem, x: x, y: y, w: w, h: h, line: line}
}
