package models_test

import (
	"testing"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/language"
)

func TestEveryCodeHasAText(t *testing.T) {
	for _, c := range models.Codes {
		if !language.Has("error." + string(c)) {
			t.Errorf("%s has no text", c)
		}
	}
}
