package pdf

import (
	"bytes"
	"image"
	"image/draw"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// rasterise draws a PDF's pages first..last in grey with poppler's pdftoppm.
func rasterise(t *testing.T, pdf []byte, dpi, first, last int) []*image.Gray {
	t.Helper()
	dir := t.TempDir()
	in := filepath.Join(dir, "in.pdf")
	if err := os.WriteFile(in, pdf, 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("pdftoppm", "-gray", "-r", strconv.Itoa(dpi), "-f", strconv.Itoa(first), "-l", strconv.Itoa(last), in, filepath.Join(dir, "p"))
	if out, err := cmd.CombinedOutput(); err != nil || len(out) > 0 {
		t.Fatalf("pdftoppm (package poppler-utils): %v\n%s", err, out)
	}
	files, err := filepath.Glob(filepath.Join(dir, "p*.pgm"))
	if err != nil {
		t.Fatal(err)
	}
	var out []*image.Gray
	for _, f := range files {
		out = append(out, readPGM(t, f))
	}
	return out
}

// readPGM reads the binary grey map that pdftoppm writes: "P5 w h 255" and bytes.
func readPGM(t *testing.T, path string) *image.Gray {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	f := bytes.Fields(b[:min(len(b), 40)])
	w, err1 := strconv.Atoi(string(f[1]))
	h, err2 := strconv.Atoi(string(f[2]))
	if string(f[0]) != "P5" || err1 != nil || err2 != nil || len(b) < w*h {
		t.Fatalf("%s is no grey map", path)
	}
	return &image.Gray{Pix: b[len(b)-w*h:], Stride: w, Rect: image.Rect(0, 0, w, h)}
}

// inkBox is the smallest rectangle that holds all ink.
func inkBox(g *image.Gray) image.Rectangle {
	dark := func(v uint8) bool { return v < 200 }
	box := image.Rectangle{}
	for y := range g.Rect.Dy() {
		row := g.Pix[y*g.Stride : y*g.Stride+g.Rect.Dx()]
		first := slices.IndexFunc(row, dark)
		if first < 0 {
			continue
		}
		last := len(row) - 1
		for !dark(row[last]) {
			last--
		}
		box = box.Union(image.Rect(first, y, last+1, y+1))
	}
	return box
}

// No ink lies outside the margins on any page of any sample, in both languages:
// 25 mm on the left for the archive's holes, 15 mm elsewhere; posters and labels
// keep what their paper asks for.
func TestInkStaysInsideTheMargins(t *testing.T) {
	t.Parallel()
	for _, s := range Samples() {
		for lang, s := range map[string]Sample{"da": s, "en": s.English()} {
			t.Run(s.Name+"/"+lang, func(t *testing.T) {
				t.Parallel()
				inkInside(t, s)
			})
		}
	}
}

func inkInside(t *testing.T, s Sample) {
	const dpi = 150
	px := func(mm float64) int { return int(mm / 25.4 * dpi) }
	m := a4
	switch {
	case strings.HasPrefix(s.Name, "poster-a3"):
		m = paper{297, 420, 25, 25, 20, 20}
	case strings.HasPrefix(s.Name, "poster"):
		m = paper{210, 297, 18, 18, 15, 15}
	case strings.HasPrefix(s.Name, "container-labels"), strings.HasPrefix(s.Name, "label-calibration"):
		m = paper{210, 297, 4, 4, 6, 6}
	}
	pages := rasterise(t, mustRender(t, s.docs...), dpi, 1, 1000)
	if len(pages) != len(sampleTree(t, s)) {
		t.Errorf("%d pages were drawn", len(pages))
	}
	for n, g := range pages {
		ink := inkBox(g)
		if ink.Empty() {
			t.Errorf("page %d is blank", n+1)
		}
		if ink.Min.X < px(m.left)-3 || ink.Min.Y < px(m.top)-3 || ink.Max.X > px(m.w-m.right)+4 || ink.Max.Y > px(m.h-m.bottom)+4 {
			t.Errorf("page %d: ink in %v of %v", n+1, ink, g.Rect)
		}
	}
}

// What a reader copies out of the PDF is what was put in, for names that break
// lesser programs, in both kinds of font.
func TestTextComesOutAsItWentIn(t *testing.T) {
	names := []string{
		"Åse Ærø-Øster", "Zoë Müller", "Éric Noël", "Jens (\\) Larsen", "50 % & <b>fed</b> \"citat\"", "Tómas Þór Guðmundsson",
		"Łukasz Żółć", "Yıldız Şahin", "Đorđe Čičak", "Дмитрий Иванович", "Ελένη Παπαδοπούλου", "محمد", "漢字 😀", "−3 → 4",
		"Nguyễn Thị Phương", strings.Repeat("Langtnavnudenmellemrum", 3),
		strings.Repeat("Langtnavnå", 20), // 200 characters
	}
	for _, set := range [][]string{names[:6], names} {
		r := RosterWeek{Form: sampleForm(TypeRosterWeek, 1), Monday: dateOf(sampleTime(3, 8, 0))}
		for _, n := range set {
			r.Shifts = append(r.Shifts, Shift{From: sampleTime(3, 9, 0), To: sampleTime(3, 12, 0), Person: n})
		}
		var b bytes.Buffer
		if err := Write(&b, r); err != nil {
			t.Fatal(err)
		}
		text := pdfText(t, b.Bytes())
		for _, n := range set {
			want, _ := clean(n)
			if !strings.Contains(squeeze(text), squeeze(want)) {
				t.Errorf("%q is not in the text of the PDF", want)
			}
		}
	}
}

// squeeze drops white space: a name may have been wrapped.
func squeeze(s string) string { return strings.Join(strings.Fields(s), "") }

func pdfText(t *testing.T, pdf []byte) string {
	t.Helper()
	cmd := exec.Command("pdftotext", "-raw", "-enc", "UTF-8", "-", "-")
	cmd.Stdin = bytes.NewReader(pdf)
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	if err := cmd.Run(); err != nil || errs.Len() > 0 {
		t.Fatalf("pdftotext (package poppler-utils): %v\n%s", err, errs.String())
	}
	return out.String()
}

// crop copies a part of an image.
func crop(g *image.Gray, r image.Rectangle) *image.Gray {
	out := image.NewGray(image.Rect(0, 0, r.Dx(), r.Dy()))
	draw.Draw(out, out.Rect, g, r.Min, draw.Src)
	return out
}
