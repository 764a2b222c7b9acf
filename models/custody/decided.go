package custody

import (
	"slices"
	"strings"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/journal"
)

// Decided is an act of the counter that was decided: the draft for the journal
// and the records as they stand after it. The first record is the one that the
// act is about.
type Decided struct {
	Draft   journal.Draft
	Records []models.Record
}

// heldItems lists the items of a holding that have units, sorted.
func heldItems(held map[string]int64) []string {
	var items []string
	for item, n := range held {
		if n != 0 {
			items = append(items, item)
		}
	}
	slices.Sort(items)
	return items
}

// itemElection is the election of an envelope or material item, "" for others.
func itemElection(item string) string {
	parts := strings.SplitN(item, ":", 3)
	if len(parts) == 3 && (parts[0] == "env" || parts[0] == "mat") {
		return parts[1]
	}
	return ""
}

// deskWords tests a text that a person must write: at least least characters,
// nothing that looks like a CPR number. The error points at field.
func deskWords(field, text string, least int) error {
	if models.LooksLikeCPR(text) {
		return (&models.Error{Code: models.CodeCPR}).On(field)
	}
	if len([]rune(strings.TrimSpace(text))) < least {
		return models.Invalid(field, "desk.words_missing", least)
	}
	return nil
}

// MaterialOf splits a material item into its election and what it is.
func MaterialOf(item string) (election, what string) {
	parts := strings.SplitN(item, ":", 3)
	if len(parts) == 3 && parts[0] == "mat" {
		return parts[1], parts[2]
	}
	return "", ""
}
