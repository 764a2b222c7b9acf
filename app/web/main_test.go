package web_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/brevstemme/brevstemme/app/web"
	"github.com/brevstemme/brevstemme/app/web/custody"
	"github.com/brevstemme/brevstemme/app/web/desk"
	"github.com/brevstemme/brevstemme/app/web/onward"
	"github.com/brevstemme/brevstemme/app/web/planning"
	"github.com/brevstemme/brevstemme/app/web/public"
	"github.com/brevstemme/brevstemme/app/web/roster"
	"github.com/brevstemme/brevstemme/app/web/site"
	"github.com/brevstemme/brevstemme/app/web/webtest"
)

// rooms are the tables of the rooms. Their own tests demand them.
var rooms = map[string][]site.Route{"custody": custody.Routes(nil), "desk": desk.Routes(nil), "onward": onward.Routes(nil), "planning": planning.Routes(nil),
	"public": public.Routes(nil), "roster": roster.Routes(nil)}

// TestMain wants every POST that is no room's own to have been sent again
// (webtest.Main): those of this package, and the print of every form, which the
// table adds (site.Printed).
func TestMain(m *testing.M) {
	webtest.Main(m, slices.DeleteFunc(web.Routes(nil), func(r site.Route) bool {
		for _, room := range rooms {
			if slices.ContainsFunc(room, func(own site.Route) bool { return own.Method == r.Method && own.Path == r.Path }) {
				return true
			}
		}
		return false
	}))
}

// What is left out above is demanded by the room: by its own TestMain, with its
// whole table.
func TestEveryRoomDemandsItsPosts(t *testing.T) {
	opened, err := filepath.Glob("*/room.go")
	if err != nil || len(opened) < len(rooms) {
		t.Fatalf("%d rooms in the folders, %d here: %v", len(opened), len(rooms), err)
	}
	for room := range rooms {
		text, err := os.ReadFile(filepath.Join(room, "main_test.go"))
		if err != nil || !strings.Contains(string(text), fmt.Sprintf("webtest.Main(m, %s.Routes(nil))", room)) {
			t.Errorf("%s: no TestMain gives webtest.Main its routes: %v", room, err)
		}
	}
}
