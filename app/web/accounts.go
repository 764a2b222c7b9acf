package web

import (
	"strings"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/store"
)

func (s *Server) accountRoutes() []Route {
	return []Route{
		get("/konti", admins, s.accounts).nav("nav.accounts"),
		get("/konti/ny", admins, s.accountForm),
		post("/konti/ny", admins, s.accountAdd),
		get("/konti/ret/:login", admins, s.accountEdit),
		post("/konti/ret/:login", admins, s.accountSave),
	}
}

type accountsPage struct {
	Chrome
	Table Table
}

type accountPage struct {
	Chrome
	Login     string
	Name      string
	Roles     []Option
	Places    []Option
	Employers []Option
	Disabled  bool
	New       bool
}

var (
	accountsView = newView[*accountsPage]("accounts")
	accountView  = newView[*accountPage]("account")
)

var accountCrumbs = []Link{{Href: "/konti", Key: "accounts.title"}}

func (s *Server) accounts(r *Request) error {
	lines, err := s.store.Accounts(r.Context())
	if err != nil {
		return err
	}
	t := Table{Caption: r.Text("accounts.title"), Quiet: true, Empty: r.Text("accounts.empty"),
		Columns: []Column{{Text: r.Text("account.name")}, {Text: r.Text("account.login")}, {Text: r.Text("account.roles")}, {Text: r.Text("account.places")}, {Text: r.Text("account.state")}}}
	for _, l := range lines {
		state := Tag{"ok", r.Text("account.active")}
		if l.Disabled {
			state = Tag{"bad", r.Text("account.disabled")}
		}
		t.Rows = append(t.Rows, []Cell{{Text: l.Name, Href: "/konti/ret/" + l.Login}, {Text: l.Login}, {Text: r.roleNames(l.Person.Roles)}, {Text: strings.Join(l.Person.Places, ", ")}, {Tag: state}})
	}
	return accountsView.render(r, &accountsPage{Table: t})
}

// roleNames lists roles in words.
func (r *Request) roleNames(roles []models.Role) string {
	names := make([]string, len(roles))
	for i, role := range roles {
		names[i] = r.Text("role." + string(role))
	}
	return strings.Join(names, ", ")
}

func (s *Server) accountPage(r *Request, p models.Person) (*accountPage, error) {
	places, err := s.store.Places(r.Context())
	if err != nil {
		return nil, err
	}
	page := &accountPage{Chrome: Chrome{Crumbs: accountCrumbs}}
	has := func(list []string, id string) bool {
		for _, v := range list {
			if v == id {
				return true
			}
		}
		return false
	}
	for _, role := range models.Roles {
		page.Roles = append(page.Roles, Option{Value: string(role), Text: r.Text("role." + string(role)), Hint: r.Text("role." + string(role) + ".hint"), Checked: (Account{Roles: p.Roles}).Is(role)})
	}
	for _, pl := range places {
		page.Places = append(page.Places, Option{Value: pl.ID, Text: pl.Name, Checked: has(p.Places, pl.ID)})
	}
	for _, e := range models.Employers {
		page.Employers = append(page.Employers, Option{Value: string(e), Text: r.Text("employer." + string(e)), Checked: e == p.Employer})
	}
	return page, nil
}

func (s *Server) accountForm(r *Request) error {
	page, err := s.accountPage(r, models.Person{})
	if err != nil {
		return err
	}
	page.New, page.TitleKey = true, "account.new"
	return accountView.render(r, page)
}

// formRoles reads the ticked roles; an unknown one is refused by the store.
func (r *Request) formRoles() []models.Role {
	var roles []models.Role
	for _, v := range r.Fields("roles") {
		roles = append(roles, models.Role(v))
	}
	return roles
}

// accountAdd adds the person and then the way in. When the second step is
// refused (a login that is taken), the form comes back and sending it again
// replays the first step instead of adding a second person.
func (s *Server) accountAdd(r *Request) error {
	page, err := s.accountPage(r, models.Person{})
	if err != nil {
		return err
	}
	page.New, page.TitleKey = true, "account.new"
	c := r.credentials(r.Field("login"))
	if err := c.Check(true); err != nil {
		return accountView.again(r, err, page)
	}
	n := store.NewPerson{Name: r.Field("name"), Phone: r.Field("phone"), Email: r.Field("email"), Person: models.Person{
		Employer: models.Employer(r.Field("employer")), Roles: r.formRoles(), Places: r.Fields("places")}}
	if _, err := s.store.AddWithAccount(r.Context(), r.act(), n, c); err != nil {
		return accountView.again(r, err, page)
	}
	return r.done("/konti", "account.added", n.Name)
}

func (r *Request) credentials(login string) store.Credentials {
	raw := r.http().PostForm
	return store.Credentials{Login: login, Password: raw.Get("password"), PIN: raw.Get("pin"), Card: r.Field("card")}
}

func (s *Server) accountEdit(r *Request) error {
	who, disabled, err := s.store.AccountOf(r.Context(), r.Param("login"))
	if err != nil {
		return err
	}
	page, err := s.accountPage(r, who.Person)
	if err != nil {
		return err
	}
	page.Login, page.Name, page.Disabled, page.TitleText = who.Login, who.Name, disabled, who.Name
	return accountView.render(r, page)
}

func (s *Server) accountSave(r *Request) error {
	who, disabled, err := s.store.AccountOf(r.Context(), r.Param("login"))
	if err != nil {
		return err
	}
	page, err := s.accountPage(r, who.Person)
	if err != nil {
		return err
	}
	page.Login, page.Name, page.Disabled, page.TitleText = who.Login, who.Name, disabled, who.Name
	c := r.credentials(who.Login)
	c.Person = who.Person.ID
	err = s.store.ChangeAccount(r.Context(), r.act(), c, r.formRoles(), r.Fields("places"), r.Field("disabled") != "")
	if err != nil {
		return accountView.again(r, err, page)
	}
	return r.done("/konti", "account.saved", who.Name)
}
