// Package language is the one catalogue of every text that a person sees:
// Danish first, English second. Texts stand in messages/<subject>.json as
// {"key": {"da": "…", "en": "…"}}; the verbs of both languages must agree, and a
// test holds that. Standard library only, so that models, pdf and web all use it.
package language

import (
	"embed"
	"encoding/json"
	"fmt"
	"io/fs"
	"sort"
)

// Lang is a language of the catalogue: "da" or "en".
type Lang string

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

// Word is the key of a word inside another text: given to Text as an argument, it
// stands there in the same language.
type Word string

// Text is the text of key in lang, with args filled in as fmt does. A key that
// is missing shows as "⟦key⟧", which the tests of pages and forms look for.
func Text(lang Lang, key string, args ...any) string {
	s, ok := catalogue[key][lang]
	if !ok {
		return "⟦" + key + "⟧"
	}
	if len(args) == 0 {
		return s
	}
	filled := make([]any, len(args))
	for i, a := range args {
		if w, ok := a.(Word); ok {
			a = Text(lang, string(w))
		}
		filled[i] = a
	}
	return fmt.Sprintf(s, filled...)
}
