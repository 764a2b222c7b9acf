package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/brevstemme/brevstemme/models"
)

// config prints every setting as it is in force, without secrets, and all
// mistakes at once. Exit 1 when there is one.
func config(_ context.Context, c *console, args []string) int {
	fs := c.flags("config")
	asJSON := fs.Bool("json", false, c.text("command.flag_json"))
	rest, code, done := parse(fs, args)
	if done {
		return code
	}
	if len(rest) > 0 {
		return c.usage("command.too_many", rest[0])
	}
	_, err := readConfiguration(c.env)
	if *asJSON {
		values := map[string]string{}
		for _, s := range settings() {
			values[s.name] = s.shown(c.env)
		}
		if jerr := c.json(values); jerr != nil {
			return c.fail(jerr)
		}
	} else {
		for _, s := range settings() {
			fmt.Fprintf(c.stdout, "%-28s %s\n%-28s   %s\n", s.name, s.shown(c.env), "", c.text(s.about))
		}
	}
	if err != nil {
		c.sayMistakes(err)
		return exitNo
	}
	return exitOK
}

// sayMistakes writes each mistake of a configuration behind the setting's name.
func (c *console) sayMistakes(err error) {
	var many models.Errors
	if !errors.As(err, &many) {
		fmt.Fprintln(c.stderr, c.errorText(err))
		return
	}
	for _, e := range many {
		fmt.Fprintf(c.stderr, "%s: %s\n", e.Field, c.errorText(e))
	}
}
