package e2e_test

import (
	"fmt"
	"regexp"
	"strings"
	"time"

	"github.com/chromedp/chromedp"

	"github.com/brevstemme/brevstemme/app/e2e"
)

// scanned: the giver makes a one-time link in the browser, the courier reads the
// QR code off the giver's screen, and signs on a phone without an account.
func (r *road) scanned(giver *e2e.Visitor) {
	r.t.Helper()
	link, pin := r.linkOnScreen(giver.Tab())
	r.signOnPhone(link, pin)
	if page := r.people["anna"].Page("/overdragelser/" + r.handover); !strings.Contains(page, "Yusuf Demir") {
		r.t.Error("the courier's signature is not on the handover")
	}
}

// linkOnScreen makes the link and reads it off the screen, with the code to sign with.
func (r *road) linkOnScreen(tab *e2e.Tab) (link, pin string) {
	r.t.Helper()
	r.must(tab.Size(1366, 768))
	r.must(tab.Open("/overdragelser/" + r.handover))
	r.submit(tab, `form[action$="/link"]`, ".qr svg")
	tab.Shot(r.t, "courier-link")
	png, err := chromedp.Run(tab.Context(), chromedp.FullScreenshot(100))
	r.must(err)
	link, err = readQR(png)
	r.must(err)
	if !strings.HasPrefix(link, r.base+"/b/") {
		r.t.Fatalf("the QR code on the screen leads to %s", link)
	}
	code := regexp.MustCompile(`\(PIN\)\s+(\d{6})`).FindStringSubmatch(r.shown(tab))
	if code == nil {
		r.t.Fatalf("no code:\n%s", r.shown(tab))
	}
	r.must(tab.Size(390, 844))
	tab.Shot(r.t, "courier-link-390")
	r.must(tab.Size(1366, 768))
	if seen, err := e2e.Eval[bool](tab, `matchMedia("print") && [...document.styleSheets].some(s => s.media.mediaText === "print")`); err != nil || !seen {
		r.t.Errorf("no style for paper: %v", err)
	}
	return link, code[1]
}

// signOnPhone opens the link on the courier's own phone and signs; a second time
// the link is dead.
func (r *road) signOnPhone(link, pin string) {
	r.t.Helper()
	phone := r.browser.Tab(r.t, r.base, nil)
	r.must(phone.Size(390, 844))
	r.must(phone.Open(strings.TrimPrefix(link, r.base)))
	if page := r.shown(phone); !strings.Contains(page, r.box[:4]) || strings.Contains(page, "70001") {
		r.t.Fatalf("the courier sees:\n%s", page)
	}
	phone.Shot(r.t, "courier-390")
	_, err := e2e.Eval[bool](phone, fmt.Sprintf(`(document.querySelector("[name=pin]").value = %q) !== ""`, pin))
	r.must(err)
	r.submit(phone, `form[action^="/b/"]`, ".banner.ok")
	r.must(phone.Open(strings.TrimPrefix(link, r.base)))
	if dead, err := e2e.Eval[bool](phone, `!!document.querySelector(".banner.bad")`); err != nil || !dead {
		r.t.Errorf("the link works twice: %v\n%s", err, r.shown(phone))
	}
}

func (r *road) must(err error) {
	r.t.Helper()
	if err != nil {
		r.t.Fatal(err)
	}
}

// shown is the text of a page as a person sees it.
func (r *road) shown(tab *e2e.Tab) string {
	r.t.Helper()
	got, err := e2e.Eval[string](tab, "document.body.innerText")
	r.must(err)
	return got
}

// submit sends a form of the page, and waits for what comes of it.
func (r *road) submit(tab *e2e.Tab, form, until string) {
	r.t.Helper()
	_, err := e2e.Eval[bool](tab, fmt.Sprintf(`(f => {f.requestSubmit(f.querySelector("button:not([type=button])")); return true})(document.querySelector(%q))`, form))
	r.must(err)
	for range 200 {
		if there, err := e2e.Eval[bool](tab, fmt.Sprintf("!!document.querySelector(%q)", until)); err == nil && there {
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	r.t.Fatalf("%s: %q does not come:\n%s", form, until, r.shown(tab))
}
