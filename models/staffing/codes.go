package staffing

import (
	"cmp"
	"slices"
	"strings"
	"unicode"

	"github.com/brevstemme/brevstemme/models"
)

// Codebook gives each person a short code to type: the initials, and when several
// people share them also as many characters of the record's id as tell them
// apart. A code never comes to mean another person: when somebody new has the
// same initials, the short code is refused as unclear.
type Codebook struct {
	codes map[string]string   // person → code
	by    map[string][]string // initials → persons, in order of id
}

// Codes makes the codebook of people by their names.
func Codes(people []models.Person, names map[string]string) Codebook {
	c := Codebook{map[string]string{}, map[string][]string{}}
	for _, p := range people {
		i := initials(names[p.ID])
		c.by[i] = append(c.by[i], p.ID)
	}
	for i, ids := range c.by {
		slices.Sort(ids)
		for _, id := range ids {
			c.codes[id] = i + suffix(id, ids)
		}
	}
	return c
}

// initials are the first letters of first and last name, "XX" without a name.
func initials(name string) string {
	f := strings.FieldsFunc(name, func(r rune) bool { return unicode.IsSpace(r) || r == '-' })
	out := ""
	for i, w := range f {
		if r := []rune(w)[0]; (i == 0 || i == len(f)-1) && unicode.IsLetter(r) {
			out += string(unicode.ToUpper(r))
		}
	}
	return cmp.Or(out, "XX")
}

// suffix is the shortest start of the id (without its letter) that no other has.
func suffix(id string, ids []string) string {
	if len(ids) == 1 {
		return ""
	}
	tail := func(s string) string { return s[min(1, len(s)):] }
	mine := tail(id)
	for n := 1; n < len(mine); n++ {
		if !slices.ContainsFunc(ids, func(o string) bool { return o != id && strings.HasPrefix(tail(o), mine[:n]) }) {
			return mine[:n]
		}
	}
	return mine
}

// Of is a person's code, "" for somebody who is not in the book.
func (c Codebook) Of(person string) string { return c.codes[person] }

// Join writes people as the cell that is typed, in order of their codes.
func (c Codebook) Join(people []string) string {
	out := make([]string, 0, len(people))
	for _, p := range people {
		out = append(out, c.Of(p))
	}
	slices.Sort(out)
	return strings.Join(out, " ")
}

// Find reads one code. Errors: CodeInvalid for a code that nobody has or that
// several people have; the error names them.
func (c Codebook) Find(code string) (person string, err *models.Error) {
	code = strings.ToUpper(strings.TrimSpace(code))
	for id, own := range c.codes {
		if own == code {
			return id, nil
		}
	}
	var hits []string
	for i, ids := range c.by {
		rest, ok := strings.CutPrefix(code, i)
		if !ok {
			continue
		}
		for _, id := range ids {
			if strings.HasPrefix(id[min(1, len(id)):], rest) {
				hits = append(hits, id)
			}
		}
	}
	switch len(hits) {
	case 1:
		return hits[0], nil
	case 0:
		return "", models.Invalid("", "staffing.code_unknown", code)
	}
	return "", models.Invalid("", "staffing.code_unclear", code, c.Join(hits))
}

// Read reads a cell: codes apart by spaces, commas, semicolons or plus. Each
// person counts once.
func (c Codebook) Read(cell string) (people []string, errs []*models.Error) {
	for code := range strings.FieldsFuncSeq(cell, func(r rune) bool { return unicode.IsSpace(r) || strings.ContainsRune(",;+/", r) }) {
		id, err := c.Find(code)
		if err != nil {
			errs = append(errs, err)
		} else if !slices.Contains(people, id) {
			people = append(people, id)
		}
	}
	return people, errs
}
