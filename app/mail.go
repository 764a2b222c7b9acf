package main

import (
	"bytes"
	"context"
	"crypto/tls"
	"log/slog"
	"net"
	"strconv"
	"sync"
	"time"

	"github.com/wneessen/go-mail"

	"github.com/brevstemme/brevstemme/app/web"
)

// postOffice sends mails one after the other in its own time: whoever clicked
// does not wait for the mail server, and a mail that cannot be sent changes
// nothing that was done.
type postOffice struct {
	conf  configuration
	log   *slog.Logger
	trust *tls.Config // nil: the machine's roots, for the server's own name
	queue chan web.Mail
	done  sync.WaitGroup
	mu    sync.Mutex // guards shut, and the queue's closing
	shut  bool
}

// mailQueue bounds what may wait; a full queue drops the mail and says so.
const mailQueue = 1000

func openPostOffice(conf configuration, log *slog.Logger) *postOffice {
	p := &postOffice{conf: conf, log: log, queue: make(chan web.Mail, mailQueue)}
	p.done.Go(func() {
		for m := range p.queue {
			if err := p.send(m); err != nil {
				p.log.Error("mail not sent", "subject", m.Subject, "cause", err.Error())
			}
		}
	})
	return p
}

// post takes a mail. Without a mail server it is only logged, without address
// and text: the log holds no personal data.
func (p *postOffice) post(m web.Mail) {
	if p.conf.SMTPAddr == "" {
		p.log.Info("mail not sent: BREVSTEMME_SMTP_ADDR is not set", "subject", m.Subject, "bytes", len(m.Text), "calendar", len(m.Calendar) > 0)
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.shut { // a request that outlived the stop: what it did stands, its mail is lost and the log says so
		p.log.Error("mail dropped: the program is stopping", "subject", m.Subject)
		return
	}
	select {
	case p.queue <- m:
	default:
		p.log.Error("mail dropped: too many wait", "subject", m.Subject)
	}
}

// close takes no more mail and sends what waits, until ctx ends. Closing twice is
// closing once.
func (p *postOffice) close(ctx context.Context) error {
	p.mu.Lock()
	if !p.shut {
		p.shut = true
		close(p.queue)
	}
	p.mu.Unlock()
	ended := make(chan struct{})
	go func() { p.done.Wait(); close(ended) }()
	select {
	case <-ended:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (p *postOffice) send(m web.Mail) error {
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
func message(from string, m web.Mail) (*mail.Msg, error) {
	msg := mail.NewMsg()
	if err := msg.From(from); err != nil {
		return nil, err
	}
	if err := msg.To(m.To); err != nil {
		return nil, err
	}
	msg.Subject(m.Subject)
	msg.SetBodyString(mail.TypeTextPlain, m.Text)
	if m.Calendar != nil {
		if err := msg.AttachReader("vagter.ics", bytes.NewReader(m.Calendar), mail.WithFileContentType("text/calendar; method=PUBLISH; charset=utf-8")); err != nil {
			return nil, err
		}
	}
	return msg, nil
}
