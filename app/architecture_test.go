package main

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

const module = "github.com/brevstemme/brevstemme"

// goPackage is what "go list" says of a package.
type goPackage struct {
	ImportPath   string
	Imports      []string
	TestImports  []string
	XTestImports []string
	Standard     bool
}

// The direction of imports: app → app/web → {pdf, models/store} → models;
// migrations stands alone. Each line says what a package (by its path under the
// module, and everything below it) may import of ours.
var mayImport = []struct {
	under string
	ours  []string
	why   string
}{
	{"app/web/site", []string{"app/web/site", "pdf", "models"}, "what pages are made of knows no room"},
	{"app/web/planning", room(), "a room knows the site, not the other rooms"},
	{"app/web/public", room(), "a room knows the site, not the other rooms"},
	{"app/web/roster", room(), "a room knows the site, not the other rooms"},
	{"app/web/desk", room(), "a room knows the site, not the other rooms"},
	{"app/web/custody", room("desk"), "boxes are packed at the desk"},
	{"app/web/onward", room("custody"), "what goes onward was in custody"},
	{"app/web/webtest", []string{"app/web", "pdf", "models"}, "test support of pages sees what pages see"},
	{"app/web", []string{"app/web", "pdf", "models"}, "pages know forms, the store and the domain"},
	{"app/localdb", []string{"app/localdb", "migrations"}, "the private PostgreSQL knows the schema, not the domain"},
	{"app/e2e", []string{"app", "pdf", "models", "migrations"}, "browser tests see everything"},
	{"app", []string{"app", "pdf", "models", "migrations"}, "main wires everything"},
	{"pdf", []string{"pdf", "models"}, "forms know the domain, no database, no HTTP"},
	{"models/store/pgtest", []string{"app/localdb", "migrations"}, "test support starts the private PostgreSQL"},
	{"models/store/storetest", []string{"models", "models/store"}, "test support of the rooms sees every room"},
	{"models/store/readyplan", []string{"models"}, "an example plan is made by acts of the store, which it sees as an interface"},
	{"models/store/book", []string{"models"}, "the book under the rooms knows none of them"},
	{"models/store/audits", storeRoom(), "who verifies trusts no room"},
	{"models/store/prints", storeRoom(), "a room knows the book, not the other rooms"},
	{"models/store/persons", storeRoom(), "a room knows the book, not the other rooms"},
	{"models/store/plans", storeRoom("persons"), "a plan reminds people"},
	{"models/store/rosters", storeRoom("persons", "plans"), "a roster puts people on the plan's sessions"},
	{"models/store/desks", storeRoom("plans", "rosters"), "a session is opened by the appointed and instructed"},
	{"models/store/boxes", storeRoom("persons", "plans"), "boxes go from place to place, and people are told"},
	{"models/store/shipments", storeRoom("persons", "plans"), "envelopes go on from election and place, and people are told"},
	{"models/store/measure", []string{"models", "models/store"}, "measurements stand outside and see every room"},
	{"models/store", []string{"models", "models/store"}, "the front door opens the rooms"},
	{"models/language", subject(), "the catalogue knows no subject"},
	{"models/journal", subject(), "the book's format knows no subject"},
	{"models/evidence", subject(), "a subject knows the nouns and the subjects it stands on"},
	{"models/forecast", subject(), "a subject knows the nouns and the subjects it stands on"},
	{"models/roster", subject(), "a subject knows the nouns and the subjects it stands on"},
	{"models/calendar", subject("language"), "a subject knows the nouns and the subjects it stands on"},
	{"models/schedule", subject("calendar", "language"), "a list is read for the days of the law"},
	{"models/planning", subject("calendar", "schedule", "journal", "language"), "a plan is made of lists and legal days"},
	{"models/staffing", subject("forecast", "roster", "journal"), "shifts follow what is expected"},
	{"models/custody", subject("journal"), "who has what knows neither the counter nor the evening"},
	{"models/desk", subject("custody", "journal"), "the counter is a holder, and knows no evening"},
	{"models/evening", subject("custody", "journal"), "the way home knows boxes, not the counter"},
	{"models/trace", subject("custody", "journal"), "a trace follows what custody moved"},
	{"models/onward", subject("calendar", "custody", "desk", "journal"), "what goes onward was received and in custody"},
	{"models/audit", subject("custody", "desk", "journal"), "who replays the book knows what is in it"},
	{"models", subject("language"), "the domain's nouns know no subject"},
	{"migrations", []string{"migrations"}, "the schema stands alone"},
}

