package journal

import (
	"fmt"
	"unicode/utf8"

	"github.com/brevstemme/brevstemme/models"
)

// Check tests what every draft must hold: a kind, postings that sum to zero per
// item without empty ones (CodeBalance), facts with unique names, UTF-8.
func (d Draft) Check() error {
	if d.Kind == "" {
		return fmt.Errorf("journal: an entry without a kind")
	}
	sums := map[string]int64{}
	for _, p := range d.Postings {
		if p.Delta == 0 || p.Holder == "" || p.Item == "" {
			return fmt.Errorf("journal: %s: empty posting %+v", d.Kind, p)
		}
		sums[p.Item] += p.Delta
	}
	for item, n := range sums {
		if n != 0 {
			return models.E(models.CodeBalance, "balance.unbalanced").Because(fmt.Errorf("%s: %s sums to %d", d.Kind, item, n))
		}
	}
	names := map[string]bool{}
	for _, f := range d.Facts {
		if names[f.Name] || f.Name == "" {
			return fmt.Errorf("journal: %s: fact %q twice or without a name", d.Kind, f.Name)
		}
		names[f.Name] = true
		if !utf8.ValidString(f.Value) {
			return models.Invalid(f.Name, "error.invalid")
		}
	}
	return nil
}
