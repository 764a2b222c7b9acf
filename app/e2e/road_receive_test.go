package e2e_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"image"
	_ "image/png"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/qrcode"
	"golang.org/x/image/draw"

	"github.com/brevstemme/brevstemme/app/e2e"
)

// offer hands the box to a courier, who takes it.
func (r *road) offer() {
	anna := r.people["anna"]
	path := "/overdragelser/ny?sted=" + r.library
	courier := ""
	for id, name := range anna.Options(path, "courier") {
		if strings.Contains(name, "Yusuf") {
			courier = id
		}
	}
	where := anna.Submit(path, url.Values{"containers": {r.box}, "to": {r.reception}, "mode": {"fetch"}, "courier": {courier}, "witness_login": {"bo"}, "pin": {pin}})
	r.handover = formNumber.FindStringSubmatch(where)[1]
	r.blind("yusuf") // the courier carries, and need not know
	if form := r.text("anna"); !strings.Contains(form, r.box[:4]) {
		r.t.Errorf("the form does not name the box:\n%s", form)
	}
	r.printed = append(r.printed, r.qr("anna"))
	if v, ok := anna.(*e2e.Visitor); ok {
		r.scanned(v)
		return
	}
	r.people["yusuf"].Submit("/overdragelser/"+r.handover, url.Values{"do": {"collect"}})
}

// receive: Grethe counts blind and is one short; Ole counts again and finds what
// the giver said; the box is accepted.
func (r *road) receive() {
	t := r.t
	r.blind("grethe")
	if status := r.countAs("grethe", 4); status != http.StatusSeeOther {
		t.Fatalf("blind count: %d", status)
	}
	if status := r.countAs("grethe", 5); status == http.StatusSeeOther {
		t.Error("the same person counts twice")
	}
	if status := r.countAs("ole", 5); status != http.StatusSeeOther {
		t.Fatalf("second count: %d", status)
	}
	ole := r.people["ole"]
	fields := url.Values{"do": {"accept"}, "room": {"K2"}}
	for _, name := range ole.Names("/overdragelser/" + r.handover) {
		if name == "explanation" {
			fields.Set(name, "To kuverter hang sammen ved første tælling.")
		}
	}
	ole.Submit("/overdragelser/"+r.handover, fields)
	var line struct{ Received, OnHand, Voided, Difference int64 }
	if err := json.Unmarshal([]byte(r.people["karen"].Page("/api/v1/elections/"+r.election+"/balance")), &line); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(r.people["karen"].Page("/balance/"+r.election), "8") {
		t.Error("the balance page does not show what was received")
	}
}

// countAs reads the box as one person: seals as they are, own envelopes as given.
func (r *road) countAs(who string, own int) int {
	r.t.Helper()
	p, path := r.people[who], "/overdragelser/"+r.handover
	fields := url.Values{"do": {"count"}}
	for _, name := range p.Names(path) {
		switch {
		case !strings.HasPrefix(name, r.box):
		case strings.HasSuffix(name, "-here"):
			fields.Set(name, "yes")
		case strings.HasSuffix(name, "-seals"):
			fields.Set(name, "70001 70002")
		case strings.HasSuffix(name, "-condition"):
			fields.Set(name, "intact")
		case strings.HasSuffix(name, "-closed"):
		case strings.HasSuffix(name, "own"):
			fields.Set(name, fmt.Sprint(own))
		default:
			fields.Set(name, "1")
		}
	}
	if len(fields) < 4 {
		return http.StatusForbidden // the page offers no count
	}
	status, _, _ := p.Try(path, fields)
	return status
}

