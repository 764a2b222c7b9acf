package pdf

import (
	"bytes"
	"crypto/sha256"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/brevstemme/brevstemme/models/language"
)

var (
	update = flag.Bool("update", false, "write the golden files anew")
	outDir = flag.String("samples", "", "write the samples to this folder")
)

// Every sample is drawn twice with the same bytes, and no text of ours is
// missing from the catalogue or cut inside a word.
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
		for _, p := range sampleTree(t, s) {
			p.each(func(it item) {
				if strings.Contains(it.text, "⟦") {
					t.Errorf("%s: %s has no text", s.Name, it.text)
				}
			})
		}
		if *outDir != "" {
			if err := os.WriteFile(filepath.Join(*outDir, s.Name+".pdf"), a.Bytes(), 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// sampleTree lays a sample out.
func sampleTree(t *testing.T, s Sample) []*page {
	t.Helper()
	var pages []*page
	for _, d := range s.docs {
		ps, sheet, err := layout(d)
		if err != nil {
			t.Fatalf("%s: %v", s.Name, err)
		}
		if len(sheet.chopped) > 0 {
			t.Errorf("%s: cut inside a word: %q", s.Name, sheet.chopped)
		}
		pages = append(pages, ps...)
	}
	return pages
}

// The tree of every sample is what it was: testdata/trees/NAME.txt. A form that
// changed on purpose: go test ./pdf -run Golden -update, and look at the diff.
// Long samples keep their first two pages.
func TestGoldenTrees(t *testing.T) {
	var sums strings.Builder
	for _, s := range Samples() {
		pages := sampleTree(t, s)
		b, err := render(false, s.docs...)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&sums, "%x  %d  %s\n", sha256.Sum256(b), len(pages), s.Name)
		golden(t, filepath.Join("testdata", "trees", s.Name+".txt"), treeText(pages[:min(2, len(pages))]))
	}
	golden(t, filepath.Join("testdata", "sha256.txt"), sums.String())
}

func golden(t *testing.T, path, got string) {
	t.Helper()
	if *update {
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got == string(want) {
		return
	}
	g, w := strings.Split(got, "\n"), strings.Split(string(want), "\n")
	for i := range g {
		if i >= len(w) || g[i] != w[i] {
			t.Errorf("%s line %d:\n got %s\nwant %s", path, i+1, g[i], strings.Join(w[min(i, len(w)):min(i+1, len(w))], ""))
			return
		}
	}
	t.Errorf("%s: %d lines, want %d", path, len(g), len(w))
}

// A reprint differs from its original in its mark alone.
func TestReprintDiffersInItsMarkAlone(t *testing.T) {
	a, b := sampleDayReport(), sampleDayReport()
	b.Mark = Mark{Kind: Reprint, N: 1, At: sampleTime(4, 10, 0)}
	pa, _, err := layout(a)
	if err != nil {
		t.Fatal(err)
	}
	pb, _, err := layout(b)
	if err != nil {
		t.Fatal(err)
	}
	la, lb := strings.Split(treeText(pa), "\n"), strings.Split(treeText(pb), "\n")
	if len(la) != len(lb) {
		t.Fatalf("%d and %d lines", len(la), len(lb))
	}
	for i := range la {
		if la[i] == lb[i] {
			continue
		}
		if !strings.Contains(la[i], "ORIGINAL") && !strings.HasPrefix(la[i], "    box") {
			t.Errorf("%s\n%s", la[i], lb[i])
		}
	}
}

// Both languages come from the same struct: the English twin has as many pages
// and no Danish label.
func TestEnglishTwin(t *testing.T) {
	d := sampleOpening()
	d.Form = english(d.Form)
	pages, _, err := layout(d)
	if err != nil {
		t.Fatal(err)
	}
	tree := treeText(pages)
	for _, key := range []string{"pdf.title.session_opening", "pdf.h.crew", "pdf.f.initials1", "pdf.sign.signature"} {
		if strings.Contains(tree, `"`+language.Text(language.Danish, key)+`"`) || !strings.Contains(tree, language.Text(language.English, key)) {
			t.Errorf("%s is not in English", key)
		}
	}
}
