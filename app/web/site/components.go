package site

import (
	"fmt"
	"html/template"
	"slices"
	"strings"
	"time"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/language"
)

// The inputs of the components in templates/components. Texts are finished
// texts: a template gets them with "t", a handler with Request.Text.

// Tag is a status: an icon, a word and a colour. Kind is ok, warn, bad, info or plain.
type Tag struct{ Kind, Text string }

// Banner is a message on the page. Kind is ok, warn, bad or info.
type Banner struct{ Kind, Title, Text string }

// Input is one field of a form.
type Input struct {
	ID, Name, Label, Hint, Error, Value string
	Type                                string // text, number …, textarea; counts are text with inputmode numeric
	InputMode, AutoComplete, Accept     string
	Class                               string // width: w2, w4, w10, w20; with numeric for counts
	MaxLength                           int
	Optional, Focus                     bool
}

// Described lists the ids of hint and error.
func (i Input) Described() string { return described(i.ID, i.Hint, i.Error) }

// Choices is a select, a set of radios or a set of checkboxes.
type Choices struct {
	ID, Name, Label, Hint, Error string
	Type                         string // radio or checkbox; empty for a select
	Class                        string
	Optional                     bool
	Options                      []Option
}

// Described lists the ids of hint and error.
func (c Choices) Described() string { return described(c.ID, c.Hint, c.Error) }

func described(id, hint, err string) string {
	var ids []string
	if hint != "" {
		ids = append(ids, id+"-hint")
	}
	if err != "" {
		ids = append(ids, id+"-error")
	}
	return strings.Join(ids, " ")
}

// Option is one choice. Checked is the choice before the person has touched the form.
type Option struct {
	Value, Text, Hint string
	Checked           bool
}

// Table is a table whose rows become lists on a phone. The first cell of a row names it.
type Table struct {
	Caption string
	Quiet   bool // the caption only for screen readers: a heading above says the same
	Columns []Column
	Rows    [][]Cell
	Foot    []Cell
	Empty   string // shown when there are no rows
}

// Column is a heading; Number puts its cells right.
type Column struct {
	Text   string
	Number bool
}

// Cell is a text, a link, a serial in groups of four, or a tag, with a note
// behind it.
type Cell struct {
	Text, Href string
	Serial     bool
	Tag        Tag
	Note       string
}

// Fact is one line of a summary list.
type Fact struct {
	Name, Text, Href string
	Serial           bool
	Tag              Tag
}

// Task is one line of a task list.
type Task struct {
	Text, Href, Hint string
	Tag              Tag
}

// Event is one entry of a timeline.
type Event struct {
	Title, Text, By, Href string
	At                    time.Time
}

// Equation is the law of conservation as people read it.
type Equation struct {
	Received int
	Parts    []Part
}

// Part is one term on the right side of an Equation.
type Part struct {
	Name   string
	Number int
	Bad    bool // it must be explained: the equation adds up with it, and is not well
}

// Differs tells whether a part must be explained.
func (e Equation) Differs() bool {
	return slices.ContainsFunc(e.Parts, func(p Part) bool { return p.Bad })
}

// Off is by how much the equation fails: received minus the sum of the parts.
func (e Equation) Off() int {
	n := e.Received
	for _, p := range e.Parts {
		n -= p.Number
	}
	return n
}

// Holds tells whether the equation adds up.
func (e Equation) Holds() bool { return e.Off() == 0 }

// BigCount is the number at the desk.
type BigCount struct {
	Label, Last string
	Number      int
}

// Empty says that there is nothing, why, and what to do.
type Empty struct{ Title, Text, Href, Do string }

// componentFuncs make the inputs inside a template. Options follow as pairs of
// name and value; an unknown name fails the page.
func componentFuncs(l language.Lang) template.FuncMap {
	return template.FuncMap{
		"tag":        func(kind, text string) Tag { return Tag{kind, text} },
		"banner":     newBanner,
		"fact":       func(name, text string) Fact { return Fact{Name: name, Text: text} },
		"facts":      func(fs ...Fact) []Fact { return fs },
		"option":     func(value, text string) Option { return Option{Value: value, Text: text} },
		"options":    func(os ...Option) []Option { return os },
		"emptiness":  func(title, text string) Empty { return Empty{Title: title, Text: text} },
		"bigcount":   func(label string, n int, last string) BigCount { return BigCount{label, last, n} },
		"field_id":   FieldID,
		"error_text": func(e *models.Error) string { return language.Text(l, e.TextKey(), e.Args...) },
		"input": func(f Form, name, label string, opts ...any) (Input, error) {
			return newInput(l, f, name, label, opts)
		},
		"select": func(f Form, name, label string, os []Option, opts ...any) (Choices, error) {
			return newChoices(l, f, "", name, label, os, opts)
		},
		"radios": func(f Form, name, label string, os []Option, opts ...any) (Choices, error) {
			return newChoices(l, f, "radio", name, label, os, opts)
		},
		"checks": func(f Form, name, label string, os []Option, opts ...any) (Choices, error) {
			return newChoices(l, f, "checkbox", name, label, os, opts)
		},
	}
}

