package boxes_test

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"image"
	"image/png"
	"slices"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/custody"
	"github.com/brevstemme/brevstemme/models/planning"
	"github.com/brevstemme/brevstemme/models/store/audits"
	"github.com/brevstemme/brevstemme/models/store/persons"
	"github.com/brevstemme/brevstemme/models/store/storetest"
)

// A file belongs to the journal by its hash: bytes that were changed or lost are
// found in the database and in a bundle, and the program itself may change none.
func TestAFileIsHeldToTheJournal(t *testing.T) {
	t.Parallel()
	w := storetest.NewTown(t)
	ctx := t.Context()
	x, err := w.Session(ctx, w.At["Lystrup"])
	w.Must(err)
	d, err := w.Raise(ctx, w.Act("anna", ""), custody.RaiseCmd{Type: custody.DevSeal, Place: x.Place, Election: w.KV.ID, Found: "the seal is loose on one side", Expected: "closed"})
	w.Must(err)
	var pic bytes.Buffer
	w.Must(png.Encode(&pic, image.NewGray(image.Rect(0, 0, 9, 9))))
	act := w.Act("anna", "")
	cmd := custody.AttachCmd{Deviation: d.ID, Kind: custody.AttachSeal}
	a, err := w.Attach(ctx, act, cmd, pic.Bytes())
	w.Must(err)
	again, err := w.Attach(ctx, act, cmd, pic.Bytes())
	if err != nil || again != a {
		t.Errorf("replayed: %+v %v", again, err)
	}
	b, err := w.AttachmentContent(ctx, a)
	w.Must(err)
	if hexOf(b) != a.SHA256 || len(b) != a.Size {
		t.Errorf("%+v", a)
	}
	if _, err := w.Book().Pool().Exec(ctx, `UPDATE attachment_content SET content = 'x'`); err == nil {
		t.Error("the program changes a file")
	}
	if _, err := w.Book().Pool().Exec(ctx, `DELETE FROM attachment_content`); err == nil {
		t.Error("the program deletes a file")
	}
	check := func(want string) {
		t.Helper()
		rep, err := audits.Verify(ctx, w.OwnerDSN)
		w.Must(err)
		if rep.OK != (want == "") || !rep.OK && !strings.Contains(rep.First.Where, want) {
			t.Errorf("verify: %+v", rep.First)
		}
	}
	check("")
	owner, err := pgx.Connect(ctx, w.OwnerDSN)
	w.Must(err)
	defer owner.Close(ctx)
	if _, err = owner.Exec(ctx, `UPDATE attachment_content SET content = 'other'`); err == nil {
		t.Error("the database keeps bytes under another file's hash")
	}
	_, err = owner.Exec(ctx, `DELETE FROM attachment_content`)
	w.Must(err)
	check("attachment " + a.ID)
}

// TestABundleHoldsTheFiles: an auditor gets the files, and a bundle without one
// of them, or with other bytes, does not verify.
func TestABundleHoldsTheFiles(t *testing.T) {
	t.Parallel()
	w := storetest.Empty(t, models.NewDate(2025, 11, 12).At(8, 30))
	key := w.WithKey("test")
	ctx, s := t.Context(), w.Store
	karen, err := s.AddPerson(ctx, models.Act{Key: "p"}, persons.NewPerson{Name: "Karen", Person: models.Person{Roles: []models.Role{models.RoleCoordinator}}})
	w.Must(err)
	_, err = s.CreateElection(ctx, models.Act{Key: "el", Person: karen.ID, Role: models.RoleCoordinator}, planning.NewElection{Type: models.TypeLocal, Name: "Valg", Date: models.NewDate(2025, 11, 18), Municipality: "0751", Colour: "#1A5FB4", Word: "BLÅ"})
	w.Must(err)
	d, err := s.Raise(ctx, models.Act{Key: "d", Person: karen.ID}, custody.RaiseCmd{Type: custody.DevOther, Found: "something that was found", Expected: "nothing"})
	w.Must(err)
	var pic bytes.Buffer
	w.Must(png.Encode(&pic, image.NewGray(image.Rect(0, 0, 9, 9))))
	a, err := s.Attach(ctx, models.Act{Key: "a", Person: karen.ID}, custody.AttachCmd{Deviation: d.ID, Kind: custody.AttachEvidence}, pic.Bytes())
	w.Must(err)
	var out bytes.Buffer
	w.Must(s.ExportBundle(ctx, &out, "KV25", key))
	rep, err := audits.VerifyBundle(bytes.NewReader(out.Bytes()), int64(out.Len()), key)
	if err != nil || !rep.OK {
		t.Fatalf("%+v %v", rep.First, err)
	}
	z, err := zip.NewReader(bytes.NewReader(out.Bytes()), int64(out.Len()))
	w.Must(err)
	if !slices.ContainsFunc(z.File, func(f *zip.File) bool { return f.Name == "attachments/"+a.SHA256 }) {
		t.Error("the file is not in the bundle")
	}
}

func hexOf(b []byte) string { sum := sha256.Sum256(b); return hex.EncodeToString(sum[:]) }
