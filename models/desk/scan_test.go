package desk

import (
	"testing"

	"github.com/brevstemme/brevstemme/models"
)

func TestRecognise(t *testing.T) {
	for _, c := range []struct {
		text  string
		kind  ScanKind
		value string
	}{
		{"", ScanEmpty, ""},
		{CommandUndo.Barcode(), ScanCommand, ""},
		{models.WithCheck("K7X2M9QAB"), ScanContainer, models.WithCheck("K7X2M9QAB")},
		{models.WithCheck("S12AB34"), ScanSession, models.WithCheck("S12AB34")},
		{models.WithCheck("N7X2M9QAB001"), ScanForm, models.WithCheck("N7X2M9QAB001")},
		{models.WithCheck("M7X2M9QA"), ScanStaff, models.WithCheck("M7X2M9QA")},
		{"0048213", ScanSeal, "0048213"},
		{"0740", ScanMunic, "0740"},
		{"740", ScanMunic, "0740"},
		{"ran", ScanMunic, "0730"},
		{"Aarhus", ScanMunic, "0751"},
		{"århus", ScanMunic, "0751"},
		{"Aa", ScanMunic, ""},
		{"Ærø", ScanMunic, "0492"},
		{"010203-1234", ScanCPR, ""},
		{"0102031234", ScanCPR, ""},
		{"010203 1234", ScanCPR, ""},
		{"%B9208001020312340001?", ScanCPR, ""},
		{";9208001020312340001=?", ScanCPR, ""},
		{"7710203123456", ScanPollCard, ""},
		{"VK9912345678901", ScanPollCard, ""},
		{"hvad er det", ScanUnknown, ""},
		{"9999", ScanUnknown, ""},
	} {
		got := Recognise(c.text)
		if got.Kind != c.kind || got.Value != c.value {
			t.Errorf("%q: %q %q, want %q %q", c.text, got.Kind, got.Value, c.kind, c.value)
		}
		if got.Kind.Refused() && got.Value != "" {
			t.Errorf("%q: a refused text came back", c.text)
		}
	}
}

func TestMunicipalitiesInDanishOrder(t *testing.T) {
	var names []string
	for _, m := range MunicipalitiesStarting("") {
		names = append(names, m.Name)
	}
	if names[0] != "Albertslund" || names[len(names)-1] != "Aarhus" {
		t.Errorf("from %s to %s", names[0], names[len(names)-1])
	}
	if len(names) != 98 {
		t.Errorf("%d municipalities", len(names))
	}
}

func TestCommandBarcodesAreScannable(t *testing.T) {
	seen := map[string]bool{}
	for _, c := range Commands {
		b := c.Barcode()
		if seen[b] {
			t.Errorf("%s twice", b)
		}
		seen[b] = true
		if got := Recognise(b); got.Kind != ScanCommand || got.Command != c {
			t.Errorf("%s: %+v", b, got)
		}
	}
}

// FuzzRecognise: whatever comes out of a scanner, nothing that looks like a CPR
// number comes back from the recogniser.
func FuzzRecognise(f *testing.F) {
	for _, s := range []string{"0102031234", "010203-1234", "K7X2", "%B01020312340?", "Aarhus", "٠١٠٢٠٣١٢٣٤"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got := Recognise(s)
		if models.LooksLikeCPR(s) && got.Kind != ScanCPR && got.Kind != ScanEmpty {
			t.Errorf("%q was taken for %q", s, got.Kind)
		}
		if models.LooksLikeCPR(got.Value) {
			t.Errorf("%q came back as %q", s, got.Value)
		}
	})
}
