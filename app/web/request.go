package web

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
	gin     *gin.Context
	server  *Server
	route   Route
	form    Form
	key     string
	print   string
	bare    bool // no session was loaded for it
	asJSON  bool // the body was sent as JSON and searched as such
	about   about
}

// about is what a form that is being printed belongs to, for the log.
type about struct{ Election, Place string }

// handler answers a request or says why it could not; see problem.go.
type handler func(*Request) error

func (r *Request) http() *http.Request         { return r.gin.Request }
func (r *Request) writer() http.ResponseWriter { return r.gin.Writer }

// Context is the request's context: pass it to every store call.
func (r *Request) Context() context.Context { return r.gin.Request.Context() }

// Param is a part of the path (":id").
func (r *Request) Param(name string) string { return r.gin.Param(name) }

// Query is a parameter of the address, trimmed.
func (r *Request) Query(name string) string { return strings.TrimSpace(r.gin.Query(name)) }

// Field is a field of the posted form, trimmed; "" when it is missing.
func (r *Request) Field(name string) string { return strings.TrimSpace(r.http().PostForm.Get(name)) }

// Fields are all values of a posted field (checkboxes).
func (r *Request) Fields(name string) []string { return r.http().PostForm[name] }

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

// done sends the browser on (303) with a message of what happened. path must be
// one of our own; messageKey "" leaves no message.
func (r *Request) done(path, messageKey string, args ...any) error {
	if messageKey != "" {
		r.flash("ok", r.Text(messageKey, args...))
	}
	r.seeOther(path)
	return nil
}

func (r *Request) seeOther(path string) {
	if !ownPath(path) {
		path = "/"
	}
	r.writer().Header().Set("Location", path)
	r.gin.Status(http.StatusSeeOther)
	r.gin.Writer.WriteHeaderNow()
}

// ownPath tells whether a path stays on this site: "//host" and "/\host" leave it.
func ownPath(p string) bool {
	return strings.HasPrefix(p, "/") && !strings.HasPrefix(p, "//") && !strings.ContainsAny(p, "\\\r\n\t")
}

// json answers with v.
func (r *Request) json(status int, v any) error {
	b, err := json.Marshal(v)
	if err != nil {
		return err
	}
	r.write(status, "application/json; charset=utf-8", b)
	return nil
}

// file answers with a document: inline for the printer, otherwise as a download.
func (r *Request) file(contentType, name string, inline bool, body []byte) error {
	kind := "attachment"
	if inline {
		kind = "inline"
	}
	r.writer().Header().Set("Content-Disposition", mime.FormatMediaType(kind, map[string]string{"filename": name}))
	r.write(http.StatusOK, contentType, body)
	return nil
}

// upload reads an uploaded file whole; the body limit bounds it.
func (r *Request) upload(field string) (name string, content []byte, err error) {
	f, head, err := r.http().FormFile(field)
	if err != nil {
		return "", nil, models.Invalid(field, "form.no_file").Because(err)
	}
	defer f.Close()
	b, err := io.ReadAll(f)
	return head.Filename, b, err
}

func (r *Request) write(status int, contentType string, body []byte) {
	r.writer().Header().Set("Content-Type", contentType)
	r.gin.Status(status)
	_, _ = r.writer().Write(body) // the reader may be gone; there is nobody left to tell
}
