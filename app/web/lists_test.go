package web_test

import (
	"net/url"
	"strings"
	"testing"

	"github.com/brevstemme/brevstemme/app/web/webtest"
	"github.com/brevstemme/brevstemme/models/desk"
)

// A pad for when the network is gone, and a new list on the wall.
func TestListsAndPadsByForm(t *testing.T) {
	t.Parallel()
	l := webtest.NewLibrary(t)
	anna, karen := l.As("anna"), l.As("karen")
	karen.OK("/noedblokke", url.Values{"place": {"LYS"}, "n": {"2"}})
	karen.OK("/lister", url.Values{"election": {l.Local}, "kind": {string(desk.NoticeList)}, "name": {"Kandidatliste 2"}, "source": {"ministeriet"}})
	versions, err := l.Store.ListVersions(t.Context(), l.Local)
	l.Must(err)
	anna.OK("/lister/"+versions[0].ID, url.Values{"do": {"hang"}, "place": {"LYS"}})
	if _, page := karen.Get("/lister/" + versions[0].ID); !strings.Contains(page, "Kandidatliste 2") || !strings.Contains(page, "Lystrup Bibliotek") {
		t.Error("the list does not say where it hangs")
	}
}
