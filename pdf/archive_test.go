package pdf

import (
	"bytes"
	"reflect"
	"testing"
)

// What was kept draws the same bytes, for every form and every kind of document.
func TestKeptDocumentsDrawTheSame(t *testing.T) {
	t.Parallel()
	seen := map[reflect.Type]bool{}
	for _, s := range Samples() {
		docs := s.docs
		b, err := Keep(docs...)
		if err != nil {
			t.Fatal(s.Name, err)
		}
		back, err := Kept(b)
		if err != nil {
			t.Fatal(s.Name, err)
		}
		if !bytes.Equal(mustRender(t, docs...), mustRender(t, back...)) {
			t.Errorf("%s: other bytes after keeping", s.Name)
		}
		again, err := Keep(back...)
		if err != nil || !bytes.Equal(b, again) {
			t.Errorf("%s: kept twice differs: %v", s.Name, err)
		}
		for _, d := range docs {
			seen[reflect.TypeOf(d)] = true
		}
	}
	for k := range kinds {
		if !seen[k] {
			t.Errorf("%s cannot be kept, or no sample shows it", k.Name())
		}
	}
}
