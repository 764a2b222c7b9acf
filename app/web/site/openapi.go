package site

import (
	"fmt"
	"net/http"
	"reflect"
	"regexp"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3gen"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/language"
)

// APIPrefix is where programs ask.
const APIPrefix = "/api/v1/"

// API says what a JSON route takes and gives, for the description of the API:
// values of the request's and the answer's type, nil for none.
func (r Route) API(in, out any) Route { r.in, r.out = in, out; return r }

func (s *Server) APIRoutes() []Route {
	return []Route{
		Get(APIPrefix+"openapi.json", Public, s.openapi),
		Post(APIPrefix+"login", Public, s.apiLogin).Limit("login").API(apiCredentials{}, apiWho{}),
		Get(APIPrefix+"me", LoggedIn, s.apiMe).API(nil, apiWho{}),
	}
}

// openapi describes every JSON route of the table (OpenAPI 3.0).
func (s *Server) openapi(r *Request) error {
	doc, err := Describe(s.Routes)
	if err != nil {
		return err
	}
	return r.JSON(http.StatusOK, doc)
}

var pathParam = regexp.MustCompile(`[:*]([a-z_]+)`)

// Describe builds the description from the route table, so that it cannot lag
// behind it.
func Describe(routes []Route) (*openapi3.T, error) {
	doc := &openapi3.T{OpenAPI: "3.0.3", Info: &openapi3.Info{Title: "Brevstemme", Version: "1"}, Paths: openapi3.NewPaths(),
		Components: &openapi3.Components{Schemas: openapi3.Schemas{}, SecuritySchemes: openapi3.SecuritySchemes{
			"session": {Value: &openapi3.SecurityScheme{Type: "apiKey", In: "cookie", Name: "brevstemme"}}}}}
	gen := openapi3gen.NewGenerator(openapi3gen.SchemaCustomizer(customSchema))
	schema := func(v any) (*openapi3.SchemaRef, error) { return gen.NewSchemaRefForValue(v, doc.Components.Schemas) }
	fault, err := schema(Problem{})
	if err != nil {
		return nil, err
	}
	for _, route := range routes {
		if !strings.HasPrefix(route.Path, APIPrefix) {
			continue
		}
		op, err := operation(route, schema, fault)
		if err != nil {
			return nil, fmt.Errorf("openapi: %s %s: %w", route.Method, route.Path, err)
		}
		doc.AddOperation(pathParam.ReplaceAllString(route.Path, "{$1}"), route.Method, op)
	}
	return doc, nil
}

// customSchema: a civil date is a text, not an object with hidden fields.
func customSchema(_ string, t reflect.Type, _ reflect.StructTag, s *openapi3.Schema) error {
	if t == reflect.TypeFor[models.Date]() {
		s.Type, s.Format, s.Properties = &openapi3.Types{"string"}, "date", nil
	}
	return nil
}

func operation(route Route, schema func(any) (*openapi3.SchemaRef, error), fault *openapi3.SchemaRef) (*openapi3.Operation, error) {
	op := openapi3.NewOperation()
	op.OperationID = strings.ToLower(route.Method) + strings.NewReplacer("/", "_", ":", "", "*", "", ".", "_").Replace(strings.TrimPrefix(route.Path, "/api/v1"))
	op.Summary = route.summary()
	for _, m := range pathParam.FindAllStringSubmatch(route.Path, -1) {
		op.AddParameter(openapi3.NewPathParameter(m[1]).WithSchema(openapi3.NewStringSchema()))
	}
	if !route.Public() {
		op.Security = &openapi3.SecurityRequirements{{"session": {}}}
	}
	if route.Method == POST {
		op.AddParameter(openapi3.NewHeaderParameter("Idempotency-Key").WithRequired(true).WithSchema(openapi3.NewStringSchema().WithMinLength(8).WithMaxLength(64)))
	}
	if route.in != nil {
		ref, err := schema(route.in)
		if err != nil {
			return nil, err
		}
		op.RequestBody = &openapi3.RequestBodyRef{Value: openapi3.NewRequestBody().WithRequired(true).WithJSONSchemaRef(ref)}
	}
	ok := openapi3.NewResponse().WithDescription("OK")
	if route.out != nil {
		ref, err := schema(route.out)
		if err != nil {
			return nil, err
		}
		ok = ok.WithJSONSchemaRef(ref)
	}
	op.AddResponse(http.StatusOK, ok)
	op.Responses.Set("default", &openapi3.ResponseRef{Value: openapi3.NewResponse().WithDescription("RFC 9457").
		WithContent(openapi3.NewContentWithSchemaRef(fault, []string{"application/problem+json"}))})
	return op, nil
}

// summary says who may call a route.
func (r Route) summary() string {
	who := make([]string, len(r.Roles))
	for i, role := range r.Roles {
		who[i] = string(role)
	}
	return language.Text(language.English, "api.for", strings.Join(who, ", "))
}

type apiCredentials struct {
	Login    string `json:"login"`
	Password string `json:"password"`
}

type apiWho struct {
	Login  string        `json:"login"`
	Person string        `json:"person"`
	Name   string        `json:"name"`
	Roles  []models.Role `json:"roles"`
	Places []string      `json:"places"`
}

// apiLogin opens a session; the cookie of the answer is the credential.
func (s *Server) apiLogin(r *Request) error {
	var c apiCredentials
	if err := r.Decode(&c); err != nil {
		return err
	}
	who, err := s.Store.LogIn(r.Context(), c.Login, c.Password)
	if err != nil {
		return err
	}
	if err := r.LogIn(who, ByPassword); err != nil {
		return err
	}
	return r.JSON(http.StatusOK, apiWho{who.Login, who.Person.ID, who.Name, who.Person.Roles, who.Person.Places})
}

func (s *Server) apiMe(r *Request) error {
	a := r.Account
	return r.JSON(http.StatusOK, apiWho{a.ID, a.Person, a.Name, a.Roles, a.Places})
}
