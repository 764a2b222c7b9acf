package pdf

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/brevstemme/brevstemme/models"
)

// nastyTexts are what people are called and what they paste: short ones of every
// script and trouble, lines, and what is longer than any field.
var nastyTexts = map[string]string{
	"short": "Łukasz Żółć-Wąsik Yıldız Şahin İğdır Nguyễn Thị محمد علي שלום עליכם 王小明 漢字 👩‍👧 🗳️ ☕ A\u030ase x\u0302y e\u0301 " +
		"Zo\u200bë\u200d \ufeffBo\u00ad \u202eabc\u202c \u200fdef\u200e a\x00b\x1bc bad\xffbyte (\\) )( %%EOF endstream <b>\"50&'fed'</b> Hvem?",
	"lines":      "linje\nto\r\ntre\t4\u2028fem",
	"one word":   strings.Repeat("Langtnavnå", 20),
	"many words": numberedWords(200),
}

func numberedWords(n int) string {
	words := make([]string, n)
	for i := range words {
		words[i] = fmt.Sprintf("ord%03d", i)
	}
	return strings.Join(words, " ")
}

// notText are fields that hold no text for people: codes that are refused when they
// are none, a language, a colour, an address in a QR code; and what a form does not
// say where its document is another part of the same data.
var notText = []string{"Number", "Code", "JournalHead", "Lang", "Colour", "CheckBase", "URL", "AckURL", "AckCode", "ManifestCode", "Link"}

// Each nasty text in each text field of each form, alone: the form is drawn with
// every word of it, no text lies on another, nothing leaves the page and nothing
// becomes a question mark; or it is refused with our own error, and only for a text
// that no such field can hold.
func TestNastyTextInEveryField(t *testing.T) {
	t.Parallel()
	for _, d := range everyDocument() {
		t.Run(shapeOf(d), func(t *testing.T) {
			t.Parallel()
			plain := treeWords(t, d)
			for i, path := range textFields(d) {
				probe := deepCopy(t, d)
				setText(probe, i, "Qzq")
				if !strings.Contains(treeWords(t, probe.Interface().(Document)), "Qzq") {
					t.Logf("%s is not on this form", path)
					continue
				}
				for kind, text := range nastyTexts {
					if shapeOf(d) == "ContainerLabels" && path == "Form.Municipality" {
						continue // left out of a label that has no room for it
					}
					changed := deepCopy(t, d)
					setText(changed, i, text)
					nastyField(t, changed.Interface().(Document), path+", "+kind, text, plain)
				}
			}
		})
	}
}

func nastyField(t *testing.T, d Document, where, text, plain string) {
	t.Helper()
	pages, _, err := layout(d)
	if err != nil {
		var own *models.Error
		if !errors.As(err, &own) || own.Code != models.CodeInvalid || len(text) < 200 {
			t.Errorf("%s: refused: %v", where, err)
		}
		return
	}
	for _, p := range pages {
		if problems := pageProblems(p); len(problems) > 0 {
			t.Errorf("%s: %s", where, problems[0])
		}
	}
	drawn := drawnWords(pages)
	cleaned, _ := clean(text)
	for _, word := range strings.Fields(cleaned) {
		if !strings.Contains(drawn, word) {
			t.Errorf("%s: %q is not on the form", where, word)
			return
		}
	}
	if strings.Count(drawn, "?") > strings.Count(plain, "?")+strings.Count(drawn, "Hvem?") {
		t.Errorf("%s: a question mark that nobody wrote", where)
	}
}

// drawnWords is the text of pages without white space, as it is drawn and edge by
// edge: a text that wraps is whole in one of them.
func drawnWords(pages []*page) string {
	edges := map[string]*strings.Builder{}
	for n, p := range pages {
		for _, st := range p.strips {
			if n > 0 && st.name == "head" { // again, in the middle of a cell that goes on
				continue
			}
			for _, it := range st.items {
				for _, edge := range []string{"", fmt.Sprintf("left %.1f", it.x), fmt.Sprintf("right %.1f", it.x+it.w)} {
					if edges[edge] == nil {
						edges[edge] = &strings.Builder{}
					}
					edges[edge].WriteString(squeeze(it.text))
				}
			}
		}
	}
	var all []string
	for _, text := range edges {
		all = append(all, text.String())
	}
	return strings.Join(all, "\n")
}

func treeWords(t *testing.T, d Document) string {
	t.Helper()
	pages, _, err := layout(d)
	if err != nil {
		t.Fatal(err)
	}
	return drawnWords(pages)
}

// shapeOf is a document's type, and which optional parts it has.
func shapeOf(d Document) string {
	v := reflect.ValueOf(d)
	name := v.Type().Name()
	for i := range v.NumField() {
		if f := v.Field(i); f.Kind() == reflect.Pointer && !f.IsNil() {
			name += "+" + v.Type().Field(i).Name
		}
	}
	return name
}

// deepCopy is a document that shares nothing with another, fit to be changed.
func deepCopy(t *testing.T, d Document) reflect.Value {
	t.Helper()
	b, err := Keep(d)
	if err != nil {
		t.Fatal(err)
	}
	docs, err := Kept(b)
	if err != nil {
		t.Fatal(err)
	}
	v := reflect.New(reflect.TypeOf(d)).Elem()
	v.Set(reflect.ValueOf(docs[0]))
	return v
}

// textFields are the paths of a document's texts; of a list the first of each.
func textFields(d Document) []string {
	var out []string
	walkTexts(reflect.ValueOf(d), "", func(path string, _ reflect.Value) { out = append(out, path) })
	return out
}

func setText(v reflect.Value, n int, text string) {
	i := 0
	walkTexts(v, "", func(_ string, leaf reflect.Value) {
		if i == n {
			leaf.SetString(text)
		}
		i++
	})
}

func walkTexts(v reflect.Value, path string, visit func(string, reflect.Value)) {
	switch v.Kind() {
	case reflect.String:
		visit(strings.TrimPrefix(path, "."), v)
	case reflect.Struct:
		if !strings.HasSuffix(v.Type().PkgPath(), "/pdf") {
			return
		}
		for i := range v.NumField() {
			if name := v.Type().Field(i).Name; !slices.Contains(notText, name) {
				walkTexts(v.Field(i), path+"."+name, visit)
			}
		}
	case reflect.Slice:
		if v.Len() > 0 {
			walkTexts(v.Index(0), path, visit)
		}
	case reflect.Pointer:
		if !v.IsNil() {
			walkTexts(v.Elem(), path, visit)
		}
	}
}

// What a reader copies out of any form is what was drawn, character by character,
// in both kinds of font.
func TestTextLayerIsWhatIsDrawn(t *testing.T) {
	t.Parallel()
	for _, d := range everyDocument() {
		t.Run(shapeOf(d), func(t *testing.T) {
			t.Parallel()
			wide := deepCopy(t, d)
			wide.FieldByName("Form").FieldByName("Municipality").SetString(nastyTexts["short"][:60])
			for _, d := range []Document{d, wide.Interface().(Document)} {
				pages, _, err := layout(d)
				if err != nil {
					t.Fatal(err)
				}
				var drawn []rune
				for _, p := range pages {
					p.each(func(it item) {
						if it.kind == textItem || it.kind == ghostItem {
							drawn = append(drawn, []rune(squeeze(it.text))...)
						}
					})
				}
				read := []rune(squeeze(pdfText(t, mustRender(t, d))))
				slices.Sort(drawn)
				slices.Sort(read)
				if !slices.Equal(drawn, read) {
					t.Errorf("drawn %q, read %q", string(drawn), string(read))
				}
			}
		})
	}
}
