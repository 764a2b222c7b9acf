package e2e_test

import (
	"image"
	"image/png"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"

	"github.com/brevstemme/brevstemme/app/e2e"
	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/custody"
	"github.com/brevstemme/brevstemme/models/store/boxes"
)

// phone is somebody with a phone at the pages of custody.
type phone struct{ *counter }

func (l *libraries) phone(b *e2e.Browser, login, path string) phone {
	l.t.Helper()
	p := phone{&counter{l: l, tab: b.Tab(l.t, l.base, l.cookie(login))}}
	l.must(p.tab.Size(390, 844))
	p.to(path)
	return p
}

func (p phone) to(path string) {
	p.l.t.Helper()
	p.l.must(p.tab.Open(path))
	p.until("the page stands", `document.readyState === "complete"`)
}

// press opens what is folded around an element and presses it with a finger.
func (p phone) press(css string) {
	p.l.t.Helper()
	at, err := e2e.Eval[[]float64](p.tab, `(() => { const e = document.querySelector(`+strconv.Quote(css)+`); for (let d = e.closest("details"); d; d = d.parentElement.closest("details")) d.open = true;
		e.scrollIntoView({block: "center"}); const r = e.getBoundingClientRect(); return [r.left + r.width / 2, r.top + r.height / 2, r.height]; })()`)
	p.l.must(err)
	if at[0] < 0 || at[0] > 390 {
		p.l.t.Errorf("%s lies beside the screen: %v", css, at)
	}
	p.l.must(p.tab.Do(chromedp.MouseClickXY(at[0], at[1])))
}

func (p phone) write(css, text string) {
	p.l.t.Helper()
	p.press(css)
	p.l.must(p.tab.Do(chromedp.SendKeys(css, text)))
}

// sends presses a button and waits for the page that says so.
func (p phone) sends(css, said string) {
	p.l.t.Helper()
	p.press(css)
	p.until("the page says "+said, `document.querySelector(".flash, .banner")?.innerText.includes(`+strconv.Quote(said)+`)`)
}

// sign draws with a finger.
func (p phone) sign() {
	p.l.t.Helper()
	p.press("#sign > summary")
	p.until("the box to sign in", `document.querySelector("#sign canvas")`)
	at, err := e2e.Eval[[]float64](p.tab, `(() => { document.querySelector("#sign").open = true; const c = document.querySelector("#sign canvas"); c.scrollIntoView({block: "center"}); const r = c.getBoundingClientRect(); return [r.left, r.top, r.width, r.height, scrollY]; })()`)
	p.l.must(err)
	touch := func(kind input.DispatchTouchEventType, points ...*input.TouchPoint) {
		_, err := chromedp.Call(p.tab.Context(), input.DispatchTouchEvent, input.DispatchTouchEventParams{Type: kind, TouchPoints: append([]*input.TouchPoint{}, points...)})
		p.l.must(err)
	}
	point := func(x, y float64) *input.TouchPoint { return &input.TouchPoint{X: at[0] + x*at[2], Y: at[1] + y*at[3]} }
	touch(input.DispatchTouchEventTypeTouchStart, point(.1, .5))
	for i := range 8 {
		touch(input.DispatchTouchEventTypeTouchMove, point(.2+float64(i)*.08, .2+.6*float64(i%2)))
	}
	touch(input.DispatchTouchEventTypeTouchEnd)
	p.until("the picture in the field", `document.querySelector("#sign [data-sign]").dataset.ready && document.querySelector("#sign input[type=file]").files.length === 1`)
	if moved, err := e2e.Eval[float64](p.tab, "scrollY"); err != nil || moved != at[4] {
		p.l.t.Errorf("the page scrolls under the finger: %v → %v, %v", at[4], moved, err)
	}
}

// attach hands a file in as the phone does that took the picture.
func (p phone) attach(kind, file string, n int) {
	p.l.t.Helper()
	form := `form:has([name=kind][value=` + kind + `][type=radio]) `
	p.press(form + `[name=kind][value=` + kind + `]`)
	p.l.must(p.tab.Do(chromedp.SetUploadFiles(form+"[type=file]", []string{file})))
	p.press(form + "button.button")
	p.until("the file is kept", `document.querySelectorAll(".attachments li").length >= `+strconv.Itoa(n))
}

// A receiver unpacks by the form, and photo, scan and signature of a handover
// are given, all on a phone in a browser.
func TestCustodyOnAPhone(t *testing.T) {
	l := newLibraries(t)
	l.engage("kurt", models.RoleCourier)
	p := phoneBox{l: l, session: l.received(0, 5), box: box(0, 0)}
	p.anna = l.phone(e2e.Start(t), "anna", "/beholdere/"+p.box)
	p.packs()
	p.takesTwoOut()
	p.takesTheRestOut()
	p.packs()
	p.anna.write(`form:has([name=do][value=seal]) [name=seals]`, seal(0, 1))
	p.anna.sends(`form:has([name=do][value=seal]) button.button`, "forseglet")
	p.givesTheFilesOf(p.offered())
	if faults := p.anna.tab.Console(); len(faults) > 1 { // the 422 of too many
		t.Errorf("the console says %v", faults)
	}
}

