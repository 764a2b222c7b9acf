package site

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/google/uuid"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/language"
)

// statuses maps every code to its HTTP status. This is the one place.
var statuses = map[models.Code]int{
	models.CodeInternal:     http.StatusInternalServerError,
	models.CodeInvalid:      http.StatusUnprocessableEntity,
	models.CodeNotFound:     http.StatusNotFound,
	models.CodeUnauthorized: http.StatusUnauthorized,
	models.CodeForbidden:    http.StatusForbidden,
	models.CodePassword:     http.StatusForbidden,
	models.CodeConflict:     http.StatusConflict,
	models.CodeState:        http.StatusConflict,
	models.CodeReplayOther:  http.StatusUnprocessableEntity,
	models.CodeKeyMissing:   http.StatusBadRequest,
	models.CodeCPR:          http.StatusUnprocessableEntity,
	models.CodeSealUsed:     http.StatusConflict,
	models.CodeBalance:      http.StatusConflict,
	models.CodeTooLarge:     http.StatusRequestEntityTooLarge,
	models.CodeTooMany:      http.StatusTooManyRequests,
	models.CodeUnavailable:  http.StatusServiceUnavailable,
	models.CodeSamePerson:   http.StatusUnprocessableEntity,
	models.CodeCrossOrigin:  http.StatusForbidden,
}

// statusOf is the status of a code, 500 for one that is not ours.
func statusOf(c models.Code) int {
	if s, ok := statuses[c]; ok {
		return s
	}
	return http.StatusInternalServerError
}

// Problem is the RFC 9457 body of a failed JSON request. Code is stable; Title
// and Detail are for people, in the language of the request.
type Problem struct {
	Type   string         `json:"type"`
	Title  string         `json:"title"`
	Status int            `json:"status"`
	Detail string         `json:"detail,omitempty"`
	Code   models.Code    `json:"code"`
	ID     string         `json:"id"`
	Errors []ProblemField `json:"errors,omitempty"`
}

// ProblemField names one member at fault.
type ProblemField struct {
	Field  string      `json:"field"`
	Code   models.Code `json:"code"`
	Detail string      `json:"detail"`
}

// problemPage is the HTML form of a Problem.
type problemPage struct {
	Chrome
	Problem Problem
	Log     Link // where to log in, when that is what is missing
	Again   []keptField
}

// keptField is one field of a form that is kept over a login.
type keptField struct{ Name, Value string }

var problemView = NewView[*problemPage]("problem")

// problem makes the answer for err. Nothing of an error that is not ours is
// shown: only the id, which stands beside the cause in the log.
func problem(l language.Lang, err error) Problem {
	p := Problem{Type: "about:blank", Code: models.CodeOf(err), ID: uuid.NewString()[:8]}
	p.Status = statusOf(p.Code)
	p.Title = language.Text(l, "problem.title."+fmt.Sprint(p.Status))
	var many models.Errors
	var one *models.Error
	switch {
	case errors.As(err, &many) && len(many) > 0:
	case errors.As(err, &one):
		many = models.Errors{one}
	default:
		many = models.Errors{{Code: models.CodeInternal}}
	}
	p.Detail = language.Text(l, many[0].TextKey(), many[0].Args...)
	for _, e := range many {
		if e.Field != "" {
			p.Errors = append(p.Errors, ProblemField{e.Field, e.Code, language.Text(l, e.TextKey(), e.Args...)})
		}
	}
	return p
}

// ours makes errors of the transport into errors of ours.
func ours(err error) error {
	var large *http.MaxBytesError
	switch {
	case errors.As(err, &large):
		return (&models.Error{Code: models.CodeTooLarge}).Because(err)
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return (&models.Error{Code: models.CodeUnavailable}).Because(err)
	}
	return err
}

// fail is the one place where an error becomes an answer.
func (s *Server) fail(r *Request, err error) {
	err = ours(err)
	p := problem(r.Lang, err)
	n := note(r.Context())
	n.code, n.problem = string(p.Code), p.ID
	if p.Status >= 500 {
		s.Log.ErrorContext(r.Context(), "request failed", "id", p.ID, "code", p.Code, "route", r.route.Path, "cause", err.Error())
	} else {
		s.Log.InfoContext(r.Context(), "request refused", "id", p.ID, "code", p.Code, "route", r.route.Path)
	}
	if r.Gin.Writer.Written() {
		return // an event stream or a half-sent file: the line in the log is all that can be done
	}
	if p.Status == http.StatusServiceUnavailable || p.Status == http.StatusTooManyRequests {
		r.Writer().Header().Set("Retry-After", "5")
	}
	r.Writer().Header().Set("Cache-Control", "no-store")
	switch {
	case wantsJSON(r.HTTP()):
		s.failJSON(r, p)
	case p.Code == models.CodeUnauthorized && r.HTTP().Method == http.MethodGet && s.has(GET, LoginPath):
		r.SeeOther(LoginPath + "?next=" + url.QueryEscape(r.nextAfterLogin()))
	default:
		s.failHTML(r, p)
	}
}

// nextAfterLogin is the page asked for, unless its address says what none may.
func (r *Request) nextAfterLogin() string {
	if next := r.HTTP().URL.RequestURI(); !models.LooksLikeCPR(next) {
		return next
	}
	return "/"
}

func (s *Server) failJSON(r *Request, p Problem) {
	b, err := json.Marshal(p)
	if err != nil {
		b = []byte(`{"code":"internal"}`)
	}
	r.Write(p.Status, "application/problem+json; charset=utf-8", b)
}

func (s *Server) failHTML(r *Request, p Problem) {
	page := &problemPage{Problem: p, Log: Link{Href: LoginPath, Key: "chrome.log_in"}}
	page.TitleText = p.Title
	switch p.Code {
	case models.CodeUnauthorized:
		page.Again = r.kept()
	case models.CodePassword:
		page.TitleText = r.Text("problem.password_title")
		page.Log.Key = "desk-switch.password"
		if page.Again = r.kept(); r.HTTP().Method == http.MethodGet {
			page.Log.Href += "?next=" + url.QueryEscape(r.nextAfterLogin())
		}
	}
	if err := problemView.Status(r, p.Status, page); err != nil {
		// Not even the error page can be shown: say the least that is true.
		s.Log.ErrorContext(r.Context(), "error page failed", "id", p.ID, "cause", err.Error())
		r.Write(p.Status, "text/plain; charset=utf-8", []byte(p.Detail+"\n\n"+p.ID+"\n"))
	}
}

// kept is what was typed into a form whose login had expired, to be sent again
// after the login with the same key: nil when there is nothing that can be kept.
// Secrets and files are not.
func (r *Request) kept() []keptField {
	if r.HTTP().Method != http.MethodPost || r.bare || r.route.bucket != "" || r.guard() != nil {
		return nil
	}
	if r.HTTP().MultipartForm != nil {
		return nil
	}
	var out []keptField
	for _, name := range slices.Sorted(maps.Keys(r.HTTP().PostForm)) {
		for _, v := range r.HTTP().PostForm[name] {
			if !secretFields[name] {
				out = append(out, keptField{name, v})
			}
		}
	}
	return out
}

// wantsJSON tells whether a program asks.
func wantsJSON(r *http.Request) bool {
	accept := r.Header.Get("Accept")
	return strings.HasPrefix(r.URL.Path, "/api/") || strings.HasSuffix(r.URL.Path, ".json") ||
		strings.Contains(accept, "json") && !strings.Contains(accept, "text/html")
}
