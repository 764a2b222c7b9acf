package audits

import (
	"bytes"
	"context"
	"encoding/json"
	"testing"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/custody"
	"github.com/brevstemme/brevstemme/models/journal"
	"github.com/brevstemme/brevstemme/models/store/book"
)

// A bundle verifies without the database, and each byte of it flipped once is
// found or proven irrelevant: the zip's own frame may change without changing
// what is read out of it.
func TestBundleVerifiesAndEveryByteCounts(t *testing.T) {
	t.Parallel()
	_, s, key := filled(t)
	if err := addElection(s); err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := New(s).ExportBundle(t.Context(), &b, "KV25", key); err != nil {
		t.Fatal(err)
	}
	if s.VerifierKey() != key {
		t.Fatalf("the public key is %s, want %s", s.VerifierKey(), key)
	}
	good := b.Bytes()
	want, err := VerifyBundle(bytes.NewReader(good), int64(len(good)), key)
	if err != nil || !want.OK || want.Entries != 9 || want.Checkpoints == 0 {
		t.Fatalf("%+v %v", want, err)
	}
	irrelevant := 0
	for i := range good {
		bad := bytes.Clone(good)
		bad[i] ^= 1
		rep, err := VerifyBundle(bytes.NewReader(bad), int64(len(bad)), key)
		if err != nil || !rep.OK {
			continue
		}
		irrelevant++
		if rep != want { // read out the same: the byte said nothing
			t.Fatalf("byte %d changed and was not found: %+v", i, rep)
		}
	}
	if irrelevant > len(good)/4 {
		t.Errorf("%d of %d bytes are irrelevant", irrelevant, len(good))
	}
	_, s2, otherKey := filled(t)
	_ = s2
	if rep, err := VerifyBundle(bytes.NewReader(good), int64(len(good)), otherKey); err != nil || rep.OK {
		t.Errorf("a bundle signed with another key passes: %+v %v", rep, err)
	}
}

func addElection(s *book.Book) error {
	_, _, err := s.Append(context.Background(), models.Act{Key: "el"}, book.Need{}, func(w *book.Working) (journal.Draft, error) {
		w.Put(models.Election{ID: "KV25", State: models.ElectionRunning})
		return journal.Draft{Kind: "election.created"}, nil
	})
	return err
}

// An entry whose file is not in the bundle is found, whatever the manifest says.
func TestABundleWithoutAFileOfTheJournal(t *testing.T) {
	file := []byte("a picture")
	doc, err := json.Marshal(custody.Attachment{ID: "A1", SHA256: hexOf(file)})
	if err != nil {
		t.Fatal(err)
	}
	e := journal.Entry{Draft: journal.Draft{Changes: []journal.Change{{Kind: "attachment", ID: "A1", Doc: doc}}}}
	b := bundle{files: map[string][]byte{bundleFiles + hexOf(file): file}}
	if f := b.attached(e); f != nil {
		t.Error(f)
	}
	b.files[bundleFiles+hexOf(file)] = nil
	if f := b.attached(e); f == nil {
		t.Error("a bundle without the file verifies")
	}
}
