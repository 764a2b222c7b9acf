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
	t, tab := r.t, giver.Tab()
	t.Helper()
	step := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	text := func(tab *e2e.Tab) string {
		t.Helper()
		got, err := e2e.Eval[string](tab, "document.body.innerText")
		step(err)
		return got
	}
	press := func(tab *e2e.Tab, form, until string) {
		t.Helper()
		_, err := e2e.Eval[bool](tab, fmt.Sprintf(`(f => {f.requestSubmit(f.querySelector("button:not([type=button])")); return true})(document.querySelector(%q))`, form))
		step(err)
		for range 200 {
			if there, err := e2e.Eval[bool](tab, fmt.Sprintf("!!document.querySelector(%q)", until)); err == nil && there {
				return
			}
			time.Sleep(50 * time.Millisecond)
		}
		t.Fatalf("%s: %q does not come:\n%s", form, until, text(tab))
	}
	step(tab.Size(1366, 768))
	step(tab.Open("/overdragelser/" + r.handover))
	press(tab, `form[action$="/link"]`, ".qr svg")
	tab.Shot(t, "courier-link")
	png, err := chromedp.Run(tab.Context(), chromedp.FullScreenshot(100))
	step(err)
	link, err := readQR(png)
	step(err)
	if !strings.HasPrefix(link, r.base+"/b/") {
		t.Fatalf("the QR code on the screen leads to %s", link)
	}
	code := regexp.MustCompile(`\(PIN\)\s+(\d{6})`).FindStringSubmatch(text(tab))
	if code == nil {
		t.Fatalf("no code:\n%s", text(tab))
	}
	step(tab.Size(390, 844))
	tab.Shot(t, "courier-link-390")
	step(tab.Size(1366, 768))
	if seen, err := e2e.Eval[bool](tab, `matchMedia("print") && [...document.styleSheets].some(s => s.media.mediaText === "print")`); err != nil || !seen {
		t.Errorf("no style for paper: %v", err)
	}

	phone := r.browser.Tab(t, r.base, nil)
	step(phone.Size(390, 844))
	step(phone.Open(strings.TrimPrefix(link, r.base)))
	if page := text(phone); !strings.Contains(page, r.box[:4]) || strings.Contains(page, "70001") {
		t.Fatalf("the courier sees:\n%s", page)
	}
	phone.Shot(t, "courier-390")
	_, err = e2e.Eval[bool](phone, fmt.Sprintf(`(document.querySelector("[name=pin]").value = %q) !== ""`, code[1]))
	step(err)
	press(phone, `form[action^="/b/"]`, ".banner.ok")
	step(phone.Open(strings.TrimPrefix(link, r.base)))
	if dead, err := e2e.Eval[bool](phone, `!!document.querySelector(".banner.bad")`); err != nil || !dead {
		t.Errorf("the link works twice: %v\n%s", err, text(phone))
	}
	if page := r.people["anna"].Page("/overdragelser/" + r.handover); !strings.Contains(page, "Yusuf Demir") {
		t.Error("the courier's signature is not on the handover")
	}
}