// room is what a room of app/web may import: the site, itself, and the rooms
// whose work it takes up.
func room(others ...string) []string {
	ours := []string{"app/web/site", "pdf", "models"}
	for _, o := range others {
		ours = append(ours, "app/web/"+o)
	}
	return ours
}

// subject is what a subject of the domain may import: the nouns, and the subjects
// that it stands on.
func subject(others ...string) []string {
	ours := []string{"models."}
	for _, o := range others {
		ours = append(ours, "models/"+o)
	}
	return ours
}

// storeRoom is what a room of models/store may import: the domain, the book, and
// the rooms that it asks.
func storeRoom(others ...string) []string {
	ours := []string{"models", "models/store/book"}
	for _, o := range others {
		ours = append(ours, "models/store/"+o)
	}
	return ours
}

// testSupport is for tests alone: test support alone may import it, outside tests.
var testSupport = []string{"models/store/pgtest", "models/store/storetest", "app/web/webtest"}

// supports tells whether a package of ours is test support.
func supports(path string) bool {
	return slices.ContainsFunc(testSupport, func(dir string) bool { return under(path, dir) })
}

// Packages of the domain: standard library only, so that the law can be read
// without SQL or HTML.
func isDomain(path string) bool {
	return (path == "models" || strings.HasPrefix(path, "models/")) && !strings.HasPrefix(path, "models/store")
}

// onlyIn says which package alone may import a library.
var onlyIn = map[string][]string{
	"gorm.io/":                      {"models/store"},
	"github.com/jackc/pgx":          {"models/store", "app/localdb", "migrations"},
	"github.com/gin-gonic/gin":      {"app/web/site"},
	"github.com/jung-kurt/gofpdf":   {"pdf"},
	"github.com/pressly/goose":      {"migrations"},
	"github.com/chromedp/chromedp":  {"app/e2e"},
	"github.com/fergusstrange/embe": {"app/localdb"},
}

// Names that say nothing of what is inside.
var badNames = []string{"services", "utils", "util", "helpers", "helper", "common", "misc"}

func listPackages(t *testing.T) []goPackage {
	t.Helper()
	cmd := exec.Command("go", "list", "-json=ImportPath,Imports,TestImports,XTestImports", "./...")
	cmd.Dir = ".."
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	var all []goPackage
	for d := json.NewDecoder(strings.NewReader(string(out))); d.More(); {
		var p goPackage
		if err := d.Decode(&p); err != nil {
			t.Fatal(err)
		}
		all = append(all, p)
	}
	return all
}

func under(path, dir string) bool { return path == dir || strings.HasPrefix(path, dir+"/") }

func TestArchitecture(t *testing.T) {
	packages := listPackages(t)
	if len(packages) < 6 {
		t.Fatalf("only %d packages found", len(packages))
	}
	for _, p := range packages {
		path := strings.TrimPrefix(p.ImportPath, module+"/")
		for _, bad := range badNames {
			if strings.HasSuffix("/"+path, "/"+bad) {
				t.Errorf("%s: a package needs a noun of the subject, not %q", path, bad)
			}
		}
		for _, imp := range p.Imports {
			if v := violation(path, imp); v != "" {
				t.Errorf("%s imports %s: %s", path, imp, v)
			}
		}
		for _, imp := range slices.Concat(p.TestImports, p.XTestImports) {
			if v := testViolation(path, imp); v != "" {
				t.Errorf("the tests of %s import %s: %s", path, imp, v)
			}
		}
	}
}

// violation says why path may not import imp, or "".
func violation(path, imp string) string {
	if ours, ok := strings.CutPrefix(imp, module+"/"); ok {
		if supports(ours) && !supports(path) {
			return "test support belongs to tests"
		}
		if under(ours, "models/store/book") && !under(path, "models/store") {
			return "the book is for the rooms of the store"
		}
		for _, rule := range mayImport {
			if !under(path, rule.under) {
				continue
			}
			for _, dir := range rule.ours {
				if ours+"." == dir { // this package alone, nothing below it
					return ""
				}
				// Under models, only app's rules mean the store with the domain.
				if under(ours, dir) && (!under(path, "models") || under(ours, "models/store") == under(dir, "models/store")) {
					return ""
				}
			}
			return rule.why
		}
		return "no rule for this package: add one to mayImport"
	}
	if isDomain(path) && strings.Contains(strings.SplitN(imp, "/", 2)[0], ".") {
		return "the domain imports the standard library only"
	}
	for lib, dirs := range onlyIn {
		if !strings.HasPrefix(imp, lib) {
			continue
		}
		for _, dir := range dirs {
			if under(path, dir) {
				return ""
			}
		}
		return "only " + strings.Join(dirs, ", ") + " may"
	}
	return ""
}

