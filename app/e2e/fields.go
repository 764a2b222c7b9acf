package e2e

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"github.com/brevstemme/brevstemme/app/web/site"
	"github.com/brevstemme/brevstemme/models"
)

// Field is one field that a POST route takes from somebody: of a form on a
// page, or a member of a JSON body.
type Field struct {
	Route  site.Route
	Path   string
	Name   string
	Page   string     // where the form stands; "" for a route whose form is on no page now
	Form   url.Values // the form's other fields, as the page would send them
	Member []string   // path to the member of a JSON body; nil for a form
	File   bool
}

// Fields lists every field of every POST route that a role may use: those of
// the forms on its pages, of JSON bodies as /api/v1/openapi.json describes them,
// and for a route whose form stands on no page now a field by a made-up name.
// It also returns the pages that have a form with a field to type in.
func Fields(t *testing.T, target Target, role models.Role) (fields []Field, pages []string) {
	t.Helper()
	cookies := target.LogIn(t, role)
	account := site.Account{ID: "fields", Roles: []models.Role{role}}
	visits, _ := discover(t, target, role, cookies, account)
	links, seen := map[string]bool{}, map[string]bool{}
	covered := map[string]bool{}
	for _, v := range visits {
		if typed.MatchString(v.page) {
			pages = append(pages, v.path)
		}
		for _, m := range href.FindAllStringSubmatch(v.page, -1) {
			links[m[1]] = true
		}
		if v.route.Path == "/skranke/skal" {
			continue // the desk's page for when there is no server: its forms lead nowhere
		}
		for _, f := range formFields(t, target, v.path, v.page) {
			covered[f.Route.Path] = true
			if key := f.Route.Path + " " + f.Name; f.Route.Allows(account) && !seen[key] {
				seen[key] = true
				fields = append(fields, f)
			}
		}
	}
	bodies := jsonMembers(t, target.Base)
	for _, r := range target.Routes {
		if r.Method != site.POST || !r.Allows(account) || covered[r.Path] {
			continue
		}
		path := pathFor(target, r, role, links)
		if path == "" {
			path = strings.NewReplacer(":", "", "*", "").Replace(r.Path) // no such thing: refused before it is looked up
		}
		fields = append(fields, Field{Route: r, Path: path, Name: "reason"})
		for _, m := range bodies[r.Path] {
			fields = append(fields, Field{Route: r, Path: path, Name: strings.Join(m, "."), Member: m})
		}
	}
	return fields, pages
}

// typed finds a control that takes text.
var typed = regexp.MustCompile(`<textarea|<input[^>]* type="(text|search|tel|email|url)"`)

// postForm is a POST form on a page, and the route that it leads to.
type postForm struct {
	webForm
	node  *html.Node
	route site.Route
	path  string
}

