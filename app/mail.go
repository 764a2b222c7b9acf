package main

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"crypto/tls"
	"encoding/hex"
	"log/slog"
	"net"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/wneessen/go-mail"

	"github.com/brevstemme/brevstemme/models"
)

// outbox keeps mails until they are sent; the store is one.
type outbox interface {
	QueueMail(context.Context, models.Mail) error
	NextMail(ctx context.Context, lease time.Duration) (m models.Mail, tries int, ok bool, err error)
	EndMail(ctx context.Context, key string) error
	DelayMail(ctx context.Context, key string, wait time.Duration) error
}

// postOffice sends mails one after the other in its own time: whoever clicked
// does not wait for the mail server, and a mail that cannot be sent changes
// nothing that was done. What waits stands in the outbox, so it outlives the
// program; a mail that the server does not take is tried again, ever more rarely.
type postOffice struct {
	conf  configuration
	log   *slog.Logger
	box   outbox
	trust *tls.Config // nil: the machine's roots, for the server's own name
	wait  func(tries int) time.Duration
	wake  chan struct{}
	told  sync.Once // that no mail server is set
	stop  context.CancelFunc
	done  chan struct{}
}

const (
	mailLease = 2 * time.Minute  // longer than a mail can take
	mailLook  = 15 * time.Second // between two looks into the outbox
	mailTries = 14               // some three days, then it is given up
)

// mailWait is how long to wait after a number of failed tries: a minute, two, four
// … up to eight hours.
func mailWait(tries int) time.Duration {
	return min(time.Minute<<min(tries-1, 20), 8*time.Hour)
}

func openPostOffice(conf configuration, log *slog.Logger, box outbox) *postOffice {
	ctx, stop := context.WithCancel(context.Background())
	p := &postOffice{conf: conf, log: log, box: box, wait: mailWait, wake: make(chan struct{}, 1), stop: stop, done: make(chan struct{})}
	go p.work(ctx)
	return p
}

// work sends what is due until the program stops; the mail in hand is sent first.
func (p *postOffice) work(ctx context.Context) {
	defer close(p.done)
	look := time.NewTicker(mailLook)
	defer look.Stop()
	for {
		for p.conf.SMTPAddr != "" && ctx.Err() == nil && p.one(context.WithoutCancel(ctx)) {
		}
		select {
		case <-ctx.Done():
			return
		case <-p.wake:
		case <-look.C:
		}
	}
}

// one tries the next mail; false when none is due.
func (p *postOffice) one(ctx context.Context) bool {
	m, tries, ok, err := p.box.NextMail(ctx, mailLease)
	if err != nil {
		p.log.Error("the outbox cannot be read", "cause", err.Error())
		return false
	}
	if !ok {
		return false
	}
	cause := p.send(m)
	switch {
	case cause == nil:
		err = p.box.EndMail(ctx, m.Key)
	case tries >= mailTries:
		p.log.Error("mail given up", "subject", m.Subject, "tries", tries, "cause", cause.Error())
		err = p.box.EndMail(ctx, m.Key)
	default:
		wait := p.wait(tries)
		p.log.Error("mail not sent", "subject", m.Subject, "tries", tries, "again_in", wait.String(), "cause", cause.Error())
		err = p.box.DelayMail(ctx, m.Key, wait)
	}
	if err != nil {
		p.log.Error("the outbox cannot be written", "subject", m.Subject, "cause", err.Error())
		return false
	}
	return true
}

// post takes a mail. Without a mail server that is said once, and each mail is
// only logged for debugging, without address and text: the log holds no personal data.
func (p *postOffice) post(m models.Mail) {
	if p.conf.SMTPAddr == "" {
		p.told.Do(func() { p.log.Info("no mail is sent: BREVSTEMME_SMTP_ADDR is not set") })
		p.log.Debug("mail not sent", "subject", m.Subject, "bytes", len(m.Text), "calendar", len(m.Calendar) > 0)
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), mailLook)
	defer cancel()
	if err := p.box.QueueMail(ctx, m); err != nil {
		p.log.Error("mail dropped: it cannot be kept", "subject", m.Subject, "cause", err.Error())
		return
	}
	select {
	case p.wake <- struct{}{}:
	default: // a look is due already
	}
}

// close ends the mail in hand, or stops waiting for it when ctx ends: it is tried
// again by the next program, as what waits is. Closing twice is closing once.
func (p *postOffice) close(ctx context.Context) error {
	p.stop()
	select {
	case <-p.done:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (p *postOffice) send(m models.Mail) error {
	msg, err := message(p.conf.MailFrom, m)
	if err != nil {
		return err
	}
	host, port, err := net.SplitHostPort(p.conf.SMTPAddr)
	if err != nil {
		return err
	}
	n, err := strconv.Atoi(port)
	if err != nil {
		return err
	}
	options := []mail.Option{mail.WithPort(n), mail.WithTimeout(15 * time.Second), mail.WithTLSPolicy(mail.TLSOpportunistic)}
	if p.conf.SMTPUser != "" { // a password goes over TLS only
		options = append(options, mail.WithTLSPolicy(mail.TLSMandatory), mail.WithSMTPAuth(mail.SMTPAuthAutoDiscover), mail.WithUsername(p.conf.SMTPUser), mail.WithPassword(p.conf.SMTPPassword))
	}
	if p.trust != nil {
		options = append(options, mail.WithTLSConfig(p.trust))
	}
	client, err := mail.NewClient(host, options...)
	if err != nil {
		return err
	}
	return client.DialAndSend(msg)
}

// message is the mail as it is sent, its calendar attached.
func message(from string, m models.Mail) (*mail.Msg, error) {
	msg := mail.NewMsg()
	if err := msg.From(from); err != nil {
		return nil, err
	}
	if err := msg.To(m.To); err != nil {
		return nil, err
	}
	msg.SetMessageIDWithValue(messageID(from, m.Key)) // a server that saw it before may know it
	msg.Subject(m.Subject)
	msg.SetBodyString(mail.TypeTextPlain, m.Text)
	if m.Calendar != nil {
		if err := msg.AttachReader("vagter.ics", bytes.NewReader(m.Calendar), mail.WithFileContentType("text/calendar; method=PUBLISH; charset=utf-8")); err != nil {
			return nil, err
		}
	}
	return msg, nil
}

// messageID is the same for the same mail, whenever it is tried.
func messageID(from, key string) string {
	_, host, _ := strings.Cut(strings.Trim(from, "<> "), "@")
	sum := sha256.Sum256([]byte(key))
	return hex.EncodeToString(sum[:16]) + "@" + cmp.Or(host, "brevstemme")
}
