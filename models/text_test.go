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