// postForms are the POST forms of a page. One that leads nowhere fails the test
// when strict.
func postForms(t testing.TB, target Target, path, page string, strict bool) (forms []postForm) {
	t.Helper()
	doc, err := html.Parse(strings.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	for n := range doc.Descendants() {
		if n.Type != html.ElementNode || n.Data != "form" || !strings.EqualFold(attr(n, "method"), "post") {
			continue
		}
		f := readForm(n)
		action, _, _ := strings.Cut(f.action, "?")
		if action == "" {
			action = path
		}
		i := slices.IndexFunc(target.Routes, func(r site.Route) bool { return r.Method == site.POST && (r.Path == action || fits(r.Path, action)) })
		if i >= 0 {
			forms = append(forms, postForm{f, n, target.Routes[i], action})
		} else if strict {
			t.Errorf("%s has a form for %s, which no route takes", path, action)
		}
	}
	return forms
}

// formFields are the fields of a page's POST forms.
func formFields(t testing.TB, target Target, path, page string) (fields []Field) {
	t.Helper()
	for _, f := range postForms(t, target, path, page, true) {
		files := map[string]bool{}
		for c := range f.node.Descendants() {
			if c.Type == html.ElementNode && c.Data == "input" && attr(c, "type") == "file" {
				files[attr(c, "name")] = true
			}
		}
		for _, name := range slices.Sorted(maps.Keys(f.names)) {
			fields = append(fields, Field{Route: f.route, Path: f.path, Page: path, Name: name, Form: f.values, File: files[name]})
		}
	}
	return fields
}

// jsonMembers lists the members of each POST route's JSON body, by the route's
// path with ":" parameters.
func jsonMembers(t testing.TB, base string) map[string][][]string {
	t.Helper()
	res, err := plain.Get(base + "/api/v1/openapi.json")
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	raw, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode != http.StatusOK {
		t.Fatal(res.Status, err)
	}
	var doc struct {
		Paths      map[string]map[string]json.RawMessage
		Components struct{ Schemas map[string]schema }
	}
	if err := json.Unmarshal(raw, &doc); err != nil {
		t.Fatal(err)
	}
	out := map[string][][]string{}
	for path, ops := range doc.Paths {
		var op struct {
			RequestBody struct {
				Content map[string]struct{ Schema schema }
			}
		}
		if ops["post"] == nil {
			continue
		}
		if err := json.Unmarshal(ops["post"], &op); err != nil {
			t.Fatal(err)
		}
		body := op.RequestBody.Content["application/json"].Schema
		out[strings.NewReplacer("{", ":", "}", "").Replace(path)] = body.members(doc.Components.Schemas, 0)
	}
	return out
}

// schema is as much of a JSON schema as members needs.
type schema struct {
	Ref        string `json:"$ref"`
	Properties map[string]schema
	Items      *schema
	More       json.RawMessage `json:"additionalProperties"`
}

// members lists the paths to everything that can be said in a body; "[]" is an
// element of a list and "*" a member whose name the sender chooses.
func (s schema) members(all map[string]schema, depth int) (out [][]string) {
	if name, ok := strings.CutPrefix(s.Ref, "#/components/schemas/"); ok {
		s = all[name]
	}
	if depth > 4 {
		return nil
	}
	below := func(name string, child schema) {
		inner := child.members(all, depth+1)
		if len(inner) == 0 {
			inner = [][]string{nil}
		}
		for _, m := range inner {
			out = append(out, append([]string{name}, m...))
		}
	}
	for _, name := range slices.Sorted(maps.Keys(s.Properties)) {
		below(name, s.Properties[name])
	}
	if s.Items != nil {
		below("[]", *s.Items)
	}
	if len(s.More) > 0 && s.More[0] == '{' {
		below("*", schema{})
	}
	return out
}

// Say makes a body of the field with a text in it, and its content type.
func (f Field) Say(text, key string) (body, contentType string) {
	if f.Member != nil {
		var v any = text
		for _, m := range slices.Backward(f.Member) {
			switch m {
			case "[]":
				v = []any{v}
			case "*":
				v = map[string]any{"x": v, text: "x"}
			default:
				v = map[string]any{m: v}
			}
		}
		raw, err := json.Marshal(v)
		if err != nil {
			panic(err) // strings and lists of them
		}
		return string(raw), "application/json"
	}
	if f.File {
		const edge = "brevstemmebrevstemme"
		return fmt.Sprintf("--%[1]s\r\nContent-Disposition: form-data; name=\"%[2]s\"; filename=\"list.csv\"\r\nContent-Type: text/csv\r\n\r\nname,place,note\r\n%[3]s,%[3]s,%[3]s\r\n--%[1]s\r\nContent-Disposition: form-data; name=\"idempotency_key\"\r\n\r\n%[4]s\r\n--%[1]s--\r\n",
			edge, f.Name, text, key), "multipart/form-data; boundary=" + edge
	}
	form := url.Values{}
	for k, v := range f.Form {
		form[k] = v
	}
	form.Set("idempotency_key", key)
	form.Set(f.Name, text)
	return form.Encode(), "application/x-www-form-urlencoded"
}
