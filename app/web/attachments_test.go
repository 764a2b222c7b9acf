package web

import (
	"bytes"
	"encoding/json"
	"image"
	"image/png"
	"mime/multipart"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/google/uuid"

	custodypages "github.com/brevstemme/brevstemme/app/web/custody"
	"github.com/brevstemme/brevstemme/app/web/site"
	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/custody"
	"github.com/brevstemme/brevstemme/models/store/boxes"
)

// paper is a scan that says what the giver wrote.
const paper = "%PDF-1.4\n1 0 obj<</Author(Anna at home)/Length 30>>stream\nown 137, other 73, seal AB000412\nendstream endobj\nstartxref\n0\n%%EOF\n"

func picture(t *testing.T) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewGray(image.Rect(0, 0, 30, 20))); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// attach hands a file in; an API path answers with the attachment.
func (v visitor) attach(path, kind, name string, content []byte) (int, string) {
	v.l.t.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	v.l.must(w.WriteField("kind", kind))
	v.l.must(w.WriteField(site.KeyField, uuid.NewString()))
	f, err := w.CreateFormFile("file", name)
	v.l.must(err)
	_, err = f.Write(content)
	v.l.must(err)
	v.l.must(w.Close())
	req, err := http.NewRequest(site.POST, v.l.url+path, &b)
	v.l.must(err)
	req.Header.Set("Content-Type", w.FormDataContentType())
	code, body, _ := v.do(req)
	return code, body
}

func (v visitor) attached(path, kind, name string, content []byte) custody.Attachment {
	v.l.t.Helper()
	code, body := v.attach(path, kind, name, content)
	var a custody.Attachment
	if code != http.StatusCreated || json.Unmarshal([]byte(body), &a) != nil {
		v.l.t.Fatalf("%s: %d %s", path, code, body)
	}
	return a
}

// secretPapers are files of the giver that tell what the receiver must not know
// yet, and a deviation that writes it: ids that the receiver then tries.
func (d *depot) secretPapers(handover string) []string {
	d.t.Helper()
	anna := d.as("anna")
	a := anna.attached("/api/v1/handovers/"+handover+"/attachments", "paper", "form.pdf", []byte(paper))
	anna.ok("/afvigelser/ny", url.Values{"type": {"seal"}, "place": {"LYS"}, "election": {d.kv}, "containers": {d.box}, "expected": {"AB000412 paa 210 kuverter"}, "found": {"AB000412 sidder loest, 137 egne"}, "action": {"Ringet til koordinatoren"}})
	all, err := d.store.Deviations(d.t.Context(), boxes.DeviationFilter{})
	d.must(err)
	b := anna.attached("/api/v1/deviations/"+all[0].ID+"/attachments", "evidence", "seal.pdf", []byte(paper))
	return []string{a.ID, b.ID, all[0].ID}
}

func TestFilesOfAHandover(t *testing.T) {
	d := newDepot(t)
	h := d.onTheWay()
	anna, kurt := d.as("anna"), d.as("kurt")
	at := "/overdragelser/" + h + "/bilag"

	// the courier and the giver sign on the screen, each once
	if code, body := kurt.attach(at, "signature", "signature.png", picture(t)); code != http.StatusSeeOther {
		t.Fatalf("%d %s", code, errorsIn(body))
	}
	if code, _ := kurt.attach(at, "signature", "signature.png", picture(t)); code != http.StatusConflict {
		t.Errorf("a second signature: %d", code)
	}
	if code, _ := d.as("rita").attach(at, "signature", "signature.png", picture(t)); code != http.StatusConflict {
		t.Errorf("a signature without a confirmation: %d", code)
	}
	got, err := d.store.Handover(t.Context(), h)
	d.must(err)
	if got.Carrier.Scan == "" || got.Giver.Scan != "" || len(got.Scans) != 1 {
		t.Fatalf("%+v", got)
	}

	// what is refused
	for name, content := range map[string][]byte{"a.svg": []byte("<svg/>"), "a.png": []byte("<script>alert(1)</script>"), "a.jpg": nil, "large.png": append(picture(t), make([]byte, 9<<20)...)} {
		if code, _ := anna.attach(at, "seal", name, content); code != http.StatusUnprocessableEntity {
			t.Errorf("%s: %d", name, code)
		}
	}
	if code, _ := anna.attach(at, "nonsense", "a.png", picture(t)); code != http.StatusUnprocessableEntity {
		t.Errorf("a kind that is none: %d", code)
	}

	// what is kept: cleaned, under its hash, with no rights of its own
	a := anna.attached("/api/v1/handovers/"+h+"/attachments", "paper", "form.pdf", []byte(paper))
	req, err := http.NewRequest(site.GET, d.url+"/bilag/"+a.ID, nil)
	d.must(err)
	code, body, head := anna.do(req)
	if code != http.StatusOK || strings.Contains(body, "Anna") || !strings.Contains(body, "AB000412") || head.Get("Content-Type") != "application/pdf" ||
		!strings.HasPrefix(head.Get("Content-Disposition"), "attachment") || head.Get("Content-Security-Policy") != "default-src 'none'; sandbox" || head.Get("X-Content-Type-Options") != "nosniff" {
		t.Errorf("%d %v", code, head)
	}
	for _, login := range []string{"kurt", "rita"} { // the courier carries, the receiver has not counted
		for _, path := range []string{"/bilag/" + a.ID, "/api/v1/attachments/" + a.ID} {
			if code, _ := d.as(login).get(path); code != http.StatusNotFound {
				t.Errorf("%s reads %s: %d", login, path, code)
			}
		}
	}
	d.as("rita").ok("/overdragelser/"+h, d.counted("137", "73", "AB000412"))
	if code, _ := d.as("rita").get("/bilag/" + a.ID); code != http.StatusOK {
		t.Errorf("after the count: %d", code)
	}
	if code, _ := (visitor{d.library, nil}).get("/bilag/" + a.ID); code == http.StatusOK {
		t.Error("a file without a login")
	}
}

