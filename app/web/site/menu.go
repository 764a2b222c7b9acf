package site

import (
	"slices"
	"strings"
)

// MenuGroup is one subject of the main menu with its entries in order.
type MenuGroup struct {
	Key     string // catalogue key of the group's name
	Entries []string
}

// MenuGroups order the menu by subject. A nav key that stands in none of them
// goes into the last; a test holds that none does.
var MenuGroups = []MenuGroup{
	{"menu.home", []string{"nav.home", "nav.reminders"}},
	{"menu.planning", []string{"nav.plan", "nav.elections", "nav.places", "nav.talks"}},
	{"menu.staff", []string{"nav.roster", "nav.my_shifts"}},
	{"menu.desk", []string{"nav.desk", "nav.board", "nav.lists", "nav.pads"}},
	{"menu.custody", []string{"nav.handovers", "nav.reception", "nav.containers", "nav.seals", "nav.route_plan", "nav.run_sheet", "nav.home_board", "nav.day_end", "nav.deviations", "nav.quality", "nav.balance"}},
	{"menu.onward", []string{"nav.sorting", "nav.forwarding", "nav.arrivals", "nav.stations", "nav.runs"}},
	{"menu.record", []string{"nav.protocol", "nav.statistics", "nav.journal", "nav.forms", "nav.prints", "nav.destruction"}},
	{"menu.operation", []string{"nav.accounts", "nav.design"}},
}

// OneRow is how many entries still make one readable row; with more the menu
// has a row of subjects and a row of the subject's entries.
const OneRow = 7

// groupOf is the place of a nav key in menuGroups.
func groupOf(key string) int {
	for i, g := range MenuGroups {
		if slices.Contains(g.Entries, key) {
			return i
		}
	}
	return len(MenuGroups) - 1
}

// Menu is the main menu of an account: one row, or subjects and the entries of
// the subject in hand. The entry whose path is the longest prefix of the page's
// path is the current one.
func (s *Server) Menu(a Account, pattern, path string) (row, sub []NavItem) {
	items := s.entries(a, pattern, path)
	slices.SortStableFunc(items, func(x, y NavItem) int { return order(x.Key) - order(y.Key) })
	if len(items) <= OneRow {
		return items, nil
	}
	for i, g := range MenuGroups {
		var of []NavItem
		current := false
		for _, it := range items {
			if groupOf(it.Key) == i {
				of = append(of, it)
				current = current || it.Current
			}
		}
		switch {
		case len(of) == 0:
			continue
		case len(of) == 1:
			row = append(row, of[0])
		default:
			row = append(row, NavItem{Href: of[0].Href, Key: g.Key, Current: current, Group: true})
			if current {
				sub = of
			}
		}
	}
	return row, sub
}

// order sorts entries by group and by their place in it.
func order(key string) int {
	g := groupOf(key)
	i := slices.Index(MenuGroups[g].Entries, key)
	if i < 0 {
		i = 99
	}
	return g*100 + i
}

func (s *Server) entries(a Account, pattern, path string) []NavItem {
	var items []NavItem
	best, length := -1, 0
	for _, r := range s.Routes {
		if r.Nav == "" || !r.Allows(a) || r.Public() && a.LoggedIn() && r.Path == LoginPath {
			continue
		}
		items = append(items, NavItem{Href: r.Path, Key: r.Nav})
		under := path == r.Path || strings.HasPrefix(path, strings.TrimSuffix(r.Path, "/")+"/")
		if under && len(r.Path) > length && (r.Path != "/" || pattern == "/") {
			best, length = len(items)-1, len(r.Path)
		}
	}
	if best >= 0 {
		items[best].Current = true
	}
	return items
}
