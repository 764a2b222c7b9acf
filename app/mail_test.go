package main

import (
	"bufio"
	"log/slog"
	"net"
	"strings"
	"testing"

	"github.com/brevstemme/brevstemme/models"
)

// mailServer is the least of an SMTP server: it takes one mail and returns it.
func mailServer(t *testing.T) (addr string, got <-chan string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	out := make(chan string, 1)
	go func() {
		c, err := l.Accept()
		if err != nil {
			return
		}
		defer c.Close()
		say := func(s string) { _, _ = c.Write([]byte(s + "\r\n")) }
		say("220 test")
		var body strings.Builder
		data := false
		for in := bufio.NewScanner(c); in.Scan(); {
			line := in.Text()
			switch {
			case data && line == ".":
				data = false
				out <- body.String()
				say("250 kept")
			case data:
				body.WriteString(line + "\n")
			case line == "DATA":
				data = true
				say("354 go on")
			case strings.HasPrefix(line, "EHLO"), strings.HasPrefix(line, "HELO"):
				say("250 test")
			case line == "QUIT":
				say("221 bye")
				return
			default:
				say("250 ok")
			}
		}
	}()
	return l.Addr().String(), out
}

// What is posted is sent, calendar and all.
func TestMailsAreSentWithTheirCalendar(t *testing.T) {
	addr, got := mailServer(t)
	box := newBox()
	p := openPostOffice(configuration{SMTPAddr: addr, MailFrom: "vagt@example.dk"}, slog.New(slog.DiscardHandler), box)
	p.post(models.Mail{Key: "a", To: "ida@example.dk", Subject: "Ændring i din vagtplan", Text: "Hej Ida", Calendar: []byte("BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n")})
	box.tried(t, 1)
	if err := p.close(t.Context()); err != nil {
		t.Fatal(err)
	}
	mail := <-got
	for _, want := range []string{"vagter.ics", "text/calendar", "ida@example.dk", "Hej Ida"} {
		if !strings.Contains(mail, want) {
			t.Errorf("no %q in:\n%s", want, mail)
		}
	}
}

// Without a mail server the log says that there was a mail, and to nobody's name.
func TestMailsAreLoggedWithoutServer(t *testing.T) {
	var log strings.Builder
	p := openPostOffice(configuration{}, slog.New(slog.NewTextHandler(&log, nil)), newBox())
	p.post(models.Mail{Key: "a", To: "ida@example.dk", Subject: "Ændring", Text: "Hej Ida"})
	if err := p.close(t.Context()); err != nil {
		t.Fatal(err)
	}
	if s := log.String(); !strings.Contains(s, "BREVSTEMME_SMTP_ADDR") || strings.Contains(s, "ida@") || strings.Contains(s, "Hej") {
		t.Fatal(s)
	}
}