func TestACourierSignsByLink(t *testing.T) {
	d := newDepot(t)
	h := d.offer()
	giver := d.act()
	giver.Person = d.person["anna"]
	l, err := d.store.MakeCourierLink(t.Context(), giver, h)
	d.must(err)
	v := visitor{d.library, nil}
	req, err := http.NewRequest(site.GET, d.url+"/b/"+l.Token, nil)
	d.must(err)
	code, body, head := v.do(req)
	if code != http.StatusOK || !strings.Contains(body, "data-sign") || strings.Contains(body, "AB000412") {
		t.Fatalf("%d", code)
	}
	var device *http.Cookie
	for _, c := range (&http.Response{Header: head}).Cookies() {
		if c.Name == custodypages.DeviceCookie {
			device = c
		}
	}
	if device == nil {
		t.Fatal("the link is bound to no device")
	}
	a := models.Act{Key: uuid.NewString()}
	if err := d.store.SignByLink(t.Context(), a, l.Token, device.Value, picture(t)); models.CodeOf(err) != models.CodeForbidden {
		t.Errorf("signed before the collection: %v", err)
	}
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	d.must(w.WriteField("pin", l.PIN))
	d.must(w.WriteField(site.KeyField, uuid.NewString()))
	f, err := w.CreateFormFile("file", "signature.png")
	d.must(err)
	_, err = f.Write(picture(t))
	d.must(err)
	d.must(w.Close())
	sent := b.Bytes()
	send := func(device *http.Cookie) (int, string) {
		req, err := http.NewRequest(site.POST, d.url+"/b/"+l.Token, bytes.NewReader(sent))
		d.must(err)
		req.Header.Set("Content-Type", w.FormDataContentType())
		req.AddCookie(device)
		code, body, _ := v.do(req)
		return code, body
	}
	if code, body := send(device); code != http.StatusOK || strings.Contains(body, "kunne ikke gemmes") {
		t.Fatalf("%d %s", code, errorsIn(body))
	}
	if code, body := send(device); code != http.StatusOK { // the answer was lost on the way
		t.Errorf("sent again: %d %s", code, errorsIn(body))
	}
	if code, _ := send(&http.Cookie{Name: device.Name, Value: "another phone"}); code != http.StatusForbidden {
		t.Errorf("sent again from another phone: %d", code)
	}
	got, err := d.store.Handover(t.Context(), h)
	d.must(err)
	if got.Carrier.Scan == "" || got.Carrier.Person != d.person["kurt"] || got.Carrier.Means != "pin" {
		t.Errorf("%+v", got.Carrier)
	}
	if err := d.store.SignByLink(t.Context(), models.Act{Key: uuid.NewString()}, l.Token, "another phone", picture(t)); models.CodeOf(err) != models.CodeForbidden {
		t.Errorf("signed from another device: %v", err)
	}
}
