package main

import (
	"context"
	"errors"
	"fmt"
	"text/tabwriter"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/calendar"
	"github.com/brevstemme/brevstemme/models/language"
)

// electionFlags are the flags by which commands without a database name an election.
type electionFlags struct{ typ, date, called string }

// read turns the flags into an election, or says what is wrong with them.
func (f electionFlags) read() (calendar.Election, error) {
	var e calendar.Election
	for _, need := range []struct{ name, value string }{{"--type", f.typ}, {"--date", f.date}} {
		if need.value == "" {
			return e, models.Invalid("", "command.flag_missing", need.name)
		}
	}
	var err error
	if e.Type, err = calendar.ParseType(f.typ); err != nil {
		return e, err
	}
	if e.Date, err = models.ParseDate(f.date); err != nil {
		return e, err
	}
	if f.called != "" {
		e.Called, err = models.ParseDate(f.called)
	}
	return e, err
}

// calendarCommand prints every legal date of an election.
func calendarCommand(_ context.Context, c *console, args []string) int {
	fs := c.flags("calendar")
	var f electionFlags
	fs.StringVar(&f.typ, "type", "", c.text("calendar.flag.type"))
	fs.StringVar(&f.date, "date", "", c.text("calendar.flag.date"))
	fs.StringVar(&f.called, "called", "", c.text("calendar.flag.called"))
	asJSON := fs.Bool("json", false, c.text("command.flag_json"))
	rest, code, done := parse(fs, args)
	if done {
		return code
	}
	if len(rest) > 0 {
		return c.usage("command.too_many", rest[0])
	}
	e, err := f.read()
	if err != nil {
		fmt.Fprintln(c.stderr, c.errorText(err))
		return exitUsage
	}
	cal, err := calendar.For(e, calendar.Default())
	switch {
	case errors.Is(err, calendar.ErrNoRules):
		fmt.Fprintln(c.stderr, c.errorText(err))
		return exitNo
	case err != nil:
		fmt.Fprintln(c.stderr, c.errorText(err))
		return exitUsage
	case *asJSON:
		err = c.json(cal)
	default:
		err = c.calendarTable(cal)
	}
	if err != nil {
		return c.fail(err)
	}
	return exitOK
}

// calendarTable writes the dates for people, one a line.
func (c *console) calendarTable(cal *calendar.Calendar) error {
	fmt.Fprintf(c.stdout, "%s %s\n\n", c.text("calendar.type."+string(cal.Type)), cal.Date.In(c.lang))
	w := tabwriter.NewWriter(c.stdout, 0, 4, 2, ' ', 0)
	for _, e := range cal.Dates {
		when, clock := e.Day, ""
		if !e.At.IsZero() {
			clock = language.Clock(c.lang, e.At)
		}
		law := e.Law
		if e.Basis != calendar.BasisLaw {
			if law != "" {
				law += "; "
			}
			law += c.text("calendar.basis." + string(e.Basis))
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t(%s)\n", language.Weekday(c.lang, when.Weekday()), when.In(c.lang), clock, e.Text(c.lang), law)
	}
	return w.Flush()
}
