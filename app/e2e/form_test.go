package e2e_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"github.com/brevstemme/brevstemme/app/e2e"
	"github.com/brevstemme/brevstemme/app/web/site"
	"github.com/brevstemme/brevstemme/models"
)

// A form with mistakes comes back with the focus on the summary, whose links
// lead to the fields; a CPR number does not leave the browser.
func TestFormInTheBrowser(t *testing.T) {
	s, base := designServer(t)
	c, err := s.SessionFor(context.Background(), string(models.RoleAdministrator))
	if err != nil {
		t.Fatal(err)
	}
	tab := e2e.Start(t).Tab(t, base, []*http.Cookie{c, {Name: site.LangCookie, Value: "da"}})
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	want := func(what, js, expect string) {
		t.Helper()
		got, err := e2e.Eval[string](tab, js)
		must(err)
		if !strings.Contains(got, expect) {
			t.Errorf("%s: %q, want %q", what, got, expect)
		}
	}
	must(tab.Size(1366, 768))
	must(tab.Open("/design/formular"))

	// The guard: nothing is sent, the field is emptied, the reason stands there.
	must(tab.Do(chromedp.SendKeys("#f-note", "fru 010190-1234"), chromedp.Click("form.form .button")))
	want("guard", `document.getElementById("cpr-refused").textContent`, "CPR")
	want("emptied", `"[" + document.getElementById("f-note").value + "]"`, "[]")

	// Mistakes: the server's answer.
	must(tab.Do(chromedp.SendKeys("#f-count", "mange"), submitted(t)))
	want("title", `document.title`, "Fejl:")
	want("focus", `document.activeElement.className`, "errors")
	want("kept", `document.getElementById("f-count").value`, "mange")
	tab.Shot(t, "form-with-errors")
	found, err := tab.Axe()
	must(err)
	for _, v := range found {
		t.Errorf("%s %v", v.ID, v.Nodes)
	}
	must(tab.Do(chromedp.Click(".errors a")))
	want("link", `document.activeElement.id`, "f-count")
	must(tab.Size(390, 844))
	tab.Shot(t, "form-with-errors-phone")
	tab.Console() // the 422 itself is logged by the browser

	// The desk keeps its field focused.
	must(tab.Open("/design/skranke"))
	want("scan field", `document.activeElement.id`, "f-scan")
}

// submitted sends the form and waits for the page that answers.
func submitted(t *testing.T) chromedp.Action[chromedp.Void] {
	t.Helper()
	return func(ctx context.Context, _ *chromedp.Target) (chromedp.Void, error) {
		_, err := chromedp.RunResponse(ctx, chromedp.Click("form.form .button"))
		return chromedp.Void{}, err
	}
}

// A breach of the policy is reported by the browser and counted: without this
// the walk's "no report" would prove nothing.
func TestBreachOfPolicyIsCounted(t *testing.T) {
	s, _ := designServer(t)
	counted := make(chan int, 10)
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		rec := &statusWriter{ResponseWriter: w}
		s.ServeHTTP(rec, r)
		if r.URL.Path == "/csp" {
			counted <- rec.status
		}
	}))
	t.Cleanup(srv.Close)
	c, err := s.SessionFor(context.Background(), string(models.RoleAdministrator))
	if err != nil {
		t.Fatal(err)
	}
	tab := e2e.Start(t).Tab(t, srv.URL, []*http.Cookie{c})
	if err := tab.Open("/design"); err != nil {
		t.Fatal(err)
	}
	if _, err := e2e.Eval[bool](tab, `(() => { const s = document.createElement("script"); s.textContent = "window.hit = 1"; document.body.append(s); return true; })()`); err != nil {
		t.Fatal(err)
	}
	if hit, err := e2e.Eval[bool](tab, `"hit" in window`); err != nil || hit {
		t.Errorf("an inline script ran (%v)", err)
	}
	select {
	case status := <-counted:
		if status != http.StatusNoContent {
			t.Errorf("the report was answered %d", status)
		}
	case <-time.After(20 * time.Second):
		t.Error("the browser sent no report")
	}
	if len(tab.Console()) == 0 {
		t.Error("the console stayed empty")
	}
}

type statusWriter struct {
	http.ResponseWriter
	status int
}

func (w *statusWriter) WriteHeader(status int) {
	w.status = status
	w.ResponseWriter.WriteHeader(status)
}