// phoneBox is the box of a session with five envelopes, and Anna's phone.
type phoneBox struct {
	l            *libraries
	anna         phone
	session, box string
}

// lie wants own envelopes to lie in the box and on the desk.
func (p phoneBox) lie(inBox, onDesk int64) {
	p.l.t.Helper()
	held := func(holder string) int64 {
		all, err := p.l.store.Held(p.l.t.Context(), holder)
		p.l.must(err)
		return all[holder][custody.Envelope(p.l.kv, custody.Own)]
	}
	if b, d := held(custody.InContainer(p.box)), held(custody.Desk(p.session)); b != inBox || d != onDesk {
		p.l.t.Fatalf("%d in the box, %d on the desk", b, d)
	}
}

// packs all that is on the desk.
func (p phoneBox) packs() {
	p.l.t.Helper()
	p.anna.press(`[name=desk]`)
	p.anna.sends(`form:has([name=desk]) button.button`, "pakket")
}

func (p phoneBox) takesTwoOut() {
	p.l.t.Helper()
	p.anna.press("#unpack > summary")
	p.anna.tab.Shot(p.l.t, "unpack-phone")
	p.anna.press(`#unpack [name=to][value^="desk:"]`)
	p.anna.write("#unpack-0", "2")
	p.anna.sends("#unpack button.button", "taget ud")
	p.lie(3, 2)
}

// takesTheRestOut after more than there are was refused.
func (p phoneBox) takesTheRestOut() {
	p.l.t.Helper()
	p.anna.press(`#unpack [name=to][value^="desk:"]`)
	p.anna.write("#unpack-0", "9")
	p.anna.press("#unpack button.button")
	p.anna.until("more than there are is refused", `document.querySelector(".errors")`)
	p.anna.to("/beholdere/" + p.box)
	p.anna.press(`#unpack [name=to][value^="desk:"]`)
	p.anna.sends("#unpack button.button", "taget ud")
	p.lie(0, 5)
}

// offered is the id of the handover of the box to Viby.
func (p phoneBox) offered() string {
	p.l.t.Helper()
	p.l.form("anna", "/overdragelser/ny", url.Values{"from": {"LYS"}, "to": {"VIB"}, "containers": {p.box}, "mode": {"fetch"}, "courier": {p.l.person["kurt"]}})
	hs, err := p.l.store.Handovers(p.l.t.Context(), boxes.HandoverFilter{Open: true})
	p.l.must(err)
	return hs[0].ID
}

// givesTheFilesOf a handover: a photo of the seal, the scanned form, and a
// signature drawn with a finger.
func (p phoneBox) givesTheFilesOf(handover string) {
	t := p.l.t
	t.Helper()
	p.anna.to("/overdragelser/" + handover)
	p.anna.tab.Shot(t, "handover-phone")
	photo, scan := p.files()
	p.anna.attach("seal", photo, 1)
	p.anna.attach("paper", scan, 2)
	p.anna.sign()
	p.anna.tab.Shot(t, "sign-phone")
	p.anna.press("#sign button.button:not([type=button])")
	p.anna.until("three files", `document.querySelectorAll(".attachments img").length >= 2`)
	h, err := p.l.store.Handover(t.Context(), handover)
	p.l.must(err)
	if h.Giver.Scan == "" || len(h.Scans) != 3 {
		t.Errorf("the files of the handover: %+v", h)
	}
	p.anna.tab.Shot(t, "attachments-phone")
}

// files are a picture and a PDF, as the phone's camera and scanner leave them.
func (p phoneBox) files() (photo, scan string) {
	p.l.t.Helper()
	dir := p.l.t.TempDir()
	photo, scan = filepath.Join(dir, "segl.png"), filepath.Join(dir, "blanket.pdf")
	f, err := os.Create(photo)
	p.l.must(err)
	p.l.must(png.Encode(f, image.NewGray(image.Rect(0, 0, 300, 200))))
	p.l.must(f.Close())
	p.l.must(os.WriteFile(scan, []byte("%PDF-1.4\n1 0 obj<</Length 8>>stream\nunderskr\nendstream endobj\nstartxref\n0\n%%EOF\n"), 0o600))
	return photo, scan
}

// The menu of a phone, opened, lets a finger reach every subject and every page
// of the subject in hand: none lies under another.
func TestMenuOnAPhone(t *testing.T) {
	l := newLibraries(t)
	p := l.phone(e2e.Start(t), "karen", "/balance")
	p.press("[data-nav]")
	hidden, err := e2e.Eval[[]string](p.tab, `[...document.querySelectorAll("#nav-list a")].filter(a => { a.scrollIntoView({block: "center"}); const r = a.getBoundingClientRect();
		return r.height < 24 || !a.contains(document.elementFromPoint(r.left + 20, r.top + r.height / 2)); }).map(a => a.innerText)`)
	if l.must(err); len(hidden) > 0 {
		t.Errorf("out of reach in the menu: %v", hidden)
	}
	n, err := e2e.Eval[int](p.tab, `document.querySelectorAll("#nav-list a").length`)
	if l.must(err); n < 12 {
		t.Errorf("only %d links in the menu", n)
	}
	p.tab.Shot(t, "phone-menu")
}
