package journal

import (
	"bytes"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/brevstemme/brevstemme/models"
)

// maxText bounds one string of an entry in bytes; a record may be longer.
const maxText = 64 << 10

// freetext names the facts that a person writes. Only they are searched for CPR
// numbers: what the program writes holds instants and serials that look alike.
var freetext = map[string]bool{"reason": true, "explanation": true, "note": true, "conclusion": true, "action": true}

// Check tests what every draft must hold: a kind, postings that sum to zero per
// item without empty ones (CodeBalance), facts with unique names, each record
// changed once, text that is UTF-8 without NUL, no CPR number in what a person
// wrote (CodeCPR, law 1).
func (d Draft) Check() error {
	if d.Kind == "" {
		return fmt.Errorf("journal: an entry without a kind")
	}
	for _, s := range []string{d.Kind, d.Election, d.Place} {
		if !isText(s) {
			return models.E(models.CodeInvalid, "error.invalid").Because(fmt.Errorf("journal: %q is no text", s))
		}
	}
	if err := d.checkPostings(); err != nil {
		return err
	}
	if err := d.checkChanges(); err != nil {
		return err
	}
	return d.checkFacts()
}

func (d Draft) checkPostings() error {
	sums := map[string]int64{}
	for _, p := range d.Postings {
		if p.Delta == 0 || p.Holder == "" || p.Item == "" || !isText(p.Holder) || !isText(p.Item) {
			return fmt.Errorf("journal: %s: empty or bad posting %+v", d.Kind, p)
		}
		n := sums[p.Item]
		if sum := n + p.Delta; (p.Delta > 0) != (sum > n) {
			return models.E(models.CodeBalance, "balance.unbalanced").Because(fmt.Errorf("%s: %s overflows", d.Kind, p.Item))
		}
		sums[p.Item] = n + p.Delta
	}
	for item, n := range sums {
		if n != 0 {
			return models.E(models.CodeBalance, "balance.unbalanced").Because(fmt.Errorf("%s: %s sums to %d", d.Kind, item, n))
		}
	}
	return nil
}

func (d Draft) checkChanges() error {
	type key struct{ kind, id string }
	seen := make(map[key]bool, len(d.Changes))
	for _, c := range d.Changes {
		k := key{c.Kind, c.ID}
		if seen[k] || c.Kind == "" || c.ID == "" || !isText(c.Kind) || !isText(c.ID) || !utf8.Valid(c.Doc) {
			return fmt.Errorf("journal: %s: record %q %q changed twice or badly named", d.Kind, c.Kind, c.ID)
		}
		if holdsNUL(c.Doc) { // the database's jsonb cannot keep it
			return models.E(models.CodeInvalid, "form.not_text").Because(fmt.Errorf("journal: %s: NUL in %s %s", d.Kind, c.Kind, c.ID))
		}
		seen[k] = true
	}
	return nil
}

func (d Draft) checkFacts() error {
	names := make(map[string]bool, len(d.Facts))
	for _, f := range d.Facts {
		if names[f.Name] || f.Name == "" || !isText(f.Name) {
			return fmt.Errorf("journal: %s: fact %q twice or without a name", d.Kind, f.Name)
		}
		names[f.Name] = true
		if !isText(f.Value) {
			return models.Invalid(f.Name, "error.invalid")
		}
		if freetext[f.Name] && models.LooksLikeCPR(f.Value) {
			return models.E(models.CodeCPR, "").On(f.Name)
		}
	}
	return nil
}

// holdsNUL tells whether a JSON document escapes a NUL: \u0000 behind an even
// number of backslashes.
func holdsNUL(doc []byte) bool {
	for i := 0; i < len(doc); i++ {
		if doc[i] != '\\' {
			continue
		}
		if bytes.HasPrefix(doc[i+1:], []byte("u0000")) {
			return true
		}
		i++ // what is escaped begins no escape itself
	}
	return false
}

func isText(s string) bool {
	return len(s) <= maxText && utf8.ValidString(s) && strings.IndexByte(s, 0) < 0
}
