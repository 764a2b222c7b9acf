package signon

import (
	"slices"
	"strings"

	"github.com/brevstemme/brevstemme/models"
)

// Identity is who the provider says has logged in.
type Identity struct {
	Issuer, Subject string
	Known           string // the value of Config.LinkClaim; "" when the token lacks it or the provider does not vouch for it
	Name, Email     string
	Login           string // a name for an account to be made
	Roles           []models.Role
	Places          []string // nil when the map names none
	Token           string   // the ID token, which ends the login at the provider
}

// identity reads the claims of a verified token.
func identity(c Config, issuer, subject string, claims map[string]any, raw string) Identity {
	id := Identity{Issuer: issuer, Subject: subject, Token: raw, Name: text(claims, "name"), Email: text(claims, "email"), Known: text(claims, c.LinkClaim)}
	if unverified(claims) { // a mail address that the person typed there finds nobody here
		if c.LinkClaim == "email" {
			id.Known = ""
		}
		id.Email = ""
	}
	if id.Name == "" {
		id.Name = strings.TrimSpace(text(claims, "given_name") + " " + text(claims, "family_name"))
	}
	for _, v := range []string{text(claims, "preferred_username"), id.Known, id.Email} {
		if v != "" {
			id.Login = v
			break
		}
	}
	id.Roles, id.Places = c.Roles.Rights(values(claims, c.RoleClaim))
	return id
}

// unverified tells whether the provider says that it does not vouch for the mail
// address. One that says nothing keeps a directory and vouches for all of it.
func unverified(claims map[string]any) bool {
	switch v := claims["email_verified"].(type) {
	case bool:
		return !v
	case string:
		return v != "true"
	}
	return false
}

// text is a claim that is a text.
func text(claims map[string]any, path string) string {
	v, _ := at(claims, path).(string)
	return strings.TrimSpace(v)
}

// values are the texts of a claim that is a list, or one text.
func values(claims map[string]any, path string) []string {
	switch v := at(claims, path).(type) {
	case string:
		return []string{v}
	case []any:
		var out []string
		for _, x := range v {
			if s, ok := x.(string); ok {
				out = append(out, s)
			}
		}
		return out
	}
	return nil
}

// at is a claim by its name, or by a path of names with dots between them. A
// name may hold dots itself (https://example.dk/roles): it is looked for first.
func at(claims map[string]any, path string) any {
	if v, ok := claims[path]; ok {
		return v
	}
	first, rest, ok := strings.Cut(path, ".")
	if inner, isMap := claims[first].(map[string]any); ok && isMap {
		return at(inner, rest)
	}
	return nil
}

// Map leads from a value of the provider to rights of ours.
type Map []Line

// Line is one line of a Map.
type Line struct {
	Value  string
	Role   models.Role
	Places []string // ids; none says nothing of places
}

// ParseMap reads lines "VALUE=role" or "VALUE=role@PLACE,PLACE", separated by
// semicolons or line ends; lines that begin with # are comments. A value may hold
// any other character, also "=". It reports every mistake at once.
func ParseMap(s string) (Map, error) {
	var m Map
	var errs models.Errors
	for line := range strings.FieldsFuncSeq(s, func(c rune) bool { return c == ';' || c == '\n' || c == '\r' }) {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		i := strings.LastIndex(line, "=")
		if i <= 0 {
			errs = append(errs, models.E(models.CodeInvalid, "config.bad_map", line))
			continue
		}
		role, places, at := strings.Cut(strings.TrimSpace(line[i+1:]), "@")
		l := Line{Value: strings.TrimSpace(line[:i]), Role: models.Role(strings.TrimSpace(role))}
		for p := range strings.SplitSeq(places, ",") {
			if p = strings.TrimSpace(p); p != "" {
				l.Places = append(l.Places, p)
			}
		}
		if !l.Role.Valid() || at && len(l.Places) == 0 {
			errs = append(errs, models.E(models.CodeInvalid, "config.bad_map", line))
			continue
		}
		m = append(m, l)
	}
	return m, errs.OrNil()
}

// Rights are the roles and places that some values give. Places are those of all
// lines together; nil when no line names one.
func (m Map) Rights(values []string) ([]models.Role, []string) {
	var roles []models.Role
	var places []string
	for _, l := range m {
		if !slices.Contains(values, l.Value) {
			continue
		}
		if !slices.Contains(roles, l.Role) {
			roles = append(roles, l.Role)
		}
		for _, p := range l.Places {
			if !slices.Contains(places, p) {
				places = append(places, p)
			}
		}
	}
	return roles, places
}
