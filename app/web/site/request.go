package site

import (
	"context"
	"encoding/json"
	"io"
	"mime"
	"net/http"
	"strconv"
	"strings"

	"github.com/gin-gonic/gin"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/language"
)

// Request is one call of a handler. It wraps gin's context, which is pooled and
// must never leave the handler; a Request may not be kept either.
type Request struct {
	Lang    language.Lang
	Account Account // the zero Account when nobody is logged in
	Gin     *gin.Context
	Server  *Server
	route   Route
	form    Form
	key     string
	print   string
	bare    bool // no session was loaded for it
	asJSON  bool // the body was sent as JSON and searched as such
	About   About
}

// About is what a form that is being printed belongs to, for the log.
type About struct{ Election, Place string }

// Handler answers a request or says why it could not; see problem.go.
type Handler func(*Request) error

func (r *Request) HTTP() *http.Request         { return r.Gin.Request }
func (r *Request) Writer() http.ResponseWriter { return r.Gin.Writer }

// Context is the request's context: pass it to every store call.
func (r *Request) Context() context.Context { return r.Gin.Request.Context() }

// Param is a part of the path (":id").
func (r *Request) Param(name string) string { return r.Gin.Param(name) }

// Query is a parameter of the address, trimmed.
func (r *Request) Query(name string) string { return strings.TrimSpace(r.Gin.Query(name)) }

// Field is a field of the posted form, trimmed; "" when it is missing.
func (r *Request) Field(name string) string { return strings.TrimSpace(r.HTTP().PostForm.Get(name)) }

// Fields are all values of a posted field (checkboxes).
func (r *Request) Fields(name string) []string { return r.HTTP().PostForm[name] }

// Count reads a whole number from 0 to models.MaxCount from a posted field; separators of thousands
// are not accepted, since 1.234 and 1,234 mean different things to different people.
func (r *Request) Count(name string) (int, error) {
	if r.Field(name) == "" {
		return 0, models.Invalid(name, "form.no_count")
	}
	n, err := strconv.Atoi(r.Field(name))
	if err != nil || n < 0 || n > models.MaxCount {
		return 0, models.Invalid(name, "form.not_a_count", r.Field(name))
	}
	return n, nil
}

// Date reads YYYY-MM-DD or d.m.yyyy from a posted field; none is an error, so
// test Field first where the date may be left out.
func (r *Request) Date(name string) (models.Date, error) {
	if r.Field(name) == "" {
		return models.Date{}, models.Invalid(name, "form.no_date")
	}
	v, err := models.ParseDay(r.Field(name))
	if err != nil {
		return v, models.Invalid(name, "form.not_a_date", r.Field(name))
	}
	return v, nil
}

// IdempotencyKey is the client-made id of this POST; it has been validated.
func (r *Request) IdempotencyKey() string { return r.key }

// Fingerprint is the SHA-256 of what the POST says (path and body, without the
// key itself): the same key with another fingerprint is CodeReplayOther.
func (r *Request) Fingerprint() string { return r.print }

// Text is a catalogue text in the page's language.
func (r *Request) Text(key string, args ...any) string { return language.Text(r.Lang, key, args...) }

// Done sends the browser on (303) with a message of what happened. path must be
// one of our own; messageKey "" leaves no message.
func (r *Request) Done(path, messageKey string, args ...any) error {
	if messageKey != "" {
		r.Flash("ok", r.Text(messageKey, args...))
	}
	r.SeeOther(path)
	return nil
}

// Leave sends the browser to an address of another site, which must come from a
// setting and never from a request.
func (r *Request) Leave(address string) error {
	r.Writer().Header().Set("Location", address)
	r.Gin.Status(http.StatusSeeOther)
	r.Gin.Writer.WriteHeaderNow()
	return nil
}

func (r *Request) SeeOther(path string) {
	if !OwnPath(path) {
		path = "/"
	}
	r.Writer().Header().Set("Location", path)
	r.Gin.Status(http.StatusSeeOther)
	r.Gin.Writer.WriteHeaderNow()
}

// OwnPath tells whether a path stays on this site: "//host" and "/\host" leave it.
func OwnPath(p string) bool {
	return strings.HasPrefix(p, "/") && !strings.HasPrefix(p, "//") && !strings.ContainsAny(p, "\\\r\n\t")
}

// JSON answers with v.
func (r *Request) JSON(status int, v any) error {
	b, err := json.Marshal(v)
	if err != nil {
		return err
	}
	r.Write(status, "application/json; charset=utf-8", b)
	return nil
}

// File answers with a document: inline for the printer, otherwise as a download.
func (r *Request) File(contentType, name string, inline bool, body []byte) error {
	kind := "attachment"
	if inline {
		kind = "inline"
	}
	r.Writer().Header().Set("Content-Disposition", mime.FormatMediaType(kind, map[string]string{"filename": name}))
	r.Write(http.StatusOK, contentType, body)
	return nil
}

// Upload reads an uploaded file whole; the body limit bounds it.
func (r *Request) Upload(field string) (name string, content []byte, err error) {
	f, head, err := r.HTTP().FormFile(field)
	if err != nil {
		return "", nil, models.Invalid(field, "form.no_file").Because(err)
	}
	defer f.Close()
	b, err := io.ReadAll(f)
	return head.Filename, b, err
}

func (r *Request) Write(status int, contentType string, body []byte) {
	r.Writer().Header().Set("Content-Type", contentType)
	r.Gin.Status(status)
	_, _ = r.Writer().Write(body) // the reader may be gone; there is nobody left to tell
}
