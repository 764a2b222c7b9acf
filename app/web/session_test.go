package web_test

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/brevstemme/brevstemme/app/web/webtest"
)

// TestARequestUnderWayDoesNotUndoTheLogout: at a shared PC somebody logs out while
// a request of theirs is under way. It is answered, and what it writes into their
// session does not bring the login back, in which the next person would count
// under their name.
func TestARequestUnderWayDoesNotUndoTheLogout(t *testing.T) {
	t.Parallel()
	l := webtest.NewLibrary(t)
	anna := l.As("anna")
	// A message for the next page is written into the session: the request has something to save.
	form := l.Opening()
	form.Set("idempotency_key", uuid.NewString())
	body := form.Encode()
	conn, err := net.Dial("tcp", strings.TrimPrefix(l.URL, "http://"))
	l.Must(err)
	defer conn.Close()
	l.Must(conn.SetDeadline(time.Now().Add(30 * time.Second)))
	fmt.Fprintf(conn, "POST /skranke/%s/aabning HTTP/1.1\r\nHost: x\r\nCookie: %s=%s\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: %d\r\nExpect: 100-continue\r\n\r\n", l.Session, anna.Cookie.Name, anna.Cookie.Value, len(body))
	answers := bufio.NewReader(conn)
	line, err := answers.ReadString('\n') // the program asks for the body: it knows by now who sends it
	l.Must(err)
	if !strings.Contains(line, "100") {
		t.Fatalf("the request is not under way: %s", line)
	}
	_, err = answers.ReadString('\n')
	l.Must(err)
	anna.OK("/log-ud", url.Values{})
	_, err = io.WriteString(conn, body)
	l.Must(err)
	res, err := http.ReadResponse(answers, nil)
	l.Must(err)
	defer res.Body.Close()
	if code, _ := anna.Get("/skranke"); code != http.StatusSeeOther {
		t.Errorf("after the logout the old login opens the desk: %d", code)
	}
	if res.StatusCode != http.StatusSeeOther {
		t.Errorf("what was under way is answered %s", res.Status)
	}
}

// TestAPageSetsNoCookie: an answer that has nothing to save leaves the browser's
// cookies alone, so that one that comes late cannot put an older login over a newer.
func TestAPageSetsNoCookie(t *testing.T) {
	t.Parallel()
	l := webtest.NewLibrary(t)
	anna := l.As("anna")
	anna.OK("/skranke/"+l.Session+"/aabning", l.Opening())
	anna.Get("/skranke/" + l.Session) // takes the message of the opening
	for _, path := range []string{"/skranke/" + l.Session, "/api/v1/sessions/" + l.Session + "/desk"} {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, l.URL+path, nil)
		l.Must(err)
		if code, _, head := anna.Do(req); code != http.StatusOK || len(head.Values("Set-Cookie")) > 0 {
			t.Errorf("%s answers %d and sets %q", path, code, head.Values("Set-Cookie"))
		}
	}
}