// FieldID is the id of a field's first control: the target of the error summary.
func FieldID(name string) string {
	return "f-" + strings.Map(func(r rune) rune {
		if r == '_' || r == '-' || r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' {
			return r
		}
		return '-'
	}, name)
}

func newBanner(kind string, texts ...string) (Banner, error) {
	switch len(texts) {
	case 1:
		return Banner{Kind: kind, Text: texts[0]}, nil
	case 2:
		return Banner{Kind: kind, Title: texts[0], Text: texts[1]}, nil
	}
	return Banner{}, fmt.Errorf("banner takes one or two texts, not %d", len(texts))
}

// errorOf is the text of a field's failure, "" when it is fine.
func errorOf(l language.Lang, f Form, name string) string {
	if e := f.Error(name); e != nil {
		return language.Text(l, e.TextKey(), e.Args...)
	}
	return ""
}

// newInput reads the options: type, hint, value, inputmode, autocomplete,
// accept, class, max, optional, focus, id. "count" "" is short for a count.
func newInput(l language.Lang, f Form, name, label string, opts []any) (Input, error) {
	in := Input{ID: FieldID(name), Name: name, Label: label, Type: "text", AutoComplete: "off", Error: errorOf(l, f, name)}
	err := eachOption(opts, func(key string, v any) bool {
		switch key {
		case "type":
			in.Type = fmt.Sprint(v)
		case "hint":
			in.Hint = fmt.Sprint(v)
		case "value":
			in.Value = fmt.Sprint(v)
		case "inputmode":
			in.InputMode = fmt.Sprint(v)
		case "autocomplete":
			in.AutoComplete = fmt.Sprint(v)
		case "accept":
			in.Accept = fmt.Sprint(v)
		case "class":
			in.Class = fmt.Sprint(v)
		case "max":
			in.MaxLength, _ = v.(int)
		case "optional":
			in.Optional, _ = v.(bool)
		case "focus":
			in.Focus, _ = v.(bool)
		case "id":
			in.ID = fmt.Sprint(v)
		default:
			return false
		}
		return true
	})
	if in.Type == "count" {
		in.Type, in.InputMode, in.Class, in.MaxLength = "text", "numeric", "w4 numeric", 6
	}
	if f.Touched() && !secretFields[name] {
		in.Value = f.Value(name)
	}
	return in, err
}

// newChoices reads the options: hint, optional, class, value (the chosen one
// before the form is touched), id.
func newChoices(l language.Lang, f Form, kind, name, label string, os []Option, opts []any) (Choices, error) {
	c := Choices{ID: FieldID(name), Name: name, Label: label, Type: kind, Error: errorOf(l, f, name)}
	value := ""
	err := eachOption(opts, func(key string, v any) bool {
		switch key {
		case "hint":
			c.Hint = fmt.Sprint(v)
		case "class":
			c.Class = fmt.Sprint(v)
		case "optional":
			c.Optional, _ = v.(bool)
		case "value":
			value = fmt.Sprint(v)
		case "id":
			c.ID = fmt.Sprint(v)
		default:
			return false
		}
		return true
	})
	for _, o := range os {
		o.Checked = o.Checked || value != "" && o.Value == value
		if f.Touched() {
			o.Checked = f.Has(name, o.Value)
		}
		c.Options = append(c.Options, o)
	}
	return c, err
}

func eachOption(opts []any, use func(string, any) bool) error {
	if len(opts)%2 != 0 {
		return fmt.Errorf("options come in pairs, got %d", len(opts))
	}
	for i := 0; i < len(opts); i += 2 {
		if key, ok := opts[i].(string); !ok || !use(key, opts[i+1]) {
			return fmt.Errorf("unknown option %v", opts[i])
		}
	}
	return nil
}
