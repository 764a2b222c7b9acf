package e2e

import (
	"maps"
	"net/url"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"github.com/brevstemme/brevstemme/app/web/site"
	"github.com/brevstemme/brevstemme/models"
)

// Sendable is a form on a page, filled in as somebody might: what the page
// offers, and something of its kind in each empty field.
type Sendable struct {
	Route site.Route
	Path  string
	Forms []url.Values // the ways to send it: by each button, with and without what need not be said
}

// Sendables lists the forms that lead to a POST route, on the pages of a role.
func Sendables(t *testing.T, target Target, role models.Role) (out []Sendable) {
	t.Helper()
	visits, _ := discover(t, target, role, target.LogIn(t, role), site.Account{ID: "sends", Roles: []models.Role{role}})
	for _, v := range visits {
		for _, f := range postForms(t, target, v.path, v.page, false) {
			out = append(out, Sendable{Route: f.route, Path: f.path, Forms: waysToSend(f.node, f.webForm)})
		}
	}
	return out
}

// waysToSend fills a form in: first what must be said, then everything, by each
// of its buttons.
func waysToSend(form *html.Node, f webForm) (ways []url.Values) {
	required, all := maps.Clone(f.values), maps.Clone(f.values)
	buttons := []url.Values{}
	for n := range form.Descendants() {
		name := attr(n, "name")
		if n.Type != html.ElementNode || name == "" {
			continue
		}
		if n.Data == "button" {
			buttons = append(buttons, url.Values{name: {attr(n, "value")}})
			continue
		}
		if kind := attr(n, "type"); kind == "hidden" || kind == "file" || strings.Join(f.values[name], "") != "" {
			continue
		}
		if v := somethingFor(n); v != "" {
			if strings.Join(all[name], "") == "" {
				all[name] = []string{v}
			}
			if hasAttr(n, "required") && strings.Join(required[name], "") == "" {
				required[name] = []string{v}
			}
		}
	}
	if len(buttons) == 0 {
		buttons = append(buttons, nil)
	}
	for _, b := range buttons {
		for _, v := range []url.Values{required, all} {
			v = maps.Clone(v)
			maps.Copy(v, b)
			ways = append(ways, v)
		}
	}
	return ways
}

// somethingFor is a value that a control might be given.
func somethingFor(n *html.Node) string {
	switch n.Data {
	case "textarea":
		return "Prøve af et skema"
	case "select":
		for o := range n.Descendants() {
			if o.Type == html.ElementNode && o.Data == "option" && attr(o, "value") != "" {
				return attr(o, "value")
			}
		}
		return ""
	}
	switch kind := attr(n, "type"); {
	case kind == "radio" || kind == "checkbox":
		return attr(n, "value")
	case kind == "number" || attr(n, "inputmode") == "numeric":
		return max(attr(n, "min"), "1")
	case kind == "date":
		return max(attr(n, "min"), "2025-11-12")
	case kind == "time":
		return "10:00"
	case kind == "datetime-local":
		return "2025-11-12T10:00"
	case kind == "email":
		return "ida@example.dk"
	case kind == "password":
		return "" // nobody's
	}
	return "Prøve"
}
