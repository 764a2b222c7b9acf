package main

import (
	"log/slog"
	"strings"
	"testing"

	"github.com/brevstemme/brevstemme/models"
)

// What is posted is sent, calendar and all.
func TestMailsAreSentWithTheirCalendar(t *testing.T) {
	addr, got := moodyServer(t, 0)
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

// Without a mail server the log says so once, and that there was a mail only to
// who looks for it; it names nobody.
func TestMailsAreLoggedWithoutServer(t *testing.T) {
	var log strings.Builder
	p := openPostOffice(configuration{}, slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug})), newBox())
	p.post(models.Mail{Key: "a", To: "ida@example.dk", Subject: "Ændring", Text: "Hej Ida"})
	p.post(models.Mail{Key: "b", To: "mads@example.dk", Subject: "Ændring", Text: "Hej Mads"})
	if err := p.close(t.Context()); err != nil {
		t.Fatal(err)
	}
	if s := log.String(); strings.Count(s, "level=INFO") != 1 || strings.Count(s, "level=DEBUG") != 2 || !strings.Contains(s, "BREVSTEMME_SMTP_ADDR") || strings.Contains(s, "ida@") || strings.Contains(s, "Hej") {
		t.Fatal(s)
	}
}
