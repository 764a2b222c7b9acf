package webtest

import (
	"archive/zip"
	"bytes"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/pdfcpu/pdfcpu/pkg/api"
)

// ValidPDF fails the test when a second reader finds a fault in the file.
func ValidPDF(t testing.TB, path, body string) {
	t.Helper()
	if err := api.Validate(strings.NewReader(body), nil); err != nil {
		t.Errorf("%s: %v", path, err)
	}
}

// PDFText is the text of a PDF file as a second reader finds it.
func PDFText(t testing.TB, body string) string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "pdftotext", "-raw", "-enc", "UTF-8", "-", "-")
	cmd.Stdin = strings.NewReader(body)
	var out bytes.Buffer
	cmd.Stdout = &out
	if err := cmd.Run(); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// Readable is the text of an answer: a PDF is read as a person would, a
// spreadsheet is unpacked.
func (d *Depot) Readable(body string) string {
	switch {
	case strings.HasPrefix(body, "%PDF"):
		file := filepath.Join(d.T.TempDir(), "form.pdf")
		d.Must(os.WriteFile(file, []byte(body), 0o600))
		text, err := exec.Command("pdftotext", "-layout", file, "-").Output()
		d.Must(err)
		return string(text)
	case strings.HasPrefix(body, "PK\x03\x04"):
		z, err := zip.NewReader(strings.NewReader(body), int64(len(body)))
		d.Must(err)
		var out strings.Builder
		for _, f := range z.File {
			if !strings.HasSuffix(f.Name, "sheet1.xml") && !strings.HasSuffix(f.Name, "sharedStrings.xml") {
				continue
			}
			r, err := f.Open()
			d.Must(err)
			_, err = io.Copy(&out, r) // #nosec G110: our own file
			d.Must(err)
		}
		return strings.ReplaceAll(out.String(), "<", " <")
	}
	return body
}
