package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"text/tabwriter"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/calendar"
	"github.com/brevstemme/brevstemme/models/language"
	"github.com/brevstemme/brevstemme/models/schedule"
)

// maxListBytes bounds a list: 100,000 rows are about 20 MB.
const maxListBytes = 64 << 20

// scheduleVerbs are the words after "schedule".
func scheduleVerbs() []command {
	return []command{
		{"check", "schedule.command", scheduleCheck},
		{"import", "schedule.command", scheduleImport},
	}
}

// scheduleCommand reads published lists of places and hours.
func scheduleCommand(ctx context.Context, c *console, args []string) int {
	if len(args) > 0 {
		for _, v := range scheduleVerbs() {
			if v.name == args[0] {
				return v.run(ctx, c, args[1:])
			}
		}
	}
	return c.usage("schedule.error.verb")
}

// scheduleCheck reads a list without a database and reports sessions and findings.
func scheduleCheck(_ context.Context, c *console, args []string) int {
	fs := c.flags("schedule check")
	var f electionFlags
	fs.StringVar(&f.typ, "type", "", c.text("calendar.flag.type"))
	fs.StringVar(&f.date, "date", "", c.text("calendar.flag.date"))
	fs.StringVar(&f.called, "called", "", c.text("calendar.flag.called"))
	first := fs.String("first", "", c.text("schedule.flag.first"))
	last := fs.String("last", "", c.text("schedule.flag.last"))
	asJSON := fs.Bool("json", false, c.text("command.flag_json"))
	rest, code, done := parse(fs, args)
	if done {
		return code
	}
	if len(rest) != 1 {
		return c.usage("schedule.error.one_file")
	}
	period, err := f.period(*first, *last)
	if err != nil {
		fmt.Fprintln(c.stderr, c.errorText(err))
		return exitUsage
	}
	data, err := c.readList(rest[0])
	if err != nil {
		return c.fail(err)
	}
	result := schedule.Check(data, period)
	if *asJSON {
		err = c.json(result)
	} else {
		err = c.scheduleTable(result)
	}
	if err != nil {
		return c.fail(err)
	}
	if result.Bad() {
		return exitNo
	}
	return exitOK
}

// period is the period that the flags name.
func (f electionFlags) period(first, last string) (schedule.Period, error) {
	e, err := f.read()
	if err != nil {
		return schedule.Period{}, err
	}
	var days [2]models.Date
	for i, s := range []string{first, last} {
		if s == "" {
			continue
		}
		if days[i], err = models.ParseDate(s); err != nil {
			return schedule.Period{}, err
		}
	}
	return schedule.PeriodFor(e, days[0], days[1], calendar.Default())
}

// readList reads a file, "-" for standard input, up to maxListBytes.
func (c *console) readList(name string) ([]byte, error) {
	in := c.stdin
	if name != "-" {
		f, err := os.Open(name)
		if err != nil {
			return nil, models.E(models.CodeNotFound, "schedule.error.file", err.Error())
		}
		defer f.Close()
		in = f
	}
	data, err := io.ReadAll(io.LimitReader(in, maxListBytes+1))
	if err != nil {
		return nil, models.E(models.CodeInvalid, "schedule.error.file", err.Error())
	}
	if len(data) > maxListBytes {
		return nil, &models.Error{Code: models.CodeTooLarge}
	}
	return data, nil
}

// scheduleTable writes sessions and findings for people.
func (c *console) scheduleTable(r *schedule.Result) error {
	w := tabwriter.NewWriter(c.stdout, 0, 4, 2, ' ', 0)
	for _, s := range r.Sessions {
		place := s.Place
		if s.Address != "" {
			place += ", " + s.Address
		}
		fmt.Fprintf(w, "%s\t%s\t%s-%s\t%s\n", language.Weekday(c.lang, s.Starts.Weekday()), models.DateOf(s.Starts).In(c.lang),
			language.Clock(c.lang, s.Starts), language.Clock(c.lang, s.Ends), place)
	}
	if len(r.Sessions) > 0 && len(r.Findings) > 0 {
		fmt.Fprintln(w)
	}
	for _, f := range r.Findings {
		where := c.text("schedule.whole")
		if f.Line > 0 {
			where = c.text("schedule.line", f.Line)
		}
		fmt.Fprintf(w, "%s\t%s\t%s: %s\n", where, c.text("schedule.severity."+string(f.Severity)), f.Code, f.Text(c.lang))
	}
	fmt.Fprintf(w, "\n%s\n", c.text("schedule.summary", len(r.Places), len(r.Sessions), len(r.Findings)))
	return w.Flush()
}
