package store

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"image"
	"image/png"
	"slices"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"golang.org/x/mod/sumdb/note"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/custody"
	"github.com/brevstemme/brevstemme/models/planning"
	"github.com/brevstemme/brevstemme/models/store/audits"
	"github.com/brevstemme/brevstemme/models/store/persons"
	"github.com/brevstemme/brevstemme/models/store/pgtest"
)

// A file belongs to the journal by its hash: bytes that were changed or lost are
// found in the database and in a bundle, and the program itself may change none.
func TestAFileIsHeldToTheJournal(t *testing.T) {
	t.Parallel()
	w := newLastDay(t)
	defer func() { w.must(w.Close(context.Background())) }()
	ctx := t.Context()
	d, err := w.Raise(ctx, w.act("anna"), custody.RaiseCmd{Type: custody.DevSeal, Place: "P01", Election: w.kv.ID, Found: "the seal is loose on one side", Expected: "closed"})
	w.must(err)
	var pic bytes.Buffer
	w.must(png.Encode(&pic, image.NewGray(image.Rect(0, 0, 9, 9))))
	act := w.act("anna")
	cmd := custody.AttachCmd{Deviation: d.ID, Kind: custody.AttachSeal}
	a, err := w.Attach(ctx, act, cmd, pic.Bytes())
	w.must(err)
	again, err := w.Attach(ctx, act, cmd, pic.Bytes())
	if err != nil || again != a {
		t.Errorf("replayed: %+v %v", again, err)
	}
	b, err := w.AttachmentContent(ctx, a)
	w.must(err)
	if hexOf(b) != a.SHA256 || len(b) != a.Size {
		t.Errorf("%+v", a)
	}
	if _, err := w.book.Pool().Exec(ctx, `UPDATE attachment_content SET content = 'x'`); err == nil {
		t.Error("the program changes a file")
	}
	if _, err := w.book.Pool().Exec(ctx, `DELETE FROM attachment_content`); err == nil {
		t.Error("the program deletes a file")
	}
	check := func(want string) {
		t.Helper()
		rep, err := audits.Verify(ctx, w.dsn.OwnerDSN)
		w.must(err)
		if rep.OK != (want == "") || !rep.OK && !strings.Contains(rep.First.Where, want) {
			t.Errorf("verify: %+v", rep.First)
		}
	}
	check("")
	owner, err := pgx.Connect(ctx, w.dsn.OwnerDSN)
	w.must(err)
	defer owner.Close(ctx)
	if _, err = owner.Exec(ctx, `UPDATE attachment_content SET content = 'other'`); err == nil {
		t.Error("the database keeps bytes under another file's hash")
	}
	_, err = owner.Exec(ctx, `DELETE FROM attachment_content`)
	w.must(err)
	check("attachment " + a.ID)
}

// TestABundleHoldsTheFiles: an auditor gets the files, and a bundle without one
// of them, or with other bytes, does not verify.
func TestABundleHoldsTheFiles(t *testing.T) {
	t.Parallel()
	secret, key, err := note.GenerateKey(nil, "test")
	if err != nil {
		t.Fatal(err)
	}
	s, err := Open(t.Context(), Config{DSN: pgtest.DB(t).AppDSN, SigningKey: secret})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close(context.Background()) })
	ctx := t.Context()
	w := &lastDay{t: t, Store: s, people: map[string]string{}}
	karen, err := s.AddPerson(ctx, models.Act{Key: "p"}, persons.NewPerson{Name: "Karen", Person: models.Person{Roles: []models.Role{models.RoleCoordinator}}})
	w.must(err)
	_, err = s.CreateElection(ctx, models.Act{Key: "el", Person: karen.ID, Role: models.RoleCoordinator}, planning.NewElection{Type: models.TypeLocal, Name: "Valg", Date: models.NewDate(2025, 11, 18), Municipality: "0751", Colour: "#1A5FB4", Word: "BLÅ"})
	w.must(err)
	d, err := s.Raise(ctx, models.Act{Key: "d", Person: karen.ID}, custody.RaiseCmd{Type: custody.DevOther, Found: "something that was found", Expected: "nothing"})
	w.must(err)
	var pic bytes.Buffer
	w.must(png.Encode(&pic, image.NewGray(image.Rect(0, 0, 9, 9))))
	a, err := s.Attach(ctx, models.Act{Key: "a", Person: karen.ID}, custody.AttachCmd{Deviation: d.ID, Kind: custody.AttachEvidence}, pic.Bytes())
	w.must(err)
	var out bytes.Buffer
	w.must(s.ExportBundle(ctx, &out, "KV25", key))
	rep, err := audits.VerifyBundle(bytes.NewReader(out.Bytes()), int64(out.Len()), key)
	if err != nil || !rep.OK {
		t.Fatalf("%+v %v", rep.First, err)
	}
	z, err := zip.NewReader(bytes.NewReader(out.Bytes()), int64(out.Len()))
	w.must(err)
	if !slices.ContainsFunc(z.File, func(f *zip.File) bool { return f.Name == "attachments/"+a.SHA256 }) {
		t.Error("the file is not in the bundle")
	}
}

func hexOf(b []byte) string { sum := sha256.Sum256(b); return hex.EncodeToString(sum[:]) }
