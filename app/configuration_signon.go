package main

import (
	"slices"
	"strings"

	"github.com/brevstemme/brevstemme/app/web/site/signon"
	"github.com/brevstemme/brevstemme/models"
)

// signOnSettings are the lines of the table of settings about single sign-on.
func signOnSettings() []setting {
	of := func(field func(*signon.Config) *string) func(*configuration, string) error {
		return text(func(c *configuration) *string { return field(&c.SignOn) })
	}
	return []setting{
		{"BREVSTEMME_OIDC_ISSUER", "config.oidc_issuer", false, "", issuer},
		{"BREVSTEMME_OIDC_CLIENT_ID", "config.oidc_client_id", false, "", of(func(c *signon.Config) *string { return &c.ClientID })},
		{"BREVSTEMME_OIDC_CLIENT_SECRET", "config.oidc_client_secret", true, "", of(func(c *signon.Config) *string { return &c.ClientSecret })},
		{"BREVSTEMME_OIDC_SCOPES", "config.oidc_scopes", false, "openid profile email", scopes},
		{"BREVSTEMME_OIDC_LINK_CLAIM", "config.oidc_link_claim", false, "email", of(func(c *signon.Config) *string { return &c.LinkClaim })},
		{"BREVSTEMME_OIDC_ROLE_CLAIM", "config.oidc_role_claim", false, "groups", of(func(c *signon.Config) *string { return &c.RoleClaim })},
		{"BREVSTEMME_OIDC_ROLE_MAP", "config.oidc_role_map", false, "", roleMap},
		{"BREVSTEMME_OIDC_CREATE", "config.oidc_create", false, "", makesPeople},
		{"BREVSTEMME_OIDC_PROMPT", "config.oidc_prompt", false, "", prompt},
		{"BREVSTEMME_OIDC_NAME", "config.oidc_name", false, "", of(func(c *signon.Config) *string { return &c.Name })},
	}
}

func issuer(c *configuration, v string) error {
	if v != "" && !signon.Trusted(v) {
		return models.E(models.CodeInvalid, "config.not_trusted", v)
	}
	c.SignOn.Issuer = v
	return nil
}

func scopes(c *configuration, v string) error {
	c.SignOn.Scopes = strings.Fields(v)
	if !slices.Contains(c.SignOn.Scopes, "openid") {
		return models.E(models.CodeInvalid, "config.no_openid")
	}
	return nil
}

func roleMap(c *configuration, v string) (err error) {
	c.SignOn.Roles, err = signon.ParseMap(v)
	return err
}

func makesPeople(c *configuration, v string) error {
	if v != "" && !slices.Contains(models.Employers, models.Employer(v)) {
		return models.E(models.CodeInvalid, "config.not_employer", v)
	}
	c.SignOn.Make = models.Employer(v)
	return nil
}

func prompt(c *configuration, v string) error {
	if v != "" && v != "login" && v != "select_account" {
		return models.E(models.CodeInvalid, "config.not_prompt", v)
	}
	c.SignOn.Prompt = v
	return nil
}

// signOnFits tells what of single sign-on does not fit together. A line that is
// at fault by itself is not told again.
func signOnFits(c configuration, told models.Errors, env func(string) string) models.Errors {
	var errs models.Errors
	add := func(name, key string, args ...any) {
		if !slices.ContainsFunc(told, func(e *models.Error) bool { return e.Field == name }) {
			errs = append(errs, models.E(models.CodeInvalid, key, args...).On(name))
		}
	}
	const issuer = "BREVSTEMME_OIDC_ISSUER"
	if !c.SignOn.Set() {
		for _, s := range signOnSettings() {
			if s.name != issuer && env(s.name)+env(s.name+"_FILE") != "" && env(issuer)+env(issuer+"_FILE") == "" {
				add(s.name, "config.oidc_alone")
			}
		}
		return errs
	}
	if c.SignOn.ClientID == "" {
		add("BREVSTEMME_OIDC_CLIENT_ID", "config.oidc_needs")
	}
	if c.BaseURL == "" { // the provider is told where to send browsers back to
		add("BREVSTEMME_BASE_URL", "config.oidc_needs")
	} else if !signon.Trusted(c.BaseURL) {
		add("BREVSTEMME_BASE_URL", "config.not_trusted", c.BaseURL)
	}
	if c.SignOn.Make != "" && len(c.SignOn.Roles) == 0 {
		add("BREVSTEMME_OIDC_CREATE", "config.oidc_needs_map")
	}
	return errs
}
