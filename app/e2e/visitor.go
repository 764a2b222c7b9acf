package e2e

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"testing"
	"time"
)

// Visitor uses the program in a browser: forms are filled in and sent by the
// page itself, with its scripts, its policy and its key for each form. What only
// fetches (documents, JSON) goes beside the browser, with the same login.
type Visitor struct {
	*Person
	tab *Tab
}

// NewVisitor opens a tab of b for somebody who has logged in as p.
func NewVisitor(t testing.TB, b *Browser, p *Person) *Visitor {
	t.Helper()
	u, err := url.Parse(p.base)
	if err != nil {
		t.Fatal(err)
	}
	return &Visitor{p, b.Tab(t, p.base, p.http.Jar.Cookies(u))}
}

// Tab is the tab that this visitor uses.
func (v *Visitor) Tab() *Tab { return v.tab }

// sendForm fills the form that has every field, sends it as a person would and
// says whether there was one. A field without a value stays as it is.
const sendForm = `(fields, token) => {
  const names = Object.keys(fields);
  const forms = [...document.forms].filter(f => names.every(n => {
    const c = f.elements[n];
    if (!c) return false;
    const ticks = (c instanceof RadioNodeList ? [...c] : [c]).filter(e => e.type === "checkbox" || e.type === "radio");
    if (ticks.length && fields[n] && !fields[n].every(v => ticks.some(e => e.value === v))) return false;
    return !(c.type === "hidden" && fields[n] && fields[n].length === 1 && fields[n][0] !== c.value);
  }));
  const own = forms.find(f => new URL(f.action, location.href).pathname === location.pathname) || forms[0];
  if (!own) return false;
  for (const n of names) {
    if (!fields[n]) continue;
    const c = own.elements[n];
    const all = c instanceof RadioNodeList ? [...c] : [c];
    for (const e of all) {
      if (e.type === "checkbox" || e.type === "radio") e.checked = fields[n].includes(e.value);
      else if (e.type === "file") {
        const d = new DataTransfer();
        d.items.add(new File([fields[n][0]], "tider.csv", {type: "text/csv"}));
        e.files = d.files;
      } else e.value = fields[n][0];
    }
  }
  window.road = token;
  own.requestSubmit(own.querySelector("button:not([type=button])"));
  return true;
}`

// Submit fills and sends a form in the browser; a refusal ends the test.
func (v *Visitor) Submit(path string, fields url.Values) string {
	v.t.Helper()
	status, where, body := v.Try(path, fields)
	if status != http.StatusSeeOther {
		v.t.Fatalf("form of %s with %v is refused in the browser:\n%s", path, fields, complaints(body))
	}
	return where
}

// Try is Submit that also takes a refusal. A page that came back with an error
// summary is a refusal (422).
func (v *Visitor) Try(path string, fields url.Values) (status int, where, body string) {
	v.t.Helper()
	v.must(v.tab.Open(path))
	raw, err := json.Marshal(fields)
	v.must(err)
	token := fmt.Sprint(time.Now().UnixNano())
	sent, err := Eval[bool](v.tab, fmt.Sprintf("(%s)(%s, %q)", sendForm, raw, token))
	v.must(err)
	if !sent {
		v.t.Fatalf("%s: no form with %v in the browser", path, fields)
	}
	for range 600 { // the page that answers knows nothing of the token
		over, err := Eval[bool](v.tab, fmt.Sprintf("window.road !== %q && document.readyState === 'complete'", token))
		if err == nil && over {
			break
		}
		time.Sleep(25 * time.Millisecond)
	}
	body, err = Eval[string](v.tab, "document.documentElement.outerHTML")
	v.must(err)
	where, err = Eval[string](v.tab, "location.pathname + location.search")
	v.must(err)
	refused, err := Eval[bool](v.tab, "!!document.querySelector('.errors') || document.title.includes('Fejl')")
	v.must(err)
	if refused {
		return http.StatusUnprocessableEntity, where, body
	}
	return http.StatusSeeOther, where, body
}

// Upload sends a file by a form in the browser.
func (v *Visitor) Upload(path, field, _ string, content []byte) (status int, where, body string) {
	v.t.Helper()
	return v.Try(path, url.Values{field: {string(content)}})
}

func (v *Visitor) must(err error) {
	v.t.Helper()
	if err != nil {
		v.t.Fatal(err)
	}
}
