package store

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/custody"
	"github.com/brevstemme/brevstemme/models/onward"
	"github.com/brevstemme/brevstemme/models/store/audits"
	"github.com/brevstemme/brevstemme/models/store/persons"
	"github.com/brevstemme/brevstemme/models/store/prints"
)

// everywhere lists the columns of the database in which a text stands.
func (w *town) everywhere(text string) []string {
	w.t.Helper()
	ctx := w.t.Context()
	rows, err := w.book.Pool().Query(ctx, `SELECT c.table_name, c.column_name, c.data_type FROM information_schema.columns c JOIN information_schema.tables t USING (table_schema, table_name)
		WHERE c.table_schema = 'public' AND t.table_type = 'BASE TABLE'`)
	w.must(err)
	type column struct{ table, name, kind string }
	var all []column
	for rows.Next() {
		var c column
		w.must(rows.Scan(&c.table, &c.name, &c.kind))
		all = append(all, c)
	}
	w.must(rows.Err())
	var found []string
	for _, c := range all {
		what := fmt.Sprintf(`position($1 IN %q::text) > 0`, c.name)
		if c.kind == "bytea" {
			what = fmt.Sprintf(`position(convert_to($1, 'UTF8') IN %q) > 0`, c.name)
		}
		var n int
		w.must(w.book.Pool().QueryRow(ctx, fmt.Sprintf(`SELECT count(*) FROM %q WHERE %s`, c.table, what), text).Scan(&n))
		if n > 0 {
			found = append(found, c.table+"."+c.name)
		}
	}
	return found
}

// leaver is somebody who works on one election only, with a name and addresses
// that stand nowhere else.
var leaver = struct{ name, phone, mail, login string }{"Þórunn Ægidius-Zastrow", "29 87 65 43", "zastrow.unik@example.dk", "zastrowlogin"}

// After the election: the material is destroyed, the copies of what was printed
// are dropped and a person who has left is erased. Nothing of the person is left
// in any column of any table, the journal still verifies, and the bundle for the
// archive verifies on its own and holds nothing of them either.
func TestErasedStaffAreGoneAndTheJournalVerifies(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	public := w.withKey("aarhus")
	w.leaverWorks()
	w.materialIsDestroyed()
	if found := w.everywhere(leaver.name); len(found) < 2 {
		t.Fatalf("the search finds nothing before the erasure: %v", found)
	}
	w.leaverIsErased()
	for _, text := range []string{leaver.name, "Zastrow", leaver.phone, strings.ReplaceAll(leaver.phone, " ", ""), leaver.mail, "zastrow", leaver.login} {
		if found := w.everywhere(text); len(found) > 0 {
			t.Errorf("%q still stands in %v", text, found)
		}
	}
	if rep, err := audits.Verify(t.Context(), w.dsn); err != nil || !rep.OK {
		t.Fatalf("%+v %v", rep, err)
	}
	var bundle bytes.Buffer
	w.must(w.ExportBundle(t.Context(), &bundle, w.kv.ID, public))
	if rep, err := audits.VerifyBundle(bytes.NewReader(bundle.Bytes()), int64(bundle.Len()), public); err != nil || !rep.OK {
		t.Fatalf("%+v %v", rep, err)
	}
	w.bundleIsWithout(bundle.Bytes(), leaver.name, leaver.phone, leaver.mail)
}

// leaverWorks gives the leaver an account, and their name to a delivery and to
// two printed forms.
func (w *town) leaverWorks() {
	ctx := w.t.Context()
	p, err := w.AddWithAccount(ctx, w.act("karen", ""), persons.NewPerson{Name: leaver.name, Phone: leaver.phone, Email: leaver.mail, Person: models.Person{Roles: []models.Role{models.RoleReception}}}, persons.Credentials{Login: leaver.login, Password: "et langt kodeord"})
	w.must(err)
	w.people["leaver"] = p.ID
	ds := w.districts(2)
	w.office(20, custody.Own)
	w.sort(map[string]int{onward.OwnBin(ds[0].ID): 20})
	w.now = models.NewDate(2025, 11, 18).At(6, 0)
	x, err := w.PackDelivery(ctx, w.act("leaver", ""), w.kv.ID, "BORG", ds[0].ID, nil)
	w.must(err)
	_, err = w.Hand(ctx, w.act("leaver", ""), x.ID, onward.HandCmd{Recount: 20})
	w.must(err)
	_, err = w.Print(ctx, w.act("leaver", ""), prints.PrintOrder{Form: "PD", Subject: "/x", Election: w.kv.ID, Content: []byte(`{"by":"` + leaver.name + `"}`), By: leaver.name},
		prints.PrintOrder{Form: "CR", Subject: "/y", Content: []byte(`{"phone":"` + leaver.phone + `","name":"` + leaver.name + `"}`), By: "karen"})
	w.must(err)
}

// materialIsDestroyed, and the election's one copy is dropped with it, not before.
func (w *town) materialIsDestroyed() {
	ctx := w.t.Context()
	if _, err := w.ErasePrints(ctx, w.act("karen", ""), w.kv.ID); models.CodeOf(err) != models.CodeState {
		w.t.Fatalf("copies were dropped before the material was destroyed: %v", err)
	}
	w.now = models.NewDate(2026, 3, 2).At(12, 0)
	_, err := w.EndCount(ctx, w.act("karen", ""), w.kv.ID)
	w.must(err)
	_, err = w.Destroy(ctx, w.act("karen", "anna"), w.kv.ID, onward.DestroyCmd{Method: "Makulering", Where: "Genbrugsstationen", On: models.NewDate(2026, 3, 2)})
	w.must(err)
	if n, err := w.ErasePrints(ctx, w.act("karen", ""), w.kv.ID); err != nil || n != 1 {
		w.t.Fatalf("%d %v", n, err)
	}
}

// leaverIsErased after they have left, by the coordinator.
func (w *town) leaverIsErased() {
	_, err := w.Leave(w.t.Context(), w.act("karen", ""), w.people["leaver"])
	w.must(err)
	w.must(w.Erase(w.t.Context(), w.act("karen", ""), w.people["leaver"]))
}

// bundleIsWithout reads every file of a bundle for the archive.
func (w *town) bundleIsWithout(bundle []byte, texts ...string) {
	z, err := zip.NewReader(bytes.NewReader(bundle), int64(len(bundle)))
	w.must(err)
	for _, f := range z.File {
		r, err := f.Open()
		w.must(err)
		b, err := io.ReadAll(r)
		w.must(err)
		for _, text := range texts {
			if bytes.Contains(b, []byte(text)) {
				w.t.Errorf("%s of the bundle holds %q", f.Name, text)
			}
		}
	}
}
