package site

import (
	"context"
	"net/url"
	"slices"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/language"
)

// Chrome is what every page has around its content. A page struct embeds it;
// render fills everything but the fields of the first group.
type Chrome struct {
	// Set by the handler, all optional.
	TitleKey  string // catalogue key of heading and window title; "<view>.title" if empty
	TitleArgs []any
	TitleText string // instead of a key: a title that is data (the name of a place)
	Of        string // the election whose page it is, by name: it stands behind the title
	Crumbs    []Link // the way here, without this page
	Live      bool   // leave a polite live region in the page (counting screens)

	// Filled by render.
	Lang      language.Lang
	Title     string
	Setting   Setting
	Account   Account
	Nav       []NavItem
	SubNav    []NavItem // the entries of the subject in hand, when the menu has two rows
	Flash     *Flash
	Form      Form
	Theme     string // "", light, dark, contrast
	Density   string // "", touch
	Languages []Choice
	Themes    []Choice
	Densities []Choice
	Path      string
	CanLogIn  bool
}

func (c *Chrome) chrome() *Chrome { return c }

// Setting is where the person works: the municipality and the election in hand.
type Setting struct {
	Municipality string   // "Aarhus Kommune"
	Elections    []Stripe // that are under way
	Practice     bool     // an exercise: the ribbon says so on every page
	Contact      string   // whom to call, shown in the footer
	DeclaredAt   string   // URL of the accessibility declaration, empty when there is none
}

// Stripe names an election at the head of a page, beside the sign of its colour.
type Stripe struct {
	Name string // "Kommunalvalg 18. november 2025 (BLÅ)"
	Hue  int    // 1–6: colour and shape of the sign
}

// SettingFunc finds the setting for an account; it is called once per page.
type SettingFunc func(context.Context, Account) (Setting, error)

// Link is a link whose text is data or, with Key, from the catalogue.
type Link struct {
	Href string
	Text string
	Key  string
	Hue  int // 1–6: the sign of an election before it; 0 for none
}

// NavItem is one entry of the main navigation.
type NavItem struct {
	Href, Key string
	Current   bool
	Group     bool // a subject: its entries stand in the second row
}

// Choice is one way to see the page: a language, a theme, a density.
type Choice struct {
	Href, Text, Lang string
	Current          bool
}

// Flash is the message that the page before left: "what happened".
type Flash struct{ Kind, Text string }

// fill completes the chrome for a request.
func (r *Request) fill(c *Chrome) error {
	c.Lang, c.Account, c.Form, c.Path = r.Lang, r.Account, r.form, r.HTTP().URL.Path
	c.Title = c.TitleText
	if c.Title == "" {
		c.Title = r.Text(c.TitleKey, c.TitleArgs...)
	}
	if c.Of != "" {
		c.Title += ": " + c.Of
	}
	s, err := r.Server.setting(r.Context(), r.Account)
	if err != nil {
		return err
	}
	c.Setting = s
	c.Nav, c.SubNav = r.Server.Menu(r.Account, r.route.Path, c.Path)
	c.Flash = r.takeFlash()
	c.CanLogIn = r.Server.has(GET, LoginPath)
	c.Theme, c.Density = r.preference(themePreference), r.preference(densityPreference)
	r.fillChoices(c)
	return nil
}

func (r *Request) fillChoices(c *Chrome) {
	for _, l := range language.Langs {
		c.Languages = append(c.Languages, Choice{
			Href: r.hrefWith(langPreference.param, string(l)), Lang: string(l),
			Text: language.Text(l, "chrome.language"), Current: l == r.Lang})
	}
	for _, v := range themePreference.values {
		c.Themes = append(c.Themes, Choice{
			Href: r.hrefWith(themePreference.param, v), Text: r.Text("chrome.theme." + v),
			Current: c.Theme == v || c.Theme == "" && v == "auto"})
	}
	for _, v := range densityPreference.values {
		c.Densities = append(c.Densities, Choice{
			Href: r.hrefWith(densityPreference.param, v), Text: r.Text("chrome.density." + v),
			Current: c.Density == v || c.Density == "" && v == "dense"})
	}
}

// hrefWith is the address of this page with one preference asked for.
func (r *Request) hrefWith(param, value string) string {
	u := url.URL{Path: r.HTTP().URL.Path}
	q := r.HTTP().URL.Query()
	for name, values := range q { // an address that was refused is not said again
		if slices.ContainsFunc(values, models.LooksLikeCPR) {
			q.Del(name)
		}
	}
	q.Set(param, value)
	u.RawQuery = q.Encode()
	return u.String()
}