// testViolation says why the tests of a room of app/web may not import imp, or "":
// what the room may, test support, and drivers that look beside the program. What
// needs two rooms is a test of app/web.
func testViolation(path, imp string) string {
	ours, ok := strings.CutPrefix(imp, module+"/")
	if !ok || !strings.HasPrefix(path, "app/web/") || under(path, "app/web/site") || supports(ours) || ours == path {
		return ""
	}
	return violation(path, imp)
}

// The test above must be able to fail.
func TestArchitectureFailsOnAWrongImport(t *testing.T) {
	for _, c := range []struct{ path, imp string }{
		{"models", "gorm.io/gorm"},
		{"models", module + "/models/store"},
		{"models/custody", "golang.org/x/text/unicode/norm"},
		{"models/store", module + "/app/web"},
		{"pdf", module + "/models/store/pgtest"},
		{"pdf", "gorm.io/gorm"},
		{"app/web", module + "/migrations"},
		{"migrations", module + "/models"},
		{"app/web", "github.com/jung-kurt/gofpdf"},
		{"somewhere", module + "/models"},
		{"models/store/plans", module + "/models/store/rosters"},
		{"models/store/boxes", module + "/models/store"},
		{"models/store/book", module + "/models/store/plans"},
		{"app/web/desk", module + "/models/store/book"},
		{"pdf", module + "/models/store/book"},
		{"models/custody", module + "/models/desk"},
		{"models/desk", module + "/models/evening"},
		{"models/roster", module + "/models/planning"},
		{"app/web/desk", module + "/app/web/webtest"},
		{"app", module + "/app/web/webtest"},
		{"models/store/rosters", module + "/models/store/storetest"},
		{"models/store/storetest", module + "/app/web"},
	} {
		if violation(c.path, c.imp) == "" {
			t.Errorf("%s may import %s", c.path, c.imp)
		}
	}
	for _, c := range []struct{ path, imp string }{
		{"app/web/desk", module + "/app/web/custody"}, {"app/web/roster", module + "/app/web"}, {"app/web/planning", module + "/migrations"},
	} {
		if testViolation(c.path, c.imp) == "" {
			t.Errorf("the tests of %s may import %s", c.path, c.imp)
		}
	}
	for _, c := range []struct{ path, imp string }{
		{"app/web", module + "/models/store"}, {"app", module + "/app/web"}, {"models/store", "gorm.io/gorm"},
		{"models/store/desks", module + "/models/store/rosters"}, {"models/store/desks", module + "/models/custody"},
		{"models/store", module + "/models/store/boxes"}, {"app/web/custody", module + "/models/store/boxes"},
		{"models/custody", module + "/models/journal"}, {"models", "encoding/json"}, {"pdf", module + "/models"},
		{"app/web/webtest", module + "/models/store/pgtest"}, {"app/web/webtest", module + "/app/web"},
	} {
		if v := violation(c.path, c.imp); v != "" {
			t.Errorf("%s may not import %s: %s", c.path, c.imp, v)
		}
	}
}

// A package whose doc.go maps its files by their nouns names every one of them: a
// newcomer finds a noun there.
func TestMapsNameEveryFile(t *testing.T) {
	maps, err := filepath.Glob("../models/*/doc.go")
	if err != nil {
		t.Fatal(err)
	}
	mapped := 0
	for _, doc := range maps {
		text, err := os.ReadFile(doc)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Contains(text, []byte("The files, by their nouns")) {
			continue
		}
		mapped++
		files, err := filepath.Glob(filepath.Join(filepath.Dir(doc), "*.go"))
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range files {
			name := strings.TrimSuffix(filepath.Base(f), ".go")
			if name != "doc" && !strings.HasSuffix(name, "_test") && !regexp.MustCompile(`(?m)^//\t.*\b`+name+`\b`).Match(text) {
				t.Errorf("%s is not in the map of %s", f, doc)
			}
		}
	}
	if mapped < 4 {
		t.Errorf("only %d maps", mapped)
	}
}
