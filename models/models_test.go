package models

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/brevstemme/brevstemme/models/language"
)

// ISO/IEC 7064 gives A12425GABC1234002 + M as its example for MOD 37,36.
func TestCheckCharacter(t *testing.T) {
	if got := WithCheck("A12425GABC1234002"); got != "A12425GABC1234002M" {
		t.Errorf("got %s", got)
	}
	if _, err := ParseSerial("a124-25ga bc12 3400 2m"); err != nil {
		t.Errorf("what people type is refused: %v", err)
	}
	if CheckCharacter("Ø1") != 0 {
		t.Error("a character outside the set has a check character")
	}
}

func TestCheckCharacterCatchesEverySubstitution(t *testing.T) {
	good := WithCheck("KX7F2M9Q")
	for i := range len(good) {
		for _, c := range []byte(serialAlphabet) {
			bad := []byte(good)
			bad[i] = c
			if _, err := ParseSerial(string(bad)); (err == nil) != (string(bad) == good) {
				t.Fatalf("%s read as a valid serial for %s", bad, good)
			}
		}
	}
}

func TestLooksLikeCPR(t *testing.T) {
	for text, want := range map[string]bool{
		"0101701234": true, "010170-1234": true, "010170 1234": true, "01.01.70-1234": true,
		"Mød Hansen, 311299-4321, kl. 9": true, "６１０１７０-1234": true, "０１０１７０-１２３４": true,
		"610170-1234": true, "": false, "1234567890123": false, "3213701234": false, "0113701234": false,
		"segl 20250001": false, "kuverter 412": false, "2025-11-18 14:30": false, "tlf. 89 40 20 00": false,
		"x0101701234y": true, "0101701234;": true,
	} {
		if got := LooksLikeCPR(text); got != want {
			t.Errorf("%q: got %v, want %v", text, got, want)
		}
	}
}

func TestGeneratedCPRNumbersAreRefused(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 10_000 {
		d := NewDate(1925, 1, 1).Add(r.IntN(36_000))
		six := fmt.Sprintf("%02d%02d%02d", d.Day(), d.Month(), d.Year()%100)
		for _, form := range []string{"%s%04d", "%s-%04d", "%s %04d", "kort ;%s%04d?"} {
			if s := fmt.Sprintf(form, six, r.IntN(10_000)); !LooksLikeCPR(s) {
				t.Fatalf("%q passes", s)
			}
		}
	}
}

func TestDateAtTheClockChange(t *testing.T) {
	autumn := NewDate(2025, 10, 26)
	if _, err := autumn.AtStrict(2, 30); !errors.Is(err, &Error{Code: CodeInvalid, Key: "error.time_twice"}) {
		t.Errorf("02.30 in autumn: %v", err)
	}
	spring := NewDate(2026, 3, 29)
	if _, err := spring.AtStrict(2, 30); !errors.Is(err, &Error{Code: CodeInvalid, Key: "error.time_missing"}) {
		t.Errorf("02.30 in spring: %v", err)
	}
	if at, err := autumn.AtStrict(9, 0); err != nil || at.Format(time.RFC3339) != "2025-10-26T09:00:00+01:00" {
		t.Errorf("09.00: %v %v", at, err)
	}
	if got := autumn.At(2, 30).Format(time.RFC3339); got != "2025-10-26T02:30:00+02:00" {
		t.Errorf("At takes the first of two: %s", got)
	}
	if got := DateOf(time.Date(2026, 3, 1, 23, 30, 0, 0, time.UTC)); got != NewDate(2026, 3, 2) {
		t.Errorf("civil date of an instant: %s", got)
	}
}

func TestMunicipalities(t *testing.T) {
	seen := map[string]bool{}
	for _, m := range Municipalities {
		if len(m.Code) != 4 || seen[m.Code] {
			t.Errorf("code %q", m.Code)
		}
		seen[m.Code] = true
	}
	if len(seen) != 98 {
		t.Errorf("%d municipalities", len(seen))
	}
	if m, ok := MunicipalityByCode("751"); !ok || m.Name != "Aarhus" {
		t.Errorf("751 is %v", m)
	}
}

func TestErrorIs(t *testing.T) {
	err := fmt.Errorf("wrapped: %w", E(CodeState, "error.wrong_state").Because(errors.New("secret")))
	if !errors.Is(err, &Error{Code: CodeState}) || errors.Is(err, &Error{Code: CodeConflict}) {
		t.Error("matching by code")
	}
	if CodeOf(errors.New("x")) != CodeInternal || CodeOf(nil) != "" || CodeOf(err) != CodeState {
		t.Error("CodeOf")
	}
}

// What each language says in its own way stands in the language of the text.
func TestArgumentsSpeakTheLanguageOfTheirText(t *testing.T) {
	d := NewDate(2025, 11, 3)
	for _, c := range []struct {
		arg    any
		da, en string
	}{
		{d, "3.11.2025", "3 Nov 2025"},
		{Date{}, "", ""},
		{d.Weekday(), "mandag", "Monday"},
		{d.At(9, 5), "3.11.2025 kl. 09.05", "3 Nov 2025 09:05"},
		{language.TimeOfDay(18*60 + 30), "18.30", "18:30"},
		{language.Word("calendar.type.fv"), "Folketingsvalg", "General election"},
		{language.List{language.Word("calendar.type.fv"), d}, "Folketingsvalg, 3.11.2025", "General election, 3 Nov 2025"},
		{1234, "1234", "1234"},
	} {
		for lang, want := range map[language.Lang]string{language.Danish: c.da, language.English: c.en} {
			if got := language.Text(lang, "roster-propose.day", c.arg); got != want {
				t.Errorf("%v in %s: %q, want %q", c.arg, lang, got, want)
			}
		}
	}
	for lang, spoken := range map[language.Lang][]string{language.English: {"ar", "en"}, language.Danish: {"en", "da"}} {
		if got := language.Spoken(spoken); got != lang {
			t.Errorf("%v are written to in %s", spoken, got)
		}
	}
}
