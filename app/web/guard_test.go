package web_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/brevstemme/brevstemme/app/web/site"
	"github.com/brevstemme/brevstemme/app/web/webtest"
	"github.com/brevstemme/brevstemme/models"
)

// What is no text is refused before any handler sees it, wherever it stands; a
// number that no date or count can have is refused as well.
func TestWhatIsNoTextIsRefused(t *testing.T) {
	b := webtest.NewBench(t,
		site.Post("/echo", site.LoggedIn, func(r *site.Request) error { return r.Done("/", "") }),
		site.Post("/api/v1/echo", site.LoggedIn, func(r *site.Request) error { return r.JSON(http.StatusOK, nil) }),
		site.Get("/echo/:id", site.LoggedIn, func(r *site.Request) error { return r.JSON(http.StatusOK, nil) }))
	c, base := webtest.Client(t, b, models.RoleReceiver)
	const form, object = "application/x-www-form-urlencoded", "application/json"
	for _, x := range []struct {
		method, path, kind, body string
		status                   int
	}{
		{site.POST, "/echo", form, "a=%C3%A5+%0D%0A%09b", 303},
		{site.POST, "/echo", form, "a=x%00y", 422},
		{site.POST, "/echo", form, "a=%FF%FE", 422},
		{site.POST, "/echo", form, "a=%1B%5B31m", 422},
		{site.POST, "/echo", form, "a%00b=x", 422},
		{site.POST, "/api/v1/echo", object, `{"a":["x"],"n":12,"at":1764000000000}`, 200},
		{site.POST, "/api/v1/echo", object, `{"a":["x\u0000y"]}`, 422},
		{site.POST, "/api/v1/echo", object, `{"a\u0000":1}`, 422},
		{site.POST, "/api/v1/echo", object, `{"n":9223372036854775807}`, 422},
		{site.POST, "/api/v1/echo", object, `{"n":-1e300}`, 422},
		{site.GET, "/echo/x", "", "", 200},
		{site.GET, "/echo/x?q=a%20b", "", "", 200},
		{site.GET, "/echo/%00", "", "", 404},
		{site.GET, "/echo/%FF", "", "", 404},
		{site.GET, "/echo/x?q=%00", "", "", 422},
	} {
		req, err := http.NewRequest(x.method, base+x.path, strings.NewReader(x.body))
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Content-Type", x.kind)
		req.Header.Set(site.KeyHeader, "abcdefgh-1")
		res, err := c.Do(req)
		res, body := webtest.Read(t, res, err)
		if res.StatusCode != x.status {
			t.Errorf("%s %s %q: %d, not %d: %s", x.method, x.path, x.body, res.StatusCode, x.status, body)
		}
	}
}

// A redirect of the router is our own, whatever a header claims.
func TestRedirectsIgnoreAForwardedPrefix(t *testing.T) {
	c, base := webtest.Client(t, webtest.NewBench(t), "")
	req, err := http.NewRequest(site.GET, base+"/livez/", nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("X-Forwarded-Prefix", "/evil")
	res, err := c.Do(req)
	if res, _ := webtest.Read(t, res, err); res.Header.Get("Location") != "/livez" {
		t.Errorf("%d to %s", res.StatusCode, res.Header.Get("Location"))
	}
}

func TestAnIPv6NetworkIsOneClient(t *testing.T) {
	for in, want := range map[string]string{
		"192.0.2.7": "192.0.2.7", "2001:db8:1:2:3:4:5:6": "2001:db8:1:2::/64", "2001:db8:1:2::9": "2001:db8:1:2::/64", "fe80::1%eth0": "fe80::/64", "": "",
	} {
		if got := site.Network(in); got != want {
			t.Errorf("%q counts as %q", in, got)
		}
	}
}
