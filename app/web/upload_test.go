package web_test

import (
	"bytes"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"os"
	"testing"

	"github.com/brevstemme/brevstemme/app/web/site"
	"github.com/brevstemme/brevstemme/app/web/webtest"
)

// TestNoUploadIsWrittenToDisk: what is uploaded may be a scan of a signature; nothing
// of it may lie in the folder for temporary files, during the request or after.
func TestNoUploadIsWrittenToDisk(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("TMPDIR", dir)
	files := func() int {
		list, err := os.ReadDir(dir)
		if err != nil {
			t.Fatal(err)
		}
		return len(list)
	}
	want, during := bytes.Repeat([]byte("scan"), site.DefaultBodyLimit/4-1024), -1
	b := webtest.NewBenchWith(t, func(c *site.Config) { c.BodyLimit = site.DefaultBodyLimit }, site.Post("/upload", site.Public, func(r *site.Request) error {
		_, got, err := r.Upload("file")
		during = files()
		if err == nil && !bytes.Equal(got, want) {
			t.Errorf("%d bytes arrived of %d", len(got), len(want))
		}
		return err
	}).Limit("check"))
	srv := httptest.NewServer(b)
	defer srv.Close()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	f, err := form.CreateFormFile("file", "handover.jpg")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.Write(want); err != nil {
		t.Fatal(err)
	}
	if err := form.Close(); err != nil {
		t.Fatal(err)
	}
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, srv.URL+"/upload", &body)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", form.FormDataContentType())
	req.Header.Set(site.KeyHeader, "upload-upload")
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK || during != 0 || files() != 0 {
		t.Errorf("status %d, %d temporary files during the request and %d after it", res.StatusCode, during, files())
	}
}
