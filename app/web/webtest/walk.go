package webtest

import (
	"context"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/brevstemme/brevstemme/app/web/site"
	"github.com/brevstemme/brevstemme/models"
)

// Secrets are the giver's figures and seal, and the sums that give them away:
// 11 envelopes more were received after the packing, so the day's totals (148
// and 221) are the giver's figures to whoever knows what is left. Serials are
// left out of what is searched, since one in a hundred ends in such a figure.
var Secrets = regexp.MustCompile(`\b(137|73|210|148|221)\b|AB-?000412`)

var (
	grouped = regexp.MustCompile(`\b[0-9A-Z]{4} [0-9A-Z]{4} [0-9A-Z]{1,3}\b`)
	styled  = regexp.MustCompile(`(?s)<style.*?</style>|<script[^>]*src=[^>]*>|\bd="[^"]*"`)
)

// SecretIn finds the first secret of the giver in a text.
func SecretIn(text string) string { return ToldIn(Secrets, text) }

// ToldIn finds the first secret in a text with what stands around it, "" when
// there is none.
func ToldIn(secrets *regexp.Regexp, text string) string {
	text = grouped.ReplaceAllString(styled.ReplaceAllString(text, ""), "")
	at := secrets.FindStringIndex(text)
	if at == nil {
		return ""
	}
	return text[max(0, at[0]-120):at[0]] + "⟪" + text[at[0]:at[1]] + "⟫" + text[at[1]:min(len(text), at[1]+60)]
}

// parameters are the values that stand for a parameter of a path; any other
// takes every id that there is.
func (d *Depot) parameters(ids []string) map[string][]string {
	day := models.DateOf(d.Now).String()
	return map[string][]string{"election": {d.Local, d.Seniors}, "session": {d.Session}, "place": {"LYS", "BS"}, "date": {day}, "login": {"anna"}, "person": {d.Person["anna"]},
		"number": {"1"}, "seq": {"20"}, "version": {"1"}, "": ids}
}

// paths fills the parameters of a route in every way.
func paths(route string, values map[string][]string) []string {
	name := regexp.MustCompile(`[:*]([a-z]+)`).FindStringSubmatch(route)
	if name == nil {
		return []string{route}
	}
	options, ok := values[name[1]]
	if !ok {
		options = values[""]
	}
	var out []string
	for _, v := range options {
		out = append(out, paths(strings.Replace(route, name[0], v, 1), values)...)
	}
	return out
}

// Queries are the filters that pages take: every name that the program reads
// (app/web, TestEveryFilterIsWalked), with a value that finds something.
func (d *Depot) Queries() url.Values {
	day := models.DateOf(d.Now).String()
	return url.Values{"dag": {day}, "fra": {day}, "til": {day}, "uge": {day}, "sted": {"LYS"}, "valg": {d.Local}, "election": {d.Local}, "beholder": {d.Box}, "open": {"true"}, "side": {"1"},
		"tilstand": {"open"}, "state": {"open"}, "type": {"seal"}, "before": {"60"}, "kind": {"container.packed"}, "for": {d.Person["anna"]}, "id": {"1"}, "ark": {"a4-21"}, "bude": {"2"},
		"senest": {"21.00"}, "stemmer": {"500"}, "eks": {"1"}}
}

// alone are the filters that lists are asked for by themselves as well: together
// they may find nothing.
var alone = []string{"sted", "dag", "kind", "type", "beholder"}

// Everything that a person may GET, address → answer: every route with every id that there is in
// every place of its path, as it is and with filters. An address at which even
// the coordinator, who may see all, finds nothing is left out. So is /metrics,
// which the proxy keeps from people: it counts requests.
func (d *Depot) Everything(login string, filters url.Values, ids ...string) map[string]string {
	d.T.Helper()
	v, acc := d.Nobody(), site.Account{}
	all, err := d.Web.Account(d.T.Context(), "karen")
	d.Must(err)
	if login != "" {
		v = d.As(login)
		acc, err = d.Web.Account(d.T.Context(), login)
		d.Must(err)
	}
	seen, values, karen := map[string]string{}, d.parameters(ids), d.As("karen")
	for _, route := range d.Web.Routes {
		if route.Method != site.GET || !route.Allows(acc) || strings.HasPrefix(route.Path, "/assets") || route.Path == "/metrics" {
			continue
		}
		asked := paths(route.Path, values)
		if route.Allows(all) && len(asked) > 1 {
			asked = slices.DeleteFunc(asked, func(p string) bool { code, _ := karen.Get(p); return code == http.StatusNotFound })
		}
		if filters != nil && !strings.HasSuffix(route.Path, "strom") { // the streams tell that there is news, not what
			for _, p := range slices.Clone(asked) {
				asked = append(asked, p+"?"+filters.Encode())
			}
			for _, name := range alone {
				if !strings.Contains(route.Path, ":") {
					asked = append(asked, route.Path+"?"+name+"="+url.QueryEscape(filters.Get(name)))
				}
			}
		}
		for _, p := range asked {
			if body := v.glance(p); body != "" {
				seen[p] = d.Readable(body)
			}
		}
	}
	return seen
}

// glance reads an answer with its headers; of one that never ends, what comes
// in half a second.
func (v Visitor) glance(path string) string {
	v.Library.T.Helper()
	ctx, cancel := context.WithTimeout(v.Library.T.Context(), time.Minute)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, site.GET, v.Library.URL+path, nil)
	v.Library.Must(err)
	if v.Cookie != nil {
		req.AddCookie(v.Cookie)
	}
	c := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	res, err := c.Do(req)
	v.Library.Must(err)
	defer res.Body.Close()
	if strings.HasPrefix(res.Header.Get("Content-Type"), "text/event-stream") {
		time.AfterFunc(500*time.Millisecond, cancel)
		b, _ := io.ReadAll(res.Body) // ends with the context: what came is what counts
		return string(b)
	}
	b, err := io.ReadAll(res.Body)
	v.Library.Must(err)
	return string(b)
}
