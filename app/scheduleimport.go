package main

import (
	"context"
	"crypto/sha256"
	"fmt"

	"github.com/google/uuid"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/planning"
	"github.com/brevstemme/brevstemme/models/schedule"
	"github.com/brevstemme/brevstemme/models/store"
)

// importAnswer is what "schedule import --json" writes.
type importAnswer struct {
	Imported bool               `json:"imported"`
	Places   int                `json:"places"`   // new places
	Sessions int                `json:"sessions"` // new draft sessions
	Known    int                `json:"known"`    // sessions that the plan had already
	Findings []schedule.Finding `json:"findings"`
}

// scheduleImport reads a list into the plan of an election, all of it or
// nothing: "schedule import --election ID FILE". Errors in the list refuse it.
func scheduleImport(ctx context.Context, c *console, args []string) int {
	fs := c.flags("schedule import")
	election := fs.String("election", "", c.text("schedule.flag.election"))
	asJSON := fs.Bool("json", false, c.text("command.flag_json"))
	rest, code, done := parse(fs, args)
	if done {
		return code
	}
	if len(rest) != 1 || *election == "" {
		return c.usage("schedule.error.import_usage")
	}
	data, err := c.readList(rest[0])
	if err != nil {
		return c.fail(err)
	}
	conf, err := readConfiguration(c.env)
	if err != nil {
		c.sayMistakes(err)
		return exitUsage
	}
	var list *schedule.Result
	var answer importAnswer
	err = c.withStore(ctx, conf, func(s *store.Store) error {
		e, err := s.Election(ctx, *election)
		if err != nil {
			return err
		}
		list = schedule.Check(data, planning.Window(e))
		answer.Findings = append([]schedule.Finding{}, list.Findings...)
		key := uuid.NewString()
		got, err := s.ImportPlan(ctx, models.Act{Key: key, Digest: sha256.Sum256(data), Role: models.RoleCoordinator}, e.ID, list)
		if err == nil {
			answer.Imported, answer.Places, answer.Sessions, answer.Known = true, len(got.Places), len(got.Sessions), got.Known
		}
		return err
	})
	return c.sayImport(answer, list, *asJSON, err)
}

// sayImport writes what was imported, or why nothing was.
func (c *console) sayImport(answer importAnswer, list *schedule.Result, asJSON bool, err error) int {
	if err != nil && (list == nil || models.CodeOf(err) != models.CodeInvalid) {
		return c.refuse(err)
	}
	if asJSON {
		if jerr := c.json(answer); jerr != nil {
			return c.fail(jerr)
		}
	} else {
		for _, f := range answer.Findings {
			fmt.Fprintf(c.stderr, "%s\t%s\t%s\n", c.text("schedule.line", f.Line), c.text("schedule.severity."+string(f.Severity)), f.Text(c.lang))
		}
	}
	if err != nil {
		return c.refuse(err)
	}
	if !asJSON {
		fmt.Fprintln(c.stdout, c.text("plan.imported", answer.Sessions, answer.Places, answer.Known))
	}
	return exitOK
}
