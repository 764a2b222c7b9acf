package pdf

import (
	"bytes"
	"crypto/sha256"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
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
				if strings.Contains(it.text, "U+27E6") { // ⟦, which no font can draw
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

// The bytes are the same on every machine: with one processor or many, in any time
// zone and any language of the system.
func TestSamplesAreTheSameAnywhere(t *testing.T) {
	t.Parallel()
	for _, env := range [][]string{{"GOMAXPROCS=1", "TZ=Pacific/Kiritimati", "LANG=C"}, {"GOMAXPROCS=8", "TZ=America/New_York", "LANG=ar_EG.UTF-8", "LC_ALL=tr_TR.UTF-8"}, {"GOGC=1", "TZ=UTC"}} {
		cmd := exec.Command(os.Args[0], "-test.run=^TestGoldenTrees$")
		cmd.Env = append(os.Environ(), env...)
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Errorf("%s: %v\n%s", env, err, out)
		}
	}
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

// Original and reprint of every form, in every kind of mark that is logged, are the
// same bytes outside the marked content that holds the mark.
func TestReprintDiffersInItsMarkAlone(t *testing.T) {
	t.Parallel()
	for _, s := range Samples() {
		if strings.HasPrefix(s.Name, "poster") || s.Name == "label-calibration" {
			continue // never logged
		}
		for _, kind := range []MarkKind{Original, Provisional, Exercise} {
			first, second := make([]Document, len(s.docs)), make([]Document, len(s.docs))
			for i, d := range s.docs {
				first[i] = WithHead(d, func(f *Form) { f.Mark = Mark{Kind: kind} })
				second[i] = WithHead(d, func(f *Form) { f.Mark = Mark{Kind: kind}.Again(12, sampleTime(24, 10, 58)) })
			}
			a, marks := withoutMarks(mustRender(t, first...))
			b, again := withoutMarks(mustRender(t, second...))
			if !bytes.Equal(a, b) {
				t.Errorf("%s, mark %d: the reprint differs outside its mark", s.Name, kind)
			}
			plain := strings.HasPrefix(s.Name, "container-labels") // a label is a label
			if pages := len(sampleTree(t, s)); !plain && (len(marks) != pages || len(again) != pages || slices.Equal(marks, again)) {
				t.Errorf("%s, mark %d: %d and %d marks on %d pages", s.Name, kind, len(marks), len(again), pages)
			}
		}
	}
}

var (
	markedContent = regexp.MustCompile(`(?s)/Mark BMC\n.*?EMC\n`)
	streamLength  = regexp.MustCompile(`/Length \d+`)
)

// withoutMarks cuts the marks out of an uncompressed PDF, and what follows from
// their length: the lengths of streams and the table of where objects begin.
func withoutMarks(b []byte) (rest []byte, marks []string) {
	b = b[:bytes.LastIndex(b, []byte("\nxref\n"))]
	for _, m := range markedContent.FindAll(b, -1) {
		marks = append(marks, string(m))
	}
	return streamLength.ReplaceAll(markedContent.ReplaceAll(b, nil), []byte("/Length")), marks
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
