package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/language"
)

// The exit codes of every command.
const (
	exitOK    = 0 // fine
	exitNo    = 1 // the answer is no: findings, no rules, a broken chain
	exitUsage = 2 // wrong usage
	exitFail  = 3 // could not run
)

// console is what a command may touch of the world outside: its arguments come
// beside it. Results go to stdout, messages to stderr.
type console struct {
	env    func(string) string
	stdin  io.Reader
	stdout io.Writer
	stderr io.Writer
	lang   language.Lang
}

// run finds the command named by args[0] and runs it. It is main without the
// process, so that tests can call it. SIGINT and SIGTERM cancel ctx; a second
// signal ends the process the ordinary way.
func run(ctx context.Context, args []string, env func(string) string, stdin io.Reader, stdout, stderr io.Writer) int {
	ctx, stop := signal.NotifyContext(ctx, os.Interrupt, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop)
	c := &console{env: env, stdin: stdin, stdout: stdout, stderr: stderr, lang: language.Parse(env("BREVSTEMME_LANGUAGE"))}
	if len(args) == 0 {
		c.help(stderr)
		return exitUsage
	}
	switch args[0] {
	case "help", "-h", "-help", "--help":
		c.help(stdout)
		return exitOK
	case "-version", "--version":
		args = append([]string{"version"}, args[1:]...)
	}
	for _, cmd := range commands() {
		if cmd.name == args[0] {
			return cmd.run(ctx, c, args[1:])
		}
	}
	return c.usage("command.unknown", args[0])
}

// help writes the list of commands to w.
func (c *console) help(w io.Writer) {
	fmt.Fprintln(w, c.text("command.help"))
	fmt.Fprintln(w)
	for _, cmd := range commands() {
		fmt.Fprintf(w, "  %-10s %s\n", cmd.name, c.text(cmd.summary))
	}
	fmt.Fprintf(w, "\n%s\n", c.text("command.exit_codes"))
}

// text is a text of the catalogue in the language of the console
// (BREVSTEMME_LANGUAGE, Danish by default).
func (c *console) text(key string, args ...any) string { return language.Text(c.lang, key, args...) }

// say writes a message for people to stderr.
func (c *console) say(key string, args ...any) { fmt.Fprintln(c.stderr, c.text(key, args...)) }

// usage writes a message about wrong usage and gives its exit code.
func (c *console) usage(key string, args ...any) int {
	c.say(key, args...)
	return exitUsage
}

// fail writes what stopped the command and gives exit code 3. Our own errors
// show their catalogue text and then the cause, since whoever types commands is
// the one who must mend it.
func (c *console) fail(err error) int {
	fmt.Fprintln(c.stderr, c.errorText(err))
	return exitFail
}

// errorText is the text for people of one or several errors.
func (c *console) errorText(err error) string {
	var many models.Errors
	if errors.As(err, &many) {
		lines := make([]string, len(many))
		for i, e := range many {
			lines[i] = c.errorText(e)
		}
		return strings.Join(lines, "\n")
	}
	var own *models.Error
	if !errors.As(err, &own) {
		return err.Error()
	}
	s := c.text(own.TextKey(), own.Args...)
	if own.Cause != nil {
		s += "\n  " + own.Cause.Error()
	}
	return s
}

// json writes v to stdout, indented, one value and a newline. HTML is not
// escaped: the reader is a program or a person, not a browser.
func (c *console) json(v any) error {
	e := json.NewEncoder(c.stdout)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(v)
}

// flags makes the flag set of a command; its usage text goes to stderr.
func (c *console) flags(name string) *flag.FlagSet {
	fs := flag.NewFlagSet(name, flag.ContinueOnError)
	fs.SetOutput(c.stderr)
	return fs
}

// parse reads flags that may stand before, between and after the other
// arguments, which it returns ("check FILE.csv --json"). After "--" everything
// is an argument. done means that the command ends now with exit code code:
// help was asked for (0) or a flag is wrong (2; the flag set has said why).
func parse(fs *flag.FlagSet, args []string) (rest []string, code int, done bool) {
	for len(args) > 0 {
		if args[0] == "--" {
			return append(rest, args[1:]...), exitOK, false
		}
		if len(args[0]) < 2 || args[0][0] != '-' {
			rest, args = append(rest, args[0]), args[1:]
			continue
		}
		// One flag at a time: the set itself stops at the first argument that is
		// none, and swallows "--".
		one := upToArgument(fs, args)
		args = args[len(one):]
		if err := fs.Parse(one); errors.Is(err, flag.ErrHelp) {
			return nil, exitOK, true
		} else if err != nil {
			return nil, exitUsage, true
		}
	}
	return rest, exitOK, false
}

// upToArgument is the first flag of args with its value when it takes one that
// stands apart.
func upToArgument(fs *flag.FlagSet, args []string) []string {
	name := strings.TrimLeft(args[0], "-")
	if strings.Contains(name, "=") {
		return args[:1]
	}
	f := fs.Lookup(name)
	if f == nil {
		return args[:1]
	}
	if b, ok := f.Value.(interface{ IsBoolFlag() bool }); ok && b.IsBoolFlag() {
		return args[:1]
	}
	return args[:min(2, len(args))]
}
