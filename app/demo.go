package main

import (
	"context"
	"fmt"

	"github.com/brevstemme/brevstemme/models"
)

// demo starts an example municipality in the middle of an election on a private
// database, prints its address and logins, and stops all of it on Ctrl-C. A
// second start with the same folder keeps its data.
func demo(ctx context.Context, c *console, args []string) int {
	fs := c.flags("demo")
	addr := fs.String("addr", "127.0.0.1:8080", c.text("command.flag_addr"))
	data := fs.String("data", "./var/demo", c.text("command.flag_data"))
	rest, code, done := parse(fs, args)
	if done {
		return code
	}
	if len(rest) > 0 {
		return c.usage("command.too_many", rest[0])
	}
	conf, err := readConfiguration(c.env)
	if err != nil {
		c.sayMistakes(err)
		return exitUsage
	}
	conf.Addr, conf.Data, conf.DatabaseURL, conf.Municipality = *addr, *data, "", "0751"
	s, err := startService(ctx, c, conf)
	if err != nil {
		return c.fail(err)
	}
	if err := fillDemo(ctx, conf, s.db, s.log); err != nil {
		_ = s.close(ctx) // the first error is the one to show
		return c.fail(err)
	}
	if _, err := s.web.Remind(ctx); err != nil { // the first page shows what is due from the start
		_ = s.close(ctx)
		return c.fail(err)
	}
	c.sayLogins(s.url)
	if err := s.run(ctx); err != nil {
		return c.fail(err)
	}
	return exitOK
}

// sayLogins prints where to go and as whom.
func (c *console) sayLogins(url string) {
	fmt.Fprintf(c.stdout, "\n  %s\n\n  %s %s\n\n", url, c.text("demo.password"), demoPassword)
	for _, p := range demoPeople {
		if p.login == "" {
			continue
		}
		role := "–"
		if len(p.roles) > 0 {
			role = c.text("role." + string(p.roles[0]))
		}
		fmt.Fprintf(c.stdout, "  %-14s %-28s %s\n", p.login, role, p.name)
	}
	fmt.Fprintf(c.stdout, "\n  %s\n\n", c.text("demo.stop"))
}

// demoPerson is a made-up member of staff.
type demoPerson struct {
	key, login, name string
	employer         models.Employer
	roles            []models.Role
	places           []string
	pin              string
}

// demoPassword opens every example account.
const demoPassword = "brevstemme-demo"

var demoPeople = []demoPerson{
	{"koordinator", "koordinator", "Karen Holm", models.EmployerCitizenService, []models.Role{models.RoleCoordinator}, nil, "1111"},
	{"leder", "leder", "Lars Østergaard", models.EmployerLibrary, []models.Role{models.RoleLibraryLead}, []string{"DOKK", "GELL", "VIBY", "AABY", "RISS", "HOEJ"}, "2222"},
	{"leder2", "leder2", "Birthe Aagaard", models.EmployerLibrary, []models.Role{models.RoleLibraryLead}, []string{"HARL", "LYST", "TILS", "HASL", "BAVN", "BEDE", "HJOR", "SABR", "SKOE", "SOLB", "TRAN", "TRIG"}, "2323"},
	{"ida", "ida", "Ida Storm", models.EmployerLibrary, []models.Role{models.RoleReceiver}, []string{"DOKK", "VIBY"}, "3333"},
	{"mads", "mads", "Mads Friis", models.EmployerCitizenService, []models.Role{models.RoleReceiver}, []string{"DOKK", "VIBY", "AABY"}, "4444"},
	{"soeren", "soeren", "Søren Ægidius Lund", models.EmployerLibrary, []models.Role{models.RoleReceiver}, []string{"LYST", "AABY", "RISS"}, "5555"},
	{"aase", "aase", "Åse Nørgård", models.EmployerLibrary, []models.Role{models.RoleReceiver}, []string{"LYST", "AABY", "RISS", "TILS"}, "6666"},
	{"yusuf", "kurer", "Yusuf Demir", models.EmployerCitizenService, []models.Role{models.RoleCourier}, nil, "7777"},
	{"grethe", "modtagelse", "Grethe Bang", models.EmployerCitizenService, []models.Role{models.RoleReception}, nil, "8888"},
	{"ole", "modtagelse2", "Ole Damgaard", models.EmployerCitizenService, []models.Role{models.RoleReception}, nil, "8989"},
	{"revisor", "revisor", "Rigmor Juul", models.EmployerExternal, []models.Role{models.RoleAuditor}, nil, "9999"},
	{"admin", "admin", "Anders Bro", models.EmployerCitizenService, []models.Role{models.RoleAdministrator}, nil, "1010"},
}
