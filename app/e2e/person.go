package e2e

import (
	"bytes"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

// Person uses the program by its pages and forms, without a browser: what is
// sent is what the form of the page would send. It is quick, so long roads can
// be walked whole; what only a browser can tell is tested in one.
type Person struct {
	t    testing.TB
	base string
	http *http.Client
}

// NewPerson is somebody in front of a shared PC; Login says who.
func NewPerson(t testing.TB, base string) *Person {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &Person{t: t, base: base, http: &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
}

// Login logs in by the form.
func (p *Person) Login(login, password string) *Person {
	p.t.Helper()
	p.Submit("/log-ind", url.Values{"login": {login}, "password": {password}})
	return p
}

// Get fetches a page or a document and its type; anything but 200 ends the test.
func (p *Person) Get(path string) (body []byte, contentType string) {
	p.t.Helper()
	res, err := p.http.Get(p.base + path)
	if err != nil {
		p.t.Fatal(err)
	}
	defer res.Body.Close()
	body, err = io.ReadAll(res.Body)
	if err != nil {
		p.t.Fatal(err)
	}
	if res.StatusCode != http.StatusOK {
		p.t.Fatalf("GET %s: %s\n%.2000s", path, res.Status, body)
	}
	return body, res.Header.Get("Content-Type")
}

// Page is Get as text.
func (p *Person) Page(path string) string {
	p.t.Helper()
	body, _ := p.Get(path)
	return string(body)
}

// Submit fills the form of the page at path whose fields hold all of fields,
// sends it, and returns where the answer leads. A refused form ends the test.
func (p *Person) Submit(path string, fields url.Values) string {
	p.t.Helper()
	status, where, body := p.Try(path, fields)
	if status != http.StatusSeeOther {
		p.t.Fatalf("form of %s with %v: %d\n%s", path, fields, status, complaints(body))
	}
	return where
}

// Try is Submit that also takes a refusal: status, Location, body.
func (p *Person) Try(path string, fields url.Values) (status int, where, body string) {
	p.t.Helper()
	form, err := findForm(path, p.Page(path), fields)
	if err != nil {
		p.t.Fatalf("%s: %v", path, err)
	}
	action := form.action
	if action == "" {
		action = path
	}
	return p.post(action, "application/x-www-form-urlencoded", strings.NewReader(form.values.Encode()))
}

// TryAction sends the form of the page that leads to action.
func (p *Person) TryAction(path, action string, fields url.Values) (status int, where, body string) {
	p.t.Helper()
	doc, err := html.Parse(strings.NewReader(p.Page(path)))
	if err != nil {
		p.t.Fatal(err)
	}
	for n := range doc.Descendants() {
		if n.Type != html.ElementNode || n.Data != "form" || attr(n, "action") != action {
			continue
		}
		f := readForm(n)
		for name, vs := range fields {
			f.values[name] = vs
		}
		return p.post(action, "application/x-www-form-urlencoded", strings.NewReader(f.values.Encode()))
	}
	p.t.Fatalf("%s: no form leads to %s", path, action)
	return 0, "", ""
}

// Upload sends the form of the page with a file in field.
func (p *Person) Upload(path, field, name string, content []byte) (status int, where, body string) {
	p.t.Helper()
	form, err := findForm(path, p.Page(path), url.Values{field: nil})
	if err != nil {
		p.t.Fatalf("%s: %v", path, err)
	}
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	for k, vs := range form.values {
		for _, v := range vs {
			if err := w.WriteField(k, v); err != nil {
				p.t.Fatal(err)
			}
		}
	}
	f, err := w.CreateFormFile(field, name)
	if err == nil {
		_, err = f.Write(content)
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		p.t.Fatal(err)
	}
	return p.post(form.action, w.FormDataContentType(), &b)
}

func (p *Person) post(action, contentType string, body io.Reader) (status int, where, answer string) {
	p.t.Helper()
	res, err := p.http.Post(p.base+action, contentType, body)
	if err != nil {
		p.t.Fatal(err)
	}
	defer res.Body.Close()
	raw, err := io.ReadAll(res.Body)
	if err != nil {
		p.t.Fatal(err)
	}
	return res.StatusCode, res.Header.Get("Location"), string(raw)
}

// Options lists value → text of a select, radios or checkboxes on a page.
func (p *Person) Options(path, name string) map[string]string {
	p.t.Helper()
	doc, err := html.Parse(strings.NewReader(p.Page(path)))
	if err != nil {
		p.t.Fatal(err)
	}
	out := map[string]string{}
	labels := map[string]string{}
	for n := range doc.Descendants() {
		if n.Type == html.ElementNode && n.Data == "label" {
			labels[attr(n, "for")] = strings.TrimSpace(textOf(n))
		}
	}
	for n := range doc.Descendants() {
		switch {
		case n.Type != html.ElementNode:
		case n.Data == "select" && attr(n, "name") == name:
			for o := range n.Descendants() {
				if o.Type == html.ElementNode && o.Data == "option" {
					out[attr(o, "value")] = strings.TrimSpace(textOf(o))
				}
			}
		case n.Data == "input" && attr(n, "name") == name:
			out[attr(n, "value")] = labels[attr(n, "id")]
		}
	}
	return out
}

// Fetch is Get that takes any status.
func (p *Person) Fetch(path string) (status int, body string) {
	p.t.Helper()
	res, err := p.http.Get(p.base + path)
	if err != nil {
		p.t.Fatal(err)
	}
	defer res.Body.Close()
	raw, err := io.ReadAll(res.Body)
	if err != nil {
		p.t.Fatal(err)
	}
	return res.StatusCode, string(raw)
}

// JSON posts a body under an idempotency key.
func (p *Person) JSON(path, key string, body []byte) (status int, answer string) {
	p.t.Helper()
	req, err := http.NewRequest(http.MethodPost, p.base+path, bytes.NewReader(body))
	if err != nil {
		p.t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Idempotency-Key", key)
	res, err := p.http.Do(req)
	if err != nil {
		p.t.Fatal(err)
	}
	defer res.Body.Close()
	raw, err := io.ReadAll(res.Body)
	if err != nil {
		p.t.Fatal(err)
	}
	return res.StatusCode, string(raw)
}

// Names lists the names of all controls on a page, each once.
func (p *Person) Names(path string) []string {
	p.t.Helper()
	doc, err := html.Parse(strings.NewReader(p.Page(path)))
	if err != nil {
		p.t.Fatal(err)
	}
	var names []string
	seen := map[string]bool{}
	for n := range doc.Descendants() {
		if name := attr(n, "name"); n.Type == html.ElementNode && name != "" && n.Data != "meta" && !seen[name] {
			seen[name] = true
			names = append(names, name)
		}
	}
	return names
}
