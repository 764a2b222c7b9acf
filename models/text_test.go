package models

import "testing"

func TestCheckText(t *testing.T) {
	for text, fine := range map[string]bool{
		"":               true,
		"Åse\r\n\tSøren": true,
		"Ωmega 🗳":        true,
		"a\x00b":         false,
		"a\xff":          false,
		"a\x1b[31m":      false,
		"a\u0085b":       false,
		"a\x7f":          false,
	} {
		if err := CheckText("name", text); (err == nil) != fine {
			t.Errorf("%q: %v", text, err)
		}
	}
}

// A year with a digit too many, or none at all, is no date.
func TestDatesLieInPlausibleYears(t *testing.T) {
	for text, fine := range map[string]bool{
		"1800-01-01": true, "2299-12-31": true, "1799-12-31": false, "2300-01-01": false, "9999-12-31": false, "0001-01-01": false,
		"31.12.2199": true, "1.1.0026": false, "31.12.9999": false,
	} {
		if _, err := ParseDay(text); (err == nil) != fine {
			t.Errorf("ParseDay %s: %v", text, err)
		}
		var d Date
		if err := d.UnmarshalText([]byte(text)); fine && text[4] == '-' && err != nil || !fine && err == nil {
			t.Errorf("UnmarshalText %s: %v", text, err)
		}
	}
}

// A CPR number is one whichever blank or dash stands in it.
func TestCPRSeparatorsOfEveryKind(t *testing.T) {
	for _, sep := range []string{"", "-", " ", "\u00a0", "\u2009", "\u202f", "\u2011", "\u2212", "\u200b", " \u2013 "} {
		if !LooksLikeCPR("nr. 010190" + sep + "1234") {
			t.Errorf("%q hides it", sep)
		}
	}
	if LooksLikeCPR("010190\t1234") || LooksLikeCPR("010190\n1234") {
		t.Error("two cells or lines are no number")
	}
}
