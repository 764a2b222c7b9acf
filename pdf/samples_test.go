package pdf

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"testing"
)

var outDir = flag.String("samples", "", "write the samples to this folder")

// Every sample is drawn, twice with the same bytes.
func TestSamples(t *testing.T) {
	for _, s := range Samples() {
		var a, b bytes.Buffer
		if err := s.Write(&a); err != nil {
			t.Errorf("%s: %v", s.Name, err)
			continue
		}
		if err := s.Write(&b); err != nil || !bytes.Equal(a.Bytes(), b.Bytes()) {
			t.Errorf("%s: two runs differ (%v)", s.Name, err)
		}
		if *outDir != "" {
			if err := os.WriteFile(filepath.Join(*outDir, s.Name+".pdf"), a.Bytes(), 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
}
