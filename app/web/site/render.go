package site

import (
	"bytes"
	"embed"
	"fmt"
	"html/template"
	"io/fs"
	"path"
	"reflect"
	"slices"
	"strings"

	"github.com/brevstemme/brevstemme/models/language"
)

//go:embed templates
var templateFiles embed.FS

// views collects the name of every View, so that New can hold the templates
// against them: a page without a template, or a template without a page, stops
// the program at start and not in front of a person.
var views []string

// chromed is a page struct that embeds Chrome.
type chromed interface{ chrome() *Chrome }

// View ties a template to the one struct that it shows. T is a pointer to a
// struct that embeds Chrome.
type View[T chromed] struct{ name string }

// NewView names the page templates/pages/<name>.html. Call it in a package variable.
func NewView[T chromed](name string) View[T] {
	if slices.Contains(views, name) {
		panic("web: two views named " + name)
	}
	if field := shadowed(reflect.TypeFor[T]().Elem()); field != "" {
		panic("web: the page struct of view " + name + " hides Chrome." + field)
	}
	views = append(views, name)
	return View[T]{name}
}

// shadowed names a field of page that hides one of Chrome from the layout.
func shadowed(page reflect.Type) string {
	for i := range page.NumField() {
		f := page.Field(i)
		if _, ok := reflect.TypeFor[Chrome]().FieldByName(f.Name); ok && !f.Anonymous {
			return f.Name
		}
	}
	return ""
}

// Render answers 200 with the page.
func (v View[T]) Render(r *Request, page T) error { return v.Status(r, 200, page) }

// Again shows the form once more after err, with what the person typed and the
// failing fields marked, under the status of err. An error that no correction
// in the form can mend (not found, forbidden, internal …) is returned as it is
// and becomes the error page.
func (v View[T]) Again(r *Request, err error, page T) error {
	form, ok := formOf(r, err)
	if !ok {
		return err
	}
	r.form = form
	return v.Status(r, statusOf(form.errs[0].Code), page)
}

func (v View[T]) Status(r *Request, status int, page T) error {
	c := page.chrome()
	if c.TitleKey == "" {
		c.TitleKey = v.name + ".title"
	}
	if err := r.fill(c); err != nil {
		return err
	}
	body, err := r.Server.engine.run(r.Lang, v.name, page)
	if err != nil {
		return err
	}
	r.Write(status, "text/html; charset=utf-8", body)
	return nil
}

// engine holds every page, parsed once per language: the functions of a
// template are bound to its language, so that "t" needs no further argument.
type engine struct {
	pages map[language.Lang]map[string]*template.Template
}

// newEngine parses layout, components and pages from files.
func newEngine(files fs.FS, names []string, assets assetNames) (*engine, error) {
	e := &engine{pages: map[language.Lang]map[string]*template.Template{}}
	found, err := fs.Glob(files, "templates/pages/*.html")
	if err != nil {
		return nil, err
	}
	for _, l := range language.Langs {
		base, err := template.New("base").Option("missingkey=error").Funcs(funcs(l, assets)).
			ParseFS(files, "templates/layout.html", "templates/components/*.html")
		if err != nil {
			return nil, fmt.Errorf("web: templates: %w", err)
		}
		e.pages[l] = map[string]*template.Template{}
		for _, file := range found {
			p, err := template.Must(base.Clone()).ParseFS(files, file)
			if err != nil {
				return nil, fmt.Errorf("web: %s: %w", file, err)
			}
			if p.Lookup("main") == nil {
				return nil, fmt.Errorf("web: %s defines no block named main", file)
			}
			e.pages[l][strings.TrimSuffix(path.Base(file), ".html")] = p
		}
	}
	return e, e.complete(names)
}

// complete compares the templates with the views.
func (e *engine) complete(names []string) error {
	have := e.pages[language.Danish]
	for _, n := range names {
		if have[n] == nil {
			return fmt.Errorf("web: no templates/pages/%s.html for view %q", n, n)
		}
	}
	for n := range have {
		if !slices.Contains(names, n) {
			return fmt.Errorf("web: templates/pages/%s.html belongs to no view", n)
		}
	}
	return nil
}

// run executes a page into a buffer: the answer is the whole page or none.
func (e *engine) run(l language.Lang, name string, page any) ([]byte, error) {
	t := e.pages[l][name]
	if t == nil {
		return nil, fmt.Errorf("web: no page %q", name)
	}
	var b bytes.Buffer
	if err := t.ExecuteTemplate(&b, "layout", page); err != nil {
		return nil, fmt.Errorf("web: page %s: %w", name, err)
	}
	return b.Bytes(), nil
}
