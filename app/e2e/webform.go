package e2e

import (
	"cmp"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"golang.org/x/net/html"
)

// webForm is a form as the browser would send it untouched.
type webForm struct {
	action string
	values url.Values
	names  map[string]bool
	hidden map[string]string
	ticks  map[string]map[string]bool // values of radios and checkboxes
}

// findForm finds the form that has every field, one that leads back to the
// page's own path first, and fills it in.
func findForm(path, page string, fields url.Values) (webForm, error) {
	doc, err := html.Parse(strings.NewReader(page))
	if err != nil {
		return webForm{}, err
	}
	var seen []string
	var fits []webForm
	for n := range doc.Descendants() {
		if n.Type != html.ElementNode || n.Data != "form" {
			continue
		}
		f := readForm(n)
		missing := ""
		for name, vs := range fields {
			if fixed, ok := f.hidden[name]; !f.names[name] || ok && len(vs) == 1 && vs[0] != fixed {
				missing = name // a hidden field tells forms of one page apart ("do")
			}
			for _, v := range vs {
				if ticks := f.ticks[name]; len(ticks) > 0 && !ticks[v] {
					missing = name + "=" + v
				}
			}
		}
		if missing != "" {
			seen = append(seen, fmt.Sprintf("%s lacks %s", f.action, missing))
			continue
		}
		fits = append(fits, f)
	}
	own, _, _ := strings.Cut(path, "?")
	slices.SortStableFunc(fits, func(a, b webForm) int { return cmp.Compare(b.leads(own), a.leads(own)) })
	if len(fits) == 0 {
		return webForm{}, fmt.Errorf("no form with %v (%v)", fields, seen)
	}
	for name, vs := range fields {
		if vs != nil {
			fits[0].values[name] = vs
		}
	}
	return fits[0], nil
}

// leads is 1 when the form is sent to the page's own path.
func (f webForm) leads(path string) int {
	if f.action == path || f.action == "" {
		return 1
	}
	return 0
}

// readForm reads the controls of a form with their values.
func readForm(form *html.Node) webForm {
	f := webForm{action: attr(form, "action"), values: url.Values{}, names: map[string]bool{}, hidden: map[string]string{}, ticks: map[string]map[string]bool{}}
	for n := range form.Descendants() {
		name := attr(n, "name")
		if n.Type != html.ElementNode || name == "" {
			continue
		}
		switch n.Data {
		case "input":
			kind := attr(n, "type")
			f.names[name] = true
			if kind == "hidden" {
				f.hidden[name] = attr(n, "value")
			}
			if kind == "checkbox" || kind == "radio" {
				if f.ticks[name] == nil {
					f.ticks[name] = map[string]bool{}
				}
				f.ticks[name][attr(n, "value")] = true
			}
			if (kind == "checkbox" || kind == "radio") && !hasAttr(n, "checked") || kind == "file" {
				continue
			}
			f.values.Add(name, attr(n, "value"))
		case "textarea":
			f.names[name] = true
			f.values.Add(name, textOf(n))
		case "select":
			f.names[name] = true
			if v, ok := chosen(n); ok {
				f.values.Add(name, v)
			}
		case "button": // sent only when pressed: the test names it
			f.names[name] = true
		}
	}
	return f
}

// chosen is the selected option of a select, else its first.
func chosen(sel *html.Node) (string, bool) {
	first, found := "", false
	for n := range sel.Descendants() {
		if n.Type != html.ElementNode || n.Data != "option" {
			continue
		}
		if hasAttr(n, "selected") {
			return attr(n, "value"), true
		}
		if !found {
			first, found = attr(n, "value"), true
		}
	}
	return first, found
}

func attr(n *html.Node, key string) string {
	for _, a := range n.Attr {
		if a.Key == key {
			return a.Val
		}
	}
	return ""
}

func hasAttr(n *html.Node, key string) bool {
	for _, a := range n.Attr {
		if a.Key == key {
			return true
		}
	}
	return false
}

func textOf(n *html.Node) string {
	var b strings.Builder
	for c := range n.Descendants() {
		if c.Type == html.TextNode {
			b.WriteString(c.Data)
		}
	}
	return b.String()
}

// complaints are the messages of a refused page, for the test's log.
func complaints(page string) string {
	doc, err := html.Parse(strings.NewReader(page))
	if err != nil {
		return page
	}
	for n := range doc.Descendants() {
		if n.Type == html.ElementNode && (attr(n, "class") == "errors" || n.Data == "main") {
			return strings.Join(strings.Fields(textOf(n)), " ")
		}
	}
	return page
}
