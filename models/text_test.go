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
