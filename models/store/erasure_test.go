package store_test

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
	"github.com/brevstemme/brevstemme/models/store/storetest"
)

// town is a municipality whose database is searched.
type town struct{ *storetest.Town }

// everywhere lists the columns of the database in which a text stands.
func (w town) everywhere(text string) []string {
	w.T.Helper()
	ctx := w.T.Context()
	rows, err := w.Book().Pool().Query(ctx, `SELECT c.table_name, c.column_name, c.data_type FROM information_schema.columns c JOIN information_schema.tables t USING (table_schema, table_name)
		WHERE c.table_schema = 'public' AND t.table_type = 'BASE TABLE'`)
	w.Must(err)
	type column struct{ table, name, kind string }
	var all []column
	for rows.Next() {
		var c column
		w.Must(rows.Scan(&c.table, &c.name, &c.kind))
		all = append(all, c)
	}
	w.Must(rows.Err())
	var found []string
	for _, c := range all {
		what := fmt.Sprintf(`position($1 IN %q::text) > 0`, c.name)
		if c.kind == "bytea" {
			what = fmt.Sprintf(`position(convert_to($1, 'UTF8') IN %q) > 0`, c.name)
		}
		var n int
		w.Must(w.Book().Pool().QueryRow(ctx, fmt.Sprintf(`SELECT count(*) FROM %q WHERE %s`, c.table, what), text).Scan(&n))
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
	w := town{storetest.NewTown(t)}
	public := w.WithKey("aarhus")
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
	if rep, err := audits.Verify(t.Context(), w.DSN); err != nil || !rep.OK {
		t.Fatalf("%+v %v", rep, err)
	}
	var bundle bytes.Buffer
	w.Must(w.ExportBundle(t.Context(), &bundle, w.KV.ID, public))
	if rep, err := audits.VerifyBundle(bytes.NewReader(bundle.Bytes()), int64(bundle.Len()), public); err != nil || !rep.OK {
		t.Fatalf("%+v %v", rep, err)
	}
	w.bundleIsWithout(bundle.Bytes(), leaver.name, leaver.phone, leaver.mail)
}

// leaverWorks gives the leaver an account, and their name to a delivery and to
// two printed forms.
func (w town) leaverWorks() {
	ctx := w.T.Context()
	p, err := w.AddWithAccount(ctx, w.Act("karen", ""), persons.NewPerson{Name: leaver.name, Phone: leaver.phone, Email: leaver.mail, Person: models.Person{Roles: []models.Role{models.RoleReception}}}, persons.Credentials{Login: leaver.login, Password: "et langt kodeord"})
	w.Must(err)
	w.Who["leaver"] = p.ID
	ds := w.MakeDistricts(2)
	w.Fill(20, custody.Own)
	w.SortPiles(map[string]int{onward.OwnBin(ds[0].ID): 20})
	w.Now = models.NewDate(2025, 11, 18).At(6, 0)
	x, err := w.PackDelivery(ctx, w.Act("leaver", ""), w.KV.ID, "BORG", ds[0].ID, nil)
	w.Must(err)
	_, err = w.Hand(ctx, w.Act("leaver", ""), x.ID, onward.HandCmd{Recount: 20})
	w.Must(err)
	_, err = w.Print(ctx, w.Act("leaver", ""), prints.PrintOrder{Form: "PD", Subject: "/x", Election: w.KV.ID, Content: []byte(`{"by":"` + leaver.name + `"}`), By: leaver.name},
		prints.PrintOrder{Form: "CR", Subject: "/y", Content: []byte(`{"phone":"` + leaver.phone + `","name":"` + leaver.name + `"}`), By: "karen"})
	w.Must(err)
}

// materialIsDestroyed, and the election's one copy is dropped with it, not before.
func (w town) materialIsDestroyed() {
	ctx := w.T.Context()
	if _, err := w.ErasePrints(ctx, w.Act("karen", ""), w.KV.ID); models.CodeOf(err) != models.CodeState {
		w.T.Fatalf("copies were dropped before the material was destroyed: %v", err)
	}
	w.Now = models.NewDate(2026, 3, 2).At(12, 0)
	_, err := w.EndCount(ctx, w.Act("karen", ""), w.KV.ID)
	w.Must(err)
	_, err = w.Destroy(ctx, w.Act("karen", "anna"), w.KV.ID, onward.DestroyCmd{Method: "Makulering", Where: "Genbrugsstationen", On: models.NewDate(2026, 3, 2)})
	w.Must(err)
	if n, err := w.ErasePrints(ctx, w.Act("karen", ""), w.KV.ID); err != nil || n != 1 {
		w.T.Fatalf("%d %v", n, err)
	}
}

// leaverIsErased after they have left, by the coordinator.
func (w town) leaverIsErased() {
	_, err := w.Leave(w.T.Context(), w.Act("karen", ""), w.Who["leaver"])
	w.Must(err)
	w.Must(w.Erase(w.T.Context(), w.Act("karen", ""), w.Who["leaver"]))
}

// bundleIsWithout reads every file of a bundle for the archive.
func (w town) bundleIsWithout(bundle []byte, texts ...string) {
	z, err := zip.NewReader(bytes.NewReader(bundle), int64(len(bundle)))
	w.Must(err)
	for _, f := range z.File {
		r, err := f.Open()
		w.Must(err)
		b, err := io.ReadAll(r)
		w.Must(err)
		for _, text := range texts {
			if bytes.Contains(b, []byte(text)) {
				w.T.Errorf("%s of the bundle holds %q", f.Name, text)
			}
		}
	}
}
