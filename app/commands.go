package main

import "context"

// command is one word after "brevstemme". Its text for people is the catalogue
// entry summary; run gets the arguments after the name and returns an exit code.
type command struct {
	name    string
	summary string
	run     func(ctx context.Context, c *console, args []string) int
}

// commands is THE table of commands, in the order in which help shows them.
// If you add one: a file with its name here, its summary in
// models/language/messages/commands.json (or your own subject's file), and a
// script in testdata/script.
func commands() []command {
	return []command{
		{"calendar", "calendar.command", calendarCommand},
		{"schedule", "schedule.command", scheduleCommand},
		{"roster", "roster.command", rosterCommand},
		{"version", "command.version", version},
		{"config", "command.config", config},
		{"demo", "command.demo", demo},
		{"serve", "command.serve", serve},
		{"migrate", "command.migrate", migrate},
		{"verify", "command.verify", verify},
		{"export", "command.export", export},
		{"bench", "bench.command", bench},
		{"backup", "command.backup", backup},
		{"restore", "command.restore", restore},
		{"user", "command.user", user},
		{"doctor", "command.doctor", doctor},
		{"forms", "forms.command", forms},
	}
}
