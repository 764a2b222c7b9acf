package site

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/store"
	"github.com/brevstemme/brevstemme/models/store/persons"
)

// fromStore fills what the store can answer: who is logged in, where sessions
// live, what /readyz asks, and the setting of pages.
func (c Config) fromStore() Config {
	if c.Store == nil {
		return c
	}
	if c.Account == nil {
		c.Account = accountsOf(c.Store)
	}
	if c.Sessions == nil {
		c.Sessions, c.Marks = c.Store.WebSessions(cmp.Or(c.SessionIdle, 30*time.Minute)), c.Store.WebSessions(0)
	}
	if c.Checks == nil {
		c.Checks = map[string]CheckFunc{"database": c.Store.Ping}
	}
	if c.Setting == nil {
		m, _ := models.MunicipalityByCode(c.Municipality)
		c.Setting = settingOf(c.Store, m.Name+" Kommune")
	}
	return c
}

func accountsOf(s *store.Store) AccountFunc {
	return func(ctx context.Context, id string) (Account, error) {
		who, err := s.LoginOf(ctx, id)
		if err != nil {
			return Account{}, err
		}
		return accountOf(who), nil
	}
}

func accountOf(who persons.Login) Account {
	return Account{ID: who.Login, Person: who.Person.ID, Name: who.Name, Roles: who.Person.Roles, Places: who.Person.Places, Epoch: who.Epoch}
}

// settingOf shows the municipality, and the ribbon when every running election
// is an exercise.
func settingOf(s *store.Store, municipality string) SettingFunc {
	return func(ctx context.Context, a Account) (Setting, error) {
		out := Setting{Municipality: municipality}
		if !a.LoggedIn() {
			return out, nil
		}
		running, err := s.Running(ctx)
		if err != nil {
			return out, err
		}
		exercise := func(e models.Election) bool { return e.Practice }
		if !slices.ContainsFunc(running, func(e models.Election) bool { return !e.Practice }) {
			exercise = func(models.Election) bool { return false }
		}
		running = slices.DeleteFunc(slices.Clone(running), exercise) // beside the real thing an exercise says so on its own pages
		for i, e := range running {
			out.Elections = append(out.Elections, Stripe{Name: Signed(e), Hue: hueOf(e.Colour)})
			out.Practice = e.Practice && (i == 0 || out.Practice)
		}
		return out, nil
	}
}

// hueOf is the place of a colour among those offered: the stripe of a page has
// a class for each, since a style in the page would break the policy.
func hueOf(colour string) int {
	for i, c := range ElectionColours {
		if c.Hex == colour {
			return i + 1
		}
	}
	return 1
}
