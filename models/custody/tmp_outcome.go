package custody

import (
	"crypto/sha256"
	"math/big"
	"slices"
	"strings"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/journal"
)

type Outcome struct {
	Draft   journal.Draft
	Records []models.Record
}

func DerivedID(prefix, key string) string {
	sum := sha256.Sum256([]byte("brevstemme/id/v1\n" + prefix + "\n" + key))
	s := strings.ToUpper(new(big.Int).SetBytes(sum[:8]).Text(36))
	for len(s) < 8 {
		s = "0" + s
	}
	return models.WithCheck(prefix + s[len(s)-8:])
}
func units(held map[string]int64) []string {
	var items []string
	for item, n := range held {
		if n != 0 {
			items = append(items, item)
		}
	}
	slices.Sort(items)
	return items
}
func ElectionOf(item string) string {
	parts := strings.SplitN(item, ":", 3)
	if len(parts) == 3 && (parts[0] == "env" || parts[0] == "mat") {
		return parts[1]
	}
	return ""
}
func Words(field, text string, least int) error {
	if models.LooksLikeCPR(text) {
		return (&models.Error{Code: models.CodeCPR}).On(field)
	}
	if len([]rune(strings.TrimSpace(text))) < least {
		return models.Invalid(field, "custody.words_missing", least)
	}
	return nil
}
