package webtest

import (
	"bytes"
	"encoding/json"
	"image"
	"image/png"
	"mime/multipart"
	"net/http"
	"net/url"
	"testing"

	"github.com/google/uuid"

	"github.com/brevstemme/brevstemme/app/web/site"
	"github.com/brevstemme/brevstemme/models/custody"
	"github.com/brevstemme/brevstemme/models/store/boxes"
)

// Upload is the form that hands in a file, with a fresh key and other fields: names
// and values in turn.
func (l *Library) Upload(path, name string, content []byte, fields ...string) *http.Request {
	l.T.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	l.Must(w.WriteField(site.KeyField, uuid.NewString()))
	for i := 0; i+1 < len(fields); i += 2 {
		l.Must(w.WriteField(fields[i], fields[i+1]))
	}
	f, err := w.CreateFormFile("file", name)
	l.Must(err)
	_, err = f.Write(content)
	l.Must(err)
	l.Must(w.Close())
	req, err := http.NewRequest(site.POST, l.URL+path, &b)
	l.Must(err)
	req.Header.Set("Content-Type", w.FormDataContentType())
	return req
}

// Send hands a file in, as Upload.
func (v Visitor) Send(path, name string, content []byte, fields ...string) (int, string) {
	v.Library.T.Helper()
	code, body, _ := v.Do(v.Library.Upload(path, name, content, fields...))
	return code, body
}

// Picture is a small PNG, as a signature or a photo is handed in.
func Picture(t testing.TB) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewGray(image.Rect(0, 0, 30, 20))); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// Attach hands in a file of a kind: signature, paper, evidence.
func (v Visitor) Attach(path, kind, name string, content []byte) (int, string) {
	v.Library.T.Helper()
	return v.Send(path, name, content, "kind", kind)
}

// Attached is Attach over JSON: the attachment that the answer tells of.
func (v Visitor) Attached(path, kind, name string, content []byte) custody.Attachment {
	v.Library.T.Helper()
	code, body := v.Attach(path, kind, name, content)
	var a custody.Attachment
	if code != http.StatusCreated || json.Unmarshal([]byte(body), &a) != nil {
		v.Library.T.Fatalf("%s: %d %s", path, code, body)
	}
	return a
}

// Scan is a scan that says what the giver wrote.
const Scan = "%PDF-1.4\n1 0 obj<</Author(Anna at home)/Length 30>>stream\nown 137, other 73, seal AB000412\nendstream endobj\nstartxref\n0\n%%EOF\n"

// SecretPapers are files of the giver that tell what the receiver must not know
// yet, and a deviation that writes it: ids that the receiver then tries.
func (d *Depot) SecretPapers(handover string) []string {
	d.T.Helper()
	anna := d.As("anna")
	a := anna.Attached("/api/v1/handovers/"+handover+"/attachments", "paper", "form.pdf", []byte(Scan))
	anna.OK("/afvigelser/ny", url.Values{"type": {"seal"}, "place": {"LYS"}, "election": {d.Local}, "containers": {d.Box}, "expected": {"AB000412 paa 210 kuverter"}, "found": {"AB000412 sidder loest, 137 egne"}, "action": {"Ringet til koordinatoren"}})
	all, err := d.Store.Deviations(d.T.Context(), boxes.DeviationFilter{})
	d.Must(err)
	b := anna.Attached("/api/v1/deviations/"+all[0].ID+"/attachments", "evidence", "seal.pdf", []byte(Scan))
	return []string{a.ID, b.ID, all[0].ID}
}
