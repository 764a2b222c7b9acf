package web_test

import (
	"slices"
	"testing"

	"github.com/brevstemme/brevstemme/app/web"
	"github.com/brevstemme/brevstemme/app/web/site"
	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/language"
)

// Every entry of the menu has its subject, every subject its name, and no entry
// stands in the list that no route offers.
func TestEveryMenuEntryHasItsSubject(t *testing.T) {
	offered := map[string]bool{}
	for _, r := range web.Routes(nil) {
		if r.Nav == "" {
			continue
		}
		offered[r.Nav] = true
		if !slices.ContainsFunc(site.MenuGroups, func(g site.MenuGroup) bool { return slices.Contains(g.Entries, r.Nav) }) {
			t.Errorf("%s (%s) stands in no subject of the menu", r.Nav, r.Path)
		}
	}
	for _, g := range site.MenuGroups {
		if !language.Has(g.Key) {
			t.Errorf("the subject %s has no text", g.Key)
		}
		for _, e := range g.Entries {
			if !offered[e] {
				t.Errorf("the menu lists %s, which no route offers", e)
			}
		}
	}
}

// A courier has one row; a coordinator has subjects and the entries of the one in hand.
func TestMenuRows(t *testing.T) {
	s := &site.Server{Routes: web.Routes(nil)}
	row, sub := s.Menu(site.Account{ID: "k", Roles: []models.Role{models.RoleCourier}}, "/overdragelser", "/overdragelser")
	if len(row) > site.OneRow || sub != nil {
		t.Errorf("courier: %v %v", row, sub)
	}
	row, sub = s.Menu(site.Account{ID: "k", Roles: []models.Role{models.RoleCoordinator}}, "/balance/:election", "/balance/KV25")
	current := 0
	for _, it := range append(slices.Clone(row), sub...) {
		if it.Current {
			current++
		}
	}
	if len(row) > len(site.MenuGroups) || len(sub) < 3 || current != 2 {
		t.Errorf("coordinator: %v %v", row, sub)
	}
}

// Every menu entry and every title of a view is in the catalogue.
func TestMenuTextsExist(t *testing.T) {
	for _, r := range web.Routes(nil) {
		if r.Nav != "" && !language.Has(r.Nav) {
			t.Errorf("%s: no text %s", r.Path, r.Nav)
		}
	}
}
