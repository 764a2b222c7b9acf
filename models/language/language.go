// Package language is the one catalogue of every text that a person sees:
// Danish first, English second. Texts stand in messages/<subject>.json as
// {"key": {"da": "…", "en": "…"}}; the verbs of both languages must agree, and a
// test holds that. Standard library only, so that models, pdf and web all use it.
package language

import (
	"embed"
	"encoding/json"
	"io/fs"
	"slices"
	"sort"
	"strings"
	"time"
)

// Lang is a language of the catalogue: "da" or "en".
type Lang string

// Spoken is the language in which to write to somebody who speaks these (ISO 639-1):
// English where they speak it and no Danish, else Danish.
func Spoken(codes []string) Lang {
	if slices.Contains(codes, string(English)) && !slices.Contains(codes, string(Danish)) {
		return English
	}
	return Danish
}

// The languages. Danish is the default and the first.
const (
	Danish  Lang = "da"
	English Lang = "en"
)

// Langs lists the languages in the order in which they are offered.
var Langs = []Lang{Danish, English}

// Parse returns the language named s, Danish for anything unknown.
func Parse(s string) Lang {
	if Lang(s) == English {
		return English
	}
	return Danish
}

//go:embed messages/*.json
var files embed.FS

var catalogue = mustLoad()

func mustLoad() map[string]map[Lang]string {
	all := map[string]map[Lang]string{}
	names, err := fs.Glob(files, "messages/*.json")
	if err != nil {
		panic(err)
	}
	for _, name := range names {
		raw, err := files.ReadFile(name)
		if err != nil {
			panic(err)
		}
		var m map[string]map[Lang]string
		if err := json.Unmarshal(raw, &m); err != nil {
			panic("language: " + name + ": " + err.Error())
		}
		for k, v := range m {
			if _, twice := all[k]; twice {
				panic("language: key twice: " + k + " in " + name)
			}
			all[k] = v
		}
	}
	return all
}

// Has tells whether the catalogue holds key.
func Has(key string) bool { _, ok := catalogue[key]; return ok }

// Keys lists every key, sorted.
func Keys() []string {
	ks := make([]string, 0, len(catalogue))
	for k := range catalogue {
		ks = append(ks, k)
	}
	sort.Strings(ks)
	return ks
}

// Said is what each language says in its own way: given to Text as an argument, it
// stands there in the language of the text.
type Said interface{ In(l Lang) string }

// Word is the key of a word inside another text.
type Word string

// In implements Said.
func (w Word) In(l Lang) string { return Text(l, string(w)) }

// List is several of them with commas between.
type List []Said

// In implements Said.
func (x List) In(l Lang) string {
	parts := make([]string, len(x))
	for i, s := range x {
		parts[i] = s.In(l)
	}
	return strings.Join(parts, ", ")
}

// TimeOfDay is a wall-clock time, in minutes after midnight.
type TimeOfDay int

// In implements Said.
func (m TimeOfDay) In(l Lang) string {
	return Clock(l, time.Date(2000, 1, 1, 0, int(m), 0, 0, time.UTC))
}

// Text is the text of key in lang, with args filled in as fmt does: those that each
// language says in its own way as it does, weekdays and instants (in their own zone)
// among them, "{one|many}" by the number before it. A key that is missing shows as "⟦key⟧", which the tests of pages and forms look for.
func Text(lang Lang, key string, args ...any) string {
	s, ok := catalogue[key][lang]
	if !ok {
		return "⟦" + key + "⟧"
	}
	if len(args) == 0 {
		return s
	}
	filled := make([]any, len(args))
	for i, arg := range args {
		switch a := arg.(type) {
		case Said:
			filled[i] = a.In(lang)
		case time.Weekday:
			filled[i] = Weekday(lang, a)
		case time.Time:
			filled[i] = Moment(lang, a)
		default:
			filled[i] = arg
		}
	}
	return sprint(s, filled)
}
