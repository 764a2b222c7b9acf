package main

import (
	"bufio"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"fmt"
	"log/slog"
	"math/big"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/brevstemme/brevstemme/models"
)

// tlsMail is an SMTP server that speaks TLS when offers is set, asks for a
// password, and remembers every line with whether it came encrypted.
type tlsMail struct {
	addr   string
	offers bool
	cert   tls.Certificate
	mu     sync.Mutex
	lines  []string // "tls: AUTH …" or "plain: EHLO …"
}

func newTLSMail(t *testing.T, offers bool) (*tlsMail, *x509.CertPool) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	c := &x509.Certificate{SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(time.Hour), IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true}
	der, err := x509.CreateCertificate(rand.Reader, c, c, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	root, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AddCert(root)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	m := &tlsMail{addr: l.Addr().String(), offers: offers, cert: tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}}
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go m.serve(c)
		}
	}()
	return m, pool
}

func (m *tlsMail) serve(c net.Conn) {
	defer func() { _ = c.Close() }()
	how, in := "plain: ", bufio.NewReader(c)
	say := func(s string) { _, _ = c.Write([]byte(s + "\r\n")) }
	say("220 test")
	for data := false; ; {
		line, err := in.ReadString('\n')
		if err != nil {
			return
		}
		line = strings.TrimSpace(line)
		m.mu.Lock()
		m.lines = append(m.lines, how+line)
		m.mu.Unlock()
		switch {
		case data && line != ".":
		case data, strings.HasPrefix(line, "MAIL"), strings.HasPrefix(line, "RCPT"), line == "NOOP", line == "RSET":
			data = false
			say("250 ok")
		case strings.HasPrefix(line, "EHLO") && how == "plain: " && m.offers:
			say("250-test")
			say("250 STARTTLS")
		case strings.HasPrefix(line, "EHLO"):
			say("250-test")
			say("250 AUTH PLAIN")
		case line == "STARTTLS":
			say("220 go on")
			s := tls.Server(c, &tls.Config{Certificates: []tls.Certificate{m.cert}})
			if s.Handshake() != nil {
				return
			}
			c, in, how = s, bufio.NewReader(s), "tls: "
		case strings.HasPrefix(line, "AUTH"):
			say("235 welcome")
		case line == "DATA":
			data = true
			say("354 go on")
		case line == "QUIT":
			say("221 bye")
			return
		default:
			say("500 what")
		}
	}
}

// all is everything that was heard.
func (m *tlsMail) all() string {
	m.mu.Lock()
	defer m.mu.Unlock()
	return strings.Join(m.lines, "\n")
}

// A password and a mail beside it go over TLS or not at all: not to a server that
// offers none, and not to one that nobody vouches for.
func TestPasswordsGoOverTLSOnly(t *testing.T) {
	const user, password = "post", "hemmelig-kode"
	secret := base64.StdEncoding.EncodeToString([]byte("\x00" + user + "\x00" + password))
	for _, c := range []struct {
		name           string
		offers, trusts bool
		want           bool
	}{{"a server with TLS", true, true, true}, {"a server without", false, true, false}, {"a server that nobody vouches for", true, false, false}} {
		m, pool := newTLSMail(t, c.offers)
		var log strings.Builder
		box := newBox()
		p := openPostOffice(configuration{SMTPAddr: m.addr, SMTPUser: user, SMTPPassword: password, MailFrom: "vagt@example.dk"}, slog.New(slog.NewTextHandler(&log, nil)), box)
		if c.trusts {
			p.trust = &tls.Config{RootCAs: pool, ServerName: "127.0.0.1"}
		}
		p.post(models.Mail{Key: "a", To: "ida@example.dk", Subject: "Ændring", Text: "Hej Ida"})
		box.tried(t, 1)
		if err := p.close(t.Context()); err != nil {
			t.Fatal(c.name, err)
		}
		heard := m.all()
		sent := strings.Contains(heard, "tls: AUTH PLAIN "+secret) && strings.Contains(heard, "tls: Hej Ida")
		if sent != c.want || strings.Contains(heard, "plain: AUTH") || strings.Contains(heard, "plain: MAIL") || strings.Contains(heard, "plain: Hej") {
			t.Errorf("%s: sent %v\n%s", c.name, sent, heard)
		}
		if failed := strings.Contains(log.String(), "mail not sent"); failed == c.want {
			t.Errorf("%s: the log says %q", c.name, log.String())
		}
	}
}

// A mail posted while or after the program stops is kept for the next; nothing panics.
func TestMailAfterTheStop(t *testing.T) {
	addr, _ := moodyServer(t, 0)
	box := newBox()
	p := openPostOffice(configuration{SMTPAddr: addr, MailFrom: "vagt@example.dk"}, slog.New(slog.DiscardHandler), box)
	var wg sync.WaitGroup
	wg.Go(func() { _ = p.close(t.Context()) })
	for i := range 8 {
		wg.Go(func() {
			p.post(models.Mail{Key: fmt.Sprint(i), To: "ida@example.dk", Subject: "Ændring", Text: "Hej Ida"})
		})
	}
	wg.Wait()
	_ = p.close(t.Context())
	p.post(models.Mail{Key: "last", To: "ida@example.dk", Subject: "Ændring", Text: "Hej Ida"})
	if m, _, ok, _ := box.NextMail(t.Context(), time.Minute); !ok || m.Key == "" {
		t.Error("the mail is lost")
	}
}
