package site

import (
	"html/template"

	"github.com/brevstemme/brevstemme/models/language"
)

// shownField is a field as the template shows it.
type shownField struct {
	Select  bool
	Hidden  bool
	Choices Choices
	Input   Input
}

func onwardFuncs(l language.Lang) template.FuncMap {
	return template.FuncMap{"onward_field": func(f Form, x BlockField) (shownField, error) { return x.show(l, f) }}
}

// show builds the component of a field with what the person typed in it.
func (x BlockField) show(l language.Lang, f Form) (out shownField, err error) {
	opts := []any{"hint", x.Hint, "optional", x.Optional, "value", x.Value}
	switch x.Kind {
	case "hidden":
		out.Hidden, out.Input = true, Input{Name: x.Name, Value: x.Value}
	case "select":
		out.Select = true
		out.Choices, err = newChoices(l, f, "", x.Name, x.Label, x.Options, append(opts, "class", "w20"))
	case "radios":
		out.Choices, err = newChoices(l, f, "radio", x.Name, x.Label, x.Options, opts)
	case "checks":
		out.Choices, err = newChoices(l, f, "checkbox", x.Name, x.Label, x.Options, opts)
	case "count", "textarea", "file", "date":
		kind := x.Kind
		if kind == "date" {
			kind, opts = "text", append(opts, "class", "w10")
		}
		out.Input, err = newInput(l, f, x.Name, x.Label, append(opts, "type", kind))
	default:
		out.Input, err = newInput(l, f, x.Name, x.Label, append(opts, "class", "w20"))
	}
	return out, err
}
