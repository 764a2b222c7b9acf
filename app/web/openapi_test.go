package web_test

import (
	"encoding/json"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/brevstemme/brevstemme/app/web"
	"github.com/brevstemme/brevstemme/app/web/site"
)

// The description is valid OpenAPI, and every JSON route stands in it.
func TestOpenAPI(t *testing.T) {
	doc, err := site.Describe(web.Routes(nil))
	if err != nil {
		t.Fatal(err)
	}
	raw, err := json.Marshal(doc)
	if err != nil {
		t.Fatal(err)
	}
	back, err := openapi3.NewLoader().LoadFromData(raw)
	if err != nil {
		t.Fatal(err)
	}
	if err := back.Validate(t.Context()); err != nil {
		t.Fatal(err)
	}
	if back.Paths.Find("/api/v1/login") == nil || back.Paths.Find("/api/v1/login").Post == nil {
		t.Error("the login is missing")
	}
}
