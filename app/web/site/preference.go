package site

import (
	"net/http"
	"slices"
	"strings"

	"github.com/brevstemme/brevstemme/models/language"
)

// LangCookie holds the language chosen on a device: da or en.
const LangCookie = "brevstemme_lang"

// preference is a way of seeing pages that a person chooses with a plain link
// (?lang=en). The choice is kept in a cookie of its own, since it belongs to the
// device and not to the login, and the page is shown again without the parameter.
type preference struct {
	param, cookie string
	values        []string
	initial       string // choosing it removes the cookie
}

var (
	langPreference    = preference{"lang", LangCookie, []string{"da", "en"}, ""}
	themePreference   = preference{"tema", "brevstemme_tema", []string{"auto", "light", "dark", "contrast"}, "auto"}
	densityPreference = preference{"plads", "brevstemme_plads", []string{"dense", "touch"}, "dense"}
	preferences       = []preference{langPreference, themePreference, densityPreference}
)

// preference is the value chosen on this device, "" when none was.
func (r *Request) preference(p preference) string {
	c, err := r.HTTP().Cookie(p.cookie)
	if err != nil || !slices.Contains(p.values, c.Value) {
		return ""
	}
	return c.Value
}

// chosen handles a GET that carries preferences: cookies are set and the same
// page is asked for again. It tells whether it answered.
func (r *Request) chosen() bool {
	q, found := r.HTTP().URL.Query(), false
	if r.HTTP().Method != http.MethodGet || strings.HasPrefix(r.HTTP().URL.Path, "/api/") {
		return false
	}
	for _, p := range preferences {
		v := q.Get(p.param)
		if !slices.Contains(p.values, v) {
			continue
		}
		found = true
		q.Del(p.param)
		c := &http.Cookie{Name: p.cookie, Value: v, Path: "/", MaxAge: 365 * 24 * 3600,
			HttpOnly: true, Secure: r.Server.Secure, SameSite: http.SameSiteLaxMode}
		if v == p.initial {
			c.Value, c.MaxAge = "", -1
		}
		http.SetCookie(r.Writer(), c)
	}
	if !found {
		return false
	}
	u := *r.HTTP().URL
	u.RawQuery = q.Encode()
	r.SeeOther(u.RequestURI())
	return true
}

// PaperLanguage is the parameter that asks for one form in another language than
// the pages': ?sprog=en, on what is shown and on what is printed.
const PaperLanguage = "sprog"

// language decides the language: of a form what its address asks for, else the
// cookie, else the browser's wish, else Danish.
func (r *Request) language() language.Lang {
	if path := r.HTTP().URL.Path; strings.HasSuffix(path, PDFSuffix) || strings.HasSuffix(path, PrintSuffix) {
		if v := r.HTTP().URL.Query().Get(PaperLanguage); slices.Contains(langPreference.values, v) {
			return language.Parse(v)
		}
	}
	if v := r.preference(langPreference); v != "" {
		return language.Parse(v)
	}
	for part := range strings.SplitSeq(r.HTTP().Header.Get("Accept-Language"), ",") {
		tag, _, _ := strings.Cut(strings.TrimSpace(part), ";")
		base, _, _ := strings.Cut(strings.ToLower(tag), "-")
		if slices.Contains(language.Langs, language.Lang(base)) {
			return language.Lang(base)
		}
	}
	return language.Danish
}
