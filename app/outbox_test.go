package main

import (
	"bufio"
	"context"
	"log/slog"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/store"
	"github.com/brevstemme/brevstemme/models/store/pgtest"
)

// memoryBox is an outbox that lasts as long as the test.
type memoryBox struct {
	mu    sync.Mutex
	mails []models.Mail
	tries int
	ended chan struct{} // one for each try that ended, well or not
}

func newBox() *memoryBox { return &memoryBox{ended: make(chan struct{}, 100)} }

func (b *memoryBox) QueueMail(_ context.Context, m models.Mail) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.mails = append(b.mails, m)
	return nil
}

func (b *memoryBox) NextMail(context.Context, time.Duration) (m models.Mail, tries int, ok bool, err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.mails) == 0 {
		return m, 0, false, nil
	}
	m, b.mails, b.tries = b.mails[0], b.mails[1:], b.tries+1
	return m, b.tries, true, nil
}

func (b *memoryBox) EndMail(context.Context, string) error { b.ended <- struct{}{}; return nil }

func (b *memoryBox) DelayMail(context.Context, string, time.Duration) error {
	b.ended <- struct{}{}
	return nil
}

// tried waits until n tries have ended.
func (b *memoryBox) tried(t *testing.T, n int) {
	t.Helper()
	for range n {
		select {
		case <-b.ended:
		case <-time.After(20 * time.Second):
			t.Fatal("no mail was tried")
		}
	}
}

// moodyServer is an SMTP server that refuses the first mails and takes the others.
// What it took comes over the channel.
func moodyServer(t *testing.T, refuse int) (addr string, took <-chan string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	out := make(chan string, 100)
	go func() {
		for n := 0; ; n++ {
			c, err := l.Accept()
			if err != nil {
				return
			}
			talk(c, n < refuse, out)
		}
	}()
	return l.Addr().String(), out
}

// talk is one conversation; a refusal is a mailbox that is busy (RFC 5321 § 4.2.3).
func talk(c net.Conn, refuses bool, out chan<- string) {
	defer func() { _ = c.Close() }()
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
		case strings.HasPrefix(line, "RCPT") && refuses:
			say("450 mailbox busy")
		case line == "DATA":
			data = true
			say("354 go on")
		case line == "QUIT":
			say("221 bye")
			return
		default:
			say("250 ok")
		}
	}
}

func messageIDOf(mail string) string {
	for line := range strings.SplitSeq(mail, "\n") {
		if id, ok := strings.CutPrefix(line, "Message-ID: "); ok {
			return strings.TrimSpace(id)
		}
	}
	return ""
}

// A mail server that fails twice gets the mail the third time, once; the program
// stops and starts in between, the same mail is posted again, and nothing is lost
// and nothing doubled. Afterwards the outbox holds nothing personal.
func TestMailIsTriedUntilItIsTaken(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	now := time.Now()
	var mu sync.Mutex
	clock := func() time.Time { mu.Lock(); defer mu.Unlock(); return now }
	s, err := store.Open(ctx, store.Config{DSN: pgtest.DB(t).AppDSN, Clock: clock})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close(context.Background()) })
	addr, took := moodyServer(t, 2)
	failed, mail := make(chan int, 10), ""
	open := func() *postOffice {
		p := openPostOffice(configuration{SMTPAddr: addr, MailFrom: "vagt@example.dk"}, slog.New(slog.DiscardHandler), s)
		p.wait = func(tries int) time.Duration { failed <- tries; return time.Hour }
		return p
	}
	ida := models.Mail{Key: "ida", Person: "P1", To: "ida@example.dk", Subject: "Ændring", Text: "Hej Ida", Calendar: []byte("BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n")}
	for day := range 3 { // each a program of its own, an hour later
		p := open()
		p.post(ida)
		select {
		case n := <-failed:
			if n != day+1 || day == 2 {
				t.Fatalf("try number %d failed on day %d", n, day)
			}
		case mail = <-took:
		case <-time.After(20 * time.Second):
			t.Fatalf("no try number %d", day+1)
		}
		if err := p.close(ctx); err != nil {
			t.Fatal(err)
		}
		mu.Lock()
		now = now.Add(2 * time.Hour)
		mu.Unlock()
	}
	if !strings.Contains(mail, "Hej Ida") || !strings.Contains(mail, "vagter.ics") || messageIDOf(mail) != "<"+messageID("vagt@example.dk", "ida")+">" {
		t.Errorf("the third try brought %q", mail)
	}
	p := open()
	p.post(ida) // the same click once more, after it was sent
	p.post(models.Mail{Key: "bo", Person: "P2", To: "bo@example.dk", Subject: "Ændring", Text: "Hej Bo"})
	if mail := <-took; !strings.Contains(mail, "Hej Bo") {
		t.Errorf("sent twice: %s", mail)
	}
	if err := p.close(ctx); err != nil {
		t.Fatal(err)
	}
	if len(took) != 0 {
		t.Errorf("one more: %s", <-took)
	}
}