// blind asserts that nothing a receiver can fetch holds the giver's figures.
func (r *road) blind(who string) {
	r.t.Helper()
	p := r.people[who]
	for _, path := range []string{"/overdragelser/" + r.handover, "/api/v1/handovers/" + r.handover, "/api/v1/handovers", "/beholdere/" + r.box, "/api/v1/containers/" + r.box, "/modtagelse"} {
		status, body := p.Fetch(path)
		if status == http.StatusOK && (strings.Contains(body, "70001") || strings.Contains(body, `"own":5`) || strings.Contains(body, "own\": 5")) {
			r.t.Errorf("%s sees the giver's figures at %s", who, path)
		}
	}
	if text := r.text(who); strings.Contains(text, "70001") {
		r.t.Errorf("the form that %s can print holds the seals of the giver", who)
	}
}

// text is the text of the handover form as a person can print it.
func (r *road) text(who string) string {
	r.t.Helper()
	cmd := exec.Command("pdftotext", "-layout", r.pdf(who), "-")
	out, err := cmd.Output()
	if err != nil {
		r.t.Fatalf("pdftotext (apt-get install poppler-utils): %v", err)
	}
	return string(out)
}

func (r *road) pdf(who string) string {
	r.t.Helper()
	body, kind := r.people[who].Get("/overdragelser/" + r.handover + "/overdragelse.pdf")
	if kind != "application/pdf" {
		r.t.Fatalf("the form is %s", kind)
	}
	file := filepath.Join(r.t.TempDir(), "form.pdf")
	if err := os.WriteFile(file, body, 0o600); err != nil {
		r.t.Fatal(err)
	}
	return file
}

// qr renders the form's first page and reads its QR code: the receipt code.
func (r *road) qr(who string) string {
	r.t.Helper()
	file := r.pdf(who)
	if out, err := exec.Command("pdftoppm", "-r", "200", "-png", "-f", "1", "-l", "1", "-singlefile", file, file).CombinedOutput(); err != nil {
		r.t.Fatalf("pdftoppm (apt-get install poppler-utils): %v\n%s", err, out)
	}
	png, err := os.ReadFile(file + ".png")
	if err != nil {
		r.t.Fatal(err)
	}
	text, err := readQR(png)
	if err != nil {
		r.t.Fatalf("the QR code of the form cannot be read: %v", err)
	}
	if !strings.HasPrefix(text, r.base+"/k/") {
		r.t.Errorf("the QR code leads to %s", text)
	}
	return text[strings.LastIndexByte(text, '/')+1:]
}

// readQR reads the QR code of a picture as a scanner does, which looks again from
// farther away when it saw nothing.
func readQR(png []byte) (string, error) {
	img, _, err := image.Decode(bytes.NewReader(png))
	if err != nil {
		return "", err
	}
	var failed error
	for _, scale := range []float64{1, 0.8, 0.65} {
		seen := image.NewGray(image.Rect(0, 0, int(float64(img.Bounds().Dx())*scale), int(float64(img.Bounds().Dy())*scale)))
		draw.BiLinear.Scale(seen, seen.Rect, img, img.Bounds(), draw.Src, nil)
		bitmap, err := gozxing.NewBinaryBitmapFromImage(seen)
		if err != nil {
			return "", err
		}
		res, err := qrcode.NewQRCodeReader().Decode(bitmap, map[gozxing.DecodeHintType]any{gozxing.DecodeHintType_TRY_HARDER: true})
		if err == nil {
			return res.GetText(), nil
		}
		failed = errors.Join(failed, err)
	}
	return "", failed
}

// receipts checks what was printed on the public page, and that a code with one
// wrong character does not match.
func (r *road) receipts() {
	r.printed = append(r.printed, r.qr("ole"))
	citizen := e2e.NewPerson(r.t, r.base)
	for _, code := range r.printed {
		page := citizen.Page("/k/" + code)
		if !strings.Contains(page, "passer") || strings.Contains(page, "Anna") || strings.Contains(page, "Ærøskøbing") {
			r.t.Errorf("/k/%s: %s", code, page)
		}
		bad := []byte(code)
		bad[len(bad)/2] ^= 1
		if status, body := citizen.Fetch("/k/" + string(bad)); status == http.StatusOK && !strings.Contains(body, "ikke") {
			r.t.Errorf("a wrong code matches: %s", bad)
		}
	}
}
