package site

import (
	"fmt"
	"html/template"
	"regexp"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/language"
)

// funcs are the functions of the templates, bound to a language.
//
//	t "key" args…        catalogue text
//	day d                3. november 2025 (models.Date or instant)
//	shortday d           3.11.2025 / 3 Nov 2025
//	weekday d            mandag
//	clock t              14.30
//	moment t             3.11.2025 kl. 14.30
//	iso v                machine form for <time datetime>
//	number n             1.234
//	serial s             KX7F 2M9Q A
//	keep text            the text, its hours never broken over two lines
//	form_key             the hidden input with a fresh idempotency key
//	href address         an address for a link, a telephone number among them
//	asset "app.css"      path with the hash of the file's content
//	list a b …           a slice, for components
//	input, choice, tag … the components of components.go
func funcs(l language.Lang, assets assetNames) template.FuncMap {
	m := template.FuncMap{
		"t":    func(key string, args ...any) string { return language.Text(l, key, args...) },
		"lang": func() string { return string(l) },
		"day":  func(v any) (string, error) { return onDay(v, func(t time.Time) string { return language.Day(l, t) }) },
		"shortday": func(v any) (string, error) {
			return onDay(v, func(t time.Time) string { return language.ShortDay(l, t) })
		},
		"weekday": func(v any) (string, error) {
			return onDay(v, func(t time.Time) string { return language.Weekday(l, t.Weekday()) })
		},
		"clock":        func(t time.Time) string { return language.Clock(l, t.In(models.Copenhagen)) },
		"moment":       func(t time.Time) string { return language.Moment(l, t.In(models.Copenhagen)) },
		"iso":          isoTime,
		"number":       func(v any) (string, error) { return number(l, v) },
		"serial":       models.GroupSerial,
		"keep":         keepTogether,
		"form_key":     formKey,
		"asset":        assets.Path,
		"print_action": PrintAction,
		"href":         href,
		"paper":        func(href, text string) Link { return Link{Href: href, Text: text} },
		"list":         func(vs ...any) []any { return vs },
	}
	for name, f := range componentFuncs(l) {
		m[name] = f
	}
	for name, f := range onwardFuncs(l) {
		m[name] = f
	}
	return m
}

// href is an address in a link. A telephone number has a scheme that html/template
// would blank: what is left of it are digits, which are safe.
func href(address string) any {
	if number, ok := strings.CutPrefix(address, "tel:"); ok {
		return template.URL("tel:" + Telephone(number))
	}
	return address
}

// onDay gives f a time whose own date is the date meant: a civil date as it is,
// an instant in Copenhagen.
func onDay(v any, f func(time.Time) string) (string, error) {
	switch d := v.(type) {
	case models.Date:
		if d.IsZero() {
			return "", nil
		}
		return f(time.Date(d.Year(), d.Month(), d.Day(), 12, 0, 0, 0, models.Copenhagen)), nil
	case time.Time:
		if d.IsZero() {
			return "", nil
		}
		return f(d.In(models.Copenhagen)), nil
	}
	return "", fmt.Errorf("neither a date nor a time: %T", v)
}

func isoTime(v any) (string, error) {
	switch d := v.(type) {
	case models.Date:
		return d.String(), nil
	case time.Time:
		return d.In(models.Copenhagen).Format(time.RFC3339), nil
	}
	return "", fmt.Errorf("neither a date nor a time: %T", v)
}

func number(l language.Lang, v any) (string, error) {
	switch n := v.(type) {
	case int:
		return language.Number(l, int64(n)), nil
	case int64:
		return language.Number(l, n), nil
	case int32:
		return language.Number(l, int64(n)), nil
	case uint64:
		return language.Number(l, int64(n)), nil
	}
	return "", fmt.Errorf("not a whole number: %T", v)
}

// formKey is a fresh idempotency key as a hidden input: one per form shown, so
// that two clicks on the same form count once. It is a UUID of version 7: the
// journal's index of keys grows at its end.
func formKey() (template.HTML, error) {
	key, err := uuid.NewV7()
	return template.HTML(`<input type="hidden" name="` + KeyField + `" value="` + key.String() + `">`), err //nolint:gosec // a UUID
}

// clockSpan finds hours in a text: "9.00–17.00", "09:00–17:00".
var clockSpan = regexp.MustCompile(`\d{1,2}[.:]\d{2}–\d{1,2}[.:]\d{2}`)

// keepTogether is a text for a page with its hours never broken over two lines,
// which browsers do behind a dash. Searched and copied, it is the same text.
func keepTogether(text string) template.HTML {
	safe := template.HTMLEscapeString(text)
	if !strings.Contains(text, "–") {
		return template.HTML(safe)
	}
	kept := clockSpan.ReplaceAllString(safe, `<span class="keep">$0</span>`)
	if kept != safe && clockSpan.FindString(text) != text {
		kept = "<span>" + kept + "</span>" // one part, where a cell lays out its parts
	}
	return template.HTML(kept)
}
