package custody_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/google/uuid"

	custodypages "github.com/brevstemme/brevstemme/app/web/custody"
	"github.com/brevstemme/brevstemme/app/web/site"
	"github.com/brevstemme/brevstemme/app/web/webtest"
	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/store/boxes"
)

func TestFilesOfAHandover(t *testing.T) {
	d := webtest.NewDepot(t)
	h := d.OnTheWay()
	anna, kurt := d.As("anna"), d.As("kurt")
	at := "/overdragelser/" + h + "/bilag"

	// the courier and the giver sign on the screen, each once
	if code, body := kurt.Attach(at, "signature", "signature.png", webtest.Picture(t)); code != http.StatusSeeOther {
		t.Fatalf("%d %s", code, webtest.ErrorsIn(body))
	}
	if code, _ := kurt.Attach(at, "signature", "signature.png", webtest.Picture(t)); code != http.StatusConflict {
		t.Errorf("a second signature: %d", code)
	}
	if code, _ := d.As("rita").Attach(at, "signature", "signature.png", webtest.Picture(t)); code != http.StatusConflict {
		t.Errorf("a signature without a confirmation: %d", code)
	}
	got, err := d.Store.Handover(t.Context(), h)
	d.Must(err)
	if got.Carrier.Scan == "" || got.Giver.Scan != "" || len(got.Scans) != 1 {
		t.Fatalf("%+v", got)
	}

	// what is refused
	for name, content := range map[string][]byte{"a.svg": []byte("<svg/>"), "a.png": []byte("<script>alert(1)</script>"), "a.jpg": nil, "large.png": append(webtest.Picture(t), make([]byte, 9<<20)...)} {
		if code, _ := anna.Attach(at, "seal", name, content); code != http.StatusUnprocessableEntity {
			t.Errorf("%s: %d", name, code)
		}
	}
	if code, _ := anna.Attach(at, "nonsense", "a.png", webtest.Picture(t)); code != http.StatusUnprocessableEntity {
		t.Errorf("a kind that is none: %d", code)
	}

	// what is kept: cleaned, under its hash, with no rights of its own
	a := anna.Attached("/api/v1/handovers/"+h+"/attachments", "paper", "form.pdf", []byte(webtest.Scan))
	req, err := http.NewRequest(site.GET, d.URL+"/bilag/"+a.ID, nil)
	d.Must(err)
	code, body, head := anna.Do(req)
	if code != http.StatusOK || strings.Contains(body, "Anna") || !strings.Contains(body, "AB000412") || head.Get("Content-Type") != "application/pdf" ||
		!strings.HasPrefix(head.Get("Content-Disposition"), "attachment") || head.Get("Content-Security-Policy") != "default-src 'none'; sandbox" || head.Get("X-Content-Type-Options") != "nosniff" {
		t.Errorf("%d %v", code, head)
	}
	for _, login := range []string{"kurt", "rita"} { // the courier carries, the receiver has not counted
		for _, path := range []string{"/bilag/" + a.ID, "/api/v1/attachments/" + a.ID} {
			if code, _ := d.As(login).Get(path); code != http.StatusNotFound {
				t.Errorf("%s reads %s: %d", login, path, code)
			}
		}
	}
	d.As("rita").OK("/overdragelser/"+h, d.Counted("137", "73", "AB000412"))
	if code, _ := d.As("rita").Get("/bilag/" + a.ID); code != http.StatusOK {
		t.Errorf("after the count: %d", code)
	}
	if code, _ := d.Nobody().Get("/bilag/" + a.ID); code == http.StatusOK {
		t.Error("a file without a login")
	}
}

// A courier signs on the phone that opened the link, with the PIN, on no other
// phone and not before; and is answered the same when the answer was lost.
func TestACourierSignsByLink(t *testing.T) {
	e := newErrand(t)
	l := e.link()
	phone := e.opened(l)
	sign := func(device string) models.Code {
		return models.CodeOf(e.Store.SignByLink(t.Context(), models.Act{Key: uuid.NewString()}, l.Token, device, webtest.Picture(t)))
	}
	if code := sign(phone.Value); code != models.CodeForbidden {
		t.Errorf("signed before the collection: %s", code)
	}
	form := e.Upload("/b/"+l.Token, "signature.png", webtest.Picture(t), "pin", l.PIN)
	send := func(device *http.Cookie) (int, string) {
		again, err := form.GetBody()
		e.Must(err)
		req := form.Clone(t.Context())
		req.Body = again
		code, page, _ := e.With(device).Do(req)
		return code, page
	}
	if code, body := send(phone); code != http.StatusOK || strings.Contains(body, "kunne ikke gemmes") {
		t.Fatalf("%d %s", code, webtest.ErrorsIn(body))
	}
	if code, body := send(phone); code != http.StatusOK { // the answer was lost on the way
		t.Errorf("sent again: %d %s", code, webtest.ErrorsIn(body))
	}
	if code, _ := send(&http.Cookie{Name: phone.Name, Value: "another phone"}); code != http.StatusForbidden {
		t.Errorf("sent again from another phone: %d", code)
	}
	e.isKurts()
	if e.stands().Carrier.Scan == "" {
		t.Error("the signature is not with the handover")
	}
	if code := sign("another phone"); code != models.CodeForbidden {
		t.Errorf("signed from another device: %s", code)
	}
}

// opened is the cookie of the phone that has opened the link's page.
func (e *errand) opened(l boxes.CourierLink) *http.Cookie {
	e.T.Helper()
	req, err := http.NewRequest(site.GET, e.URL+"/b/"+l.Token, nil)
	e.Must(err)
	code, body, head := e.Nobody().Do(req)
	if code != http.StatusOK || !strings.Contains(body, "data-sign") || strings.Contains(body, "AB000412") {
		e.T.Fatalf("%d", code)
	}
	for _, c := range (&http.Response{Header: head}).Cookies() {
		if c.Name == custodypages.DeviceCookie {
			return c
		}
	}
	e.T.Fatal("the link is bound to no device")
	return nil
}
