package e2e

import (
	"fmt"
	"html"
	"io"
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/brevstemme/brevstemme/app/web"
	"github.com/brevstemme/brevstemme/app/web/site"
	"github.com/brevstemme/brevstemme/models"
)

// discover asks for everything in the table without a browser: routes without
// parameters first, then those whose path stands as a link on a page already
// seen, or that Target.Example knows. It returns the pages to look at and the
// patterns that answered.
func discover(t *testing.T, target Target, role models.Role, cookies []*http.Cookie, account site.Account) (visits []visit, seen []string) {
	links, done := map[string]bool{}, map[string]bool{}
	from := map[string]string{} // link with its query → the page on which it stands
	for again := true; again; {
		again = false
		for _, r := range target.Routes {
			path := pathFor(target, r, role, links)
			if r.Method != site.GET || done[r.Path] || path == "" {
				continue
			}
			done[r.Path], again = true, true
			page, err := ask(target.Base+path, cookies, r.Allows(account), target.Empty && strings.HasSuffix(path, ".pdf"))
			if err != nil {
				if !target.Lenient {
					t.Errorf("%s as %q: %v", path, role, err)
				}
				continue
			}
			if !r.Allows(account) {
				continue
			}
			seen = append(seen, r.Path)
			if page != "" {
				visits = append(visits, visit{r, path, page})
			}
			for _, m := range href.FindAllStringSubmatch(page, -1) {
				links[m[1]] = true
				from[html.UnescapeString(m[1]+m[2])] = path
			}
		}
	}
	if !target.Lenient {
		follow(t, target, role, cookies, from)
	}
	return visits, seen
}

var href = regexp.MustCompile(`href="(/[^"?#]*)(\?[^"#]*)?`)

// linksPerRoute bounds how many links to one route are followed: a page of a
// hundred rows has a hundred of them.
const linksPerRoute = 4

// follow asks for the links on the pages of a role: a page may not offer what it
// then refuses.
func follow(t *testing.T, target Target, role models.Role, cookies []*http.Cookie, from map[string]string) {
	t.Helper()
	followed := map[string]int{}
	for _, link := range slices.Sorted(maps.Keys(from)) {
		path, query, _ := strings.Cut(link, "?")
		answers := func(r site.Route) bool { return r.Method == site.GET && (r.Path == path || fits(r.Path, path)) }
		i := slices.IndexFunc(target.Routes, answers)
		if i < 0 { // the walk may be over a part of the table
			if !strings.HasPrefix(path, "/assets/") && !slices.ContainsFunc(web.Routes(nil), answers) {
				t.Errorf("%s as %q: links to %s, which no route answers", from[link], role, link)
			}
			continue
		}
		kind := target.Routes[i].Path + "?" + parameterNames(query)
		if followed[kind]++; followed[kind] > linksPerRoute {
			continue
		}
		if _, err := ask(target.Base+link, cookies, true, target.Empty && strings.HasSuffix(path, ".pdf")); err != nil {
			t.Errorf("%s as %q: the link to %s %v", from[link], role, link, err)
		}
	}
}

// parameterNames are the names in a query, without their values.
func parameterNames(query string) string {
	v, err := url.ParseQuery(query)
	if err != nil {
		return query
	}
	return strings.Join(slices.Sorted(maps.Keys(v)), " ")
}

// pathFor is a concrete path of a route, "" when none is known.
func pathFor(target Target, r site.Route, role models.Role, links map[string]bool) string {
	if !strings.ContainsAny(r.Path, ":*") {
		return r.Path
	}
	if target.Example != nil {
		if p := target.Example(r, role); p != "" {
			return p
		}
	}
	// "/plan/:id/udgiv" may have no link just now; "/plan/7" then stands for its start.
	head, tail := r.Path, ""
	if i := strings.LastIndex(r.Path, "/"); !strings.HasPrefix(r.Path[i:], "/:") {
		head, tail = r.Path[:i], r.Path[i:]
	}
	for _, link := range slices.Sorted(maps.Keys(links)) {
		if tail != "" && fits(head, link) && !slices.ContainsFunc(target.Routes, func(o site.Route) bool { return o.Path == link }) {
			return link + tail
		}
		if fits(r.Path, link) && !slices.ContainsFunc(target.Routes, func(o site.Route) bool { return o.Path == link }) {
			return link
		}
	}
	// Another route may have told the parameter: /skranke/:session names the
	// session of /api/v1/sessions/:session/desk.
	out := r.Path
	for _, name := range regexp.MustCompile(`:\w+`).FindAllString(r.Path, -1) {
		out = strings.Replace(out, name, parameter(target.Routes, name, links), 1)
	}
	if strings.Contains(out, "//") || strings.HasSuffix(out, "/") || strings.ContainsAny(out, ":*") {
		return ""
	}
	return out
}

// parameter is the value that some link gives to a parameter of some route.
func parameter(routes []site.Route, name string, links map[string]bool) string {
	if name == ":id" {
		return "" // too common a name to mean the same thing everywhere
	}
	for _, r := range routes {
		at := slices.Index(strings.Split(r.Path, "/"), name)
		for _, link := range slices.Sorted(maps.Keys(links)) {
			if at > 0 && fits(r.Path, link) && !slices.ContainsFunc(routes, func(o site.Route) bool { return o.Path == link }) {
				return strings.Split(link, "/")[at]
			}
		}
	}
	return ""
}

// fits tells whether path is an instance of pattern (":name" is one segment).
func fits(pattern, path string) bool {
	want, have := strings.Split(pattern, "/"), strings.Split(path, "/")
	if len(want) != len(have) || strings.Contains(pattern, "*") {
		return false
	}
	for i, w := range want {
		if w != have[i] && (!strings.HasPrefix(w, ":") || have[i] == "") {
			return false
		}
	}
	return true
}

// ask requests a page without a browser: it must answer, or refuse, as the
// table says; mayMiss also takes 404 for an answer. It returns the page when the answer is HTML of its own (redirects
// lead to pages that are walked anyhow), else "".
func ask(address string, cookies []*http.Cookie, allowed, mayMiss bool) (page string, err error) {
	req, err := http.NewRequest(http.MethodGet, address, nil)
	if err != nil {
		return "", err
	}
	for _, c := range cookies {
		req.AddCookie(c)
	}
	res, err := plain.Do(req)
	if err != nil {
		return "", err
	}
	defer res.Body.Close()
	toLogin := res.StatusCode == http.StatusSeeOther && strings.HasPrefix(res.Header.Get("Location"), "/log-ind") && !strings.HasPrefix(req.URL.Path, "/log-ind")
	refused := res.StatusCode == 401 || res.StatusCode == 403 || res.StatusCode == 404 || toLogin
	switch {
	case !allowed && !refused:
		return "", fmt.Errorf("answers %d to a role that may not see it", res.StatusCode)
	case allowed && mayMiss && res.StatusCode == 404:
		return "", nil
	case allowed && (res.StatusCode >= 400 || toLogin):
		return "", fmt.Errorf("answers %d to a role that may see it", res.StatusCode)
	}
	if !allowed || res.StatusCode != 200 || !strings.HasPrefix(res.Header.Get("Content-Type"), "text/html") {
		return "", nil
	}
	body, err := io.ReadAll(res.Body)
	return string(body), err
}

// plain follows no redirect.
var plain = &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }, Timeout: 30 * time.Second}
