package web

import (
	"strings"

	"github.com/brevstemme/brevstemme/app/web/site"
	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/language"
	"github.com/brevstemme/brevstemme/models/store/persons"
)

func (s *Server) accountRoutes() []site.Route {
	return []site.Route{
		site.Get("/konti", site.Admins, s.accounts).InMenu("nav.accounts"),
		site.Get("/konti/ny", site.Admins, s.accountForm),
		site.Post("/konti/ny", site.Admins, s.accountAdd),
		site.Get("/konti/ret/:login", site.Admins, s.accountEdit),
		site.Post("/konti/ret/:login", site.Admins, s.accountSave),
	}
}

type accountsPage struct {
	site.Chrome
	Table site.Table
}

type accountPage struct {
	site.Chrome
	Login     string
	Name      string
	Card      string
	HasSignOn bool   // the municipality has single sign-on
	SignOn    string // what it calls the person
	Linked    string // since when it opens the account, in words
	Roles     []site.Option
	Places    []site.Option
	Employers []site.Option
	Disabled  bool
	New       bool
}

var (
	accountsView = site.NewView[*accountsPage]("accounts")
	accountView  = site.NewView[*accountPage]("account")
)

var accountCrumbs = []site.Link{{Href: "/konti", Key: "accounts.title"}}

func (s *Server) accounts(r *site.Request) error {
	lines, err := s.Store.Accounts(r.Context())
	if err != nil {
		return err
	}
	t := site.Table{Caption: r.Text("accounts.title"), Quiet: true, Empty: r.Text("accounts.empty"),
		Columns: []site.Column{{Text: r.Text("account.name")}, {Text: r.Text("account.login")}, {Text: r.Text("account.roles")}, {Text: r.Text("account.places")}, {Text: r.Text("account.state")}}}
	for _, l := range lines {
		state := site.Tag{Kind: "ok", Text: r.Text("account.active")}
		if l.Disabled {
			state = site.Tag{Kind: "bad", Text: r.Text("account.disabled")}
		}
		t.Rows = append(t.Rows, []site.Cell{{Text: l.Name, Href: "/konti/ret/" + l.Login}, {Text: l.Login}, {Text: roleNames(r, l.Person.Roles)}, {Text: strings.Join(l.Person.Places, ", ")}, {Tag: state}})
	}
	return accountsView.Render(r, &accountsPage{Table: t})
}

// roleNames lists roles in words.
func roleNames(r *site.Request, roles []models.Role) string {
	names := make([]string, len(roles))
	for i, role := range roles {
		names[i] = r.Text("role." + string(role))
	}
	return strings.Join(names, ", ")
}

func (s *Server) accountPage(r *site.Request, p models.Person) (*accountPage, error) {
	places, err := s.Store.Places(r.Context())
	if err != nil {
		return nil, err
	}
	page := &accountPage{Chrome: site.Chrome{Crumbs: accountCrumbs}, HasSignOn: s.SignOn != nil}
	has := func(list []string, id string) bool {
		for _, v := range list {
			if v == id {
				return true
			}
		}
		return false
	}
	for _, role := range models.Roles {
		page.Roles = append(page.Roles, site.Option{Value: string(role), Text: r.Text("role." + string(role)), Hint: r.Text("role." + string(role) + ".hint"), Checked: (site.Account{Roles: p.Roles}).Is(role)})
	}
	for _, pl := range places {
		page.Places = append(page.Places, site.Option{Value: pl.ID, Text: pl.Name, Checked: has(p.Places, pl.ID)})
	}
	for _, e := range models.Employers {
		page.Employers = append(page.Employers, site.Option{Value: string(e), Text: r.Text("employer." + string(e)), Checked: e == p.Employer})
	}
	return page, nil
}

func (s *Server) accountForm(r *site.Request) error {
	page, err := s.accountPage(r, models.Person{})
	if err != nil {
		return err
	}
	page.New, page.TitleKey = true, "account.new"
	return accountView.Render(r, page)
}

// formRoles reads the ticked roles; an unknown one is refused by the store.
func formRoles(r *site.Request) []models.Role {
	var roles []models.Role
	for _, v := range r.Fields("roles") {
		roles = append(roles, models.Role(v))
	}
	return roles
}

// accountAdd adds the person and then the way in. When the second step is
// refused (a login that is taken), the form comes back and sending it again
// replays the first step instead of adding a second person.
func (s *Server) accountAdd(r *site.Request) error {
	page, err := s.accountPage(r, models.Person{})
	if err != nil {
		return err
	}
	page.New, page.TitleKey = true, "account.new"
	c := credentials(r, r.Field("login"))
	c.Locked = page.HasSignOn && c.Password == ""
	if err := c.Check(true); err != nil {
		return accountView.Again(r, err, page)
	}
	n := persons.NewPerson{Name: r.Field("name"), Phone: r.Field("phone"), Email: r.Field("email"), Person: models.Person{
		Employer: models.Employer(r.Field("employer")), Roles: formRoles(r), Places: r.Fields("places")}}
	if _, err := s.Store.AddWithAccount(r.Context(), r.Act(), n, c); err != nil {
		return accountView.Again(r, err, page)
	}
	return r.Done("/konti", "account.added", n.Name)
}

func credentials(r *site.Request, login string) persons.Credentials {
	raw := r.HTTP().PostForm
	return persons.Credentials{Login: login, Password: raw.Get("password"), PIN: raw.Get("pin"), Card: r.Field("card"), SignOn: r.Field("sign_on"), Unlink: r.Field("unlink") != ""}
}

// show fills the page with an account as it stands.
func (p *accountPage) show(r *site.Request, who persons.Login, disabled bool) {
	p.Login, p.Name, p.Card, p.SignOn, p.Disabled, p.TitleText = who.Login, who.Name, who.Card, who.SignOn, disabled, who.Name
	if !who.Linked.IsZero() {
		p.Linked = r.Text("account.linked", language.Moment(r.Lang, who.Linked.In(models.Copenhagen)))
	}
}

func (s *Server) accountEdit(r *site.Request) error {
	who, disabled, err := s.Store.AccountOf(r.Context(), r.Param("login"))
	if err != nil {
		return err
	}
	page, err := s.accountPage(r, who.Person)
	if err != nil {
		return err
	}
	page.show(r, who, disabled)
	return accountView.Render(r, page)
}

func (s *Server) accountSave(r *site.Request) error {
	who, disabled, err := s.Store.AccountOf(r.Context(), r.Param("login"))
	if err != nil {
		return err
	}
	page, err := s.accountPage(r, who.Person)
	if err != nil {
		return err
	}
	page.show(r, who, disabled)
	c := credentials(r, who.Login)
	c.Person = who.Person.ID
	if !page.HasSignOn { // the form does not ask for it
		c.SignOn = who.SignOn
	}
	err = s.Store.ChangeAccount(r.Context(), r.Act(), c, formRoles(r), r.Fields("places"), r.Field("disabled") != "")
	if err != nil {
		return accountView.Again(r, err, page)
	}
	if who.Login == r.Account.ID { // their other sessions have ended, this one goes on
		if who, _, err = s.Store.AccountOf(r.Context(), who.Login); err != nil {
			return err
		}
		if err := r.StayIn(who); err != nil {
			return err
		}
	}
	return r.Done("/konti", "account.saved", who.Name)
}
