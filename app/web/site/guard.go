package site

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"maps"
	"math"
	"mime"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/google/uuid"

	"github.com/brevstemme/brevstemme/models"
)

// KeyField and keyHeader carry the client-made id of a POST.
const (
	KeyField  = "idempotency_key"
	KeyHeader = "Idempotency-Key"
)

// maxNumber bounds every number of a JSON body: the last millisecond that has a
// date (year 9999). Counts have narrower limits of their own.
const maxNumber = 253_402_300_799_999

var keyForm = regexp.MustCompile(`^[A-Za-z0-9_-]{8,64}$`)

// secretFields are not searched for CPR numbers and never given back in a form:
// they are not stored as text.
var secretFields = map[string]bool{
	"password": true, "new_password": true, "repeat_password": true, "pin": true, "otp": true,
}

// guard reads the body of a POST once, within its limit, and refuses what no
// handler should see: a body that cannot be read, text that looks like a CPR
// number, a missing idempotency key.
func (r *Request) guard() error {
	r.HTTP().Body = http.MaxBytesReader(r.Writer(), r.HTTP().Body, r.Server.bodyLimit)
	kind, _, err := mime.ParseMediaType(r.HTTP().Header.Get("Content-Type"))
	if err != nil && r.HTTP().Header.Get("Content-Type") != "" {
		return models.E(models.CodeInvalid, "form.unreadable").Because(err)
	}
	said := sha256.New()
	said.Write([]byte(r.HTTP().URL.Path + "\n"))
	switch {
	case kind == "application/x-www-form-urlencoded", kind == "multipart/form-data":
		err = r.guardForm(said)
	case kind == "application/json" || strings.HasSuffix(kind, "+json"):
		err = r.guardJSON(said)
	default:
		err = r.guardOther(said)
	}
	if err != nil {
		return err
	}
	r.print = hex.EncodeToString(said.Sum(nil))
	return r.findKey()
}

// opaque are the parameters of an identity provider's answer.
var opaque = map[string]bool{"code": true, "state": true, "session_state": true, "error_description": true}

// guardQuery refuses what is no text, and a CPR number in the address: a search field is a field
// too, and addresses end in the logs of proxies. The parameters of a login at
// an identity provider are opaque and may hold ten digits by chance.
func (r *Request) guardQuery() error {
	for _, p := range r.Gin.Params {
		if err := models.CheckText(p.Key, p.Value); err != nil {
			return &models.Error{Code: models.CodeNotFound} // nothing is called that
		}
	}
	for name, values := range r.HTTP().URL.Query() {
		for _, v := range values {
			if err := models.CheckText("", name+v); err != nil {
				return err
			}
			if opaque[name] {
				continue
			}
			if err := refuseCPR(name, v); err != nil {
				return r.counted(err)
			}
		}
	}
	return nil
}

// findKey takes the key from the header, or from the form.
func (r *Request) findKey() error {
	if r.route.keyless {
		return nil
	}
	key := r.HTTP().Header.Get(KeyHeader)
	if key == "" {
		key = r.HTTP().PostForm.Get(KeyField)
	}
	if err := refuseCPR(KeyField, key); err != nil { // the key is stored too
		return r.counted(err)
	}
	if !keyForm.MatchString(key) {
		return (&models.Error{Code: models.CodeKeyMissing}).On(KeyField)
	}
	r.key = key
	return nil
}

// guardForm parses a form, urlencoded or multipart. gin's PostForm would hide a
// broken or too large body as empty fields.
func (r *Request) guardForm(said io.Writer) error {
	// ParseForm first: ParseMultipartForm forgets its error when the form is not multipart.
	if err := r.HTTP().ParseForm(); err != nil {
		return r.unreadable(err)
	}
	// As much memory as a body may have: an upload is never written to a temporary file. net/http
	// would not find one again, since the session's middleware copies the request, and it may be a signature.
	if err := r.HTTP().ParseMultipartForm(r.Server.bodyLimit); err != nil && !errors.Is(err, http.ErrNotMultipart) {
		return r.unreadable(err)
	}
	if r.HTTP().MultipartForm != nil {
		for field, heads := range r.HTTP().MultipartForm.File {
			for _, h := range heads {
				if err := r.refuse(field, h.Filename); err != nil {
					return err
				}
				f, err := h.Open()
				if err != nil {
					return err
				}
				_, err = io.Copy(said, f)
				_ = f.Close()
				if err != nil {
					return err
				}
			}
		}
	}
	return r.guardValues(said, r.HTTP().PostForm)
}

func (r *Request) guardValues(said io.Writer, form url.Values) error {
	for _, name := range slices.Sorted(maps.Keys(form)) {
		if name == KeyField {
			continue
		}
		if models.LooksLikeCPR(name) { // a name may be kept with its value; it is not said again
			return r.counted((&models.Error{Code: models.CodeCPR}).On("form"))
		}
		if err := models.CheckText("form", name); err != nil {
			return err
		}
		for _, v := range form[name] {
			_, _ = io.WriteString(said, strconv.Quote(name)+"="+strconv.Quote(v)+"\n")
			if secretFields[name] {
				continue
			}
			if err := r.refuse(name, v); err != nil {
				return err
			}
		}
	}
	return nil
}

// refuse refuses what is no text and what looks like a CPR number.
func (r *Request) refuse(field, text string) error {
	if err := models.CheckText(field, text); err != nil {
		return err
	}
	return r.counted(refuseCPR(field, text))
}

// guardJSON reads a JSON body and puts it back for the handler.
func (r *Request) guardJSON(said io.Writer) error {
	raw, err := io.ReadAll(r.HTTP().Body)
	if err != nil {
		return r.unreadable(err)
	}
	_, _ = said.Write(raw)
	r.HTTP().Body = io.NopCloser(bytes.NewReader(raw))
	r.asJSON = true
	if len(raw) == 0 || r.route.keyless && r.route.Public() { // a browser's report about itself is not ours to read
		return nil
	}
	var v any
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber()
	if err := d.Decode(&v); err != nil {
		return models.E(models.CodeInvalid, "form.unreadable").Because(err)
	}
	return r.counted(refuseCPRIn("", v))
}

// guardOther reads a body of another kind (a CSV file sent by a program).
func (r *Request) guardOther(said io.Writer) error {
	raw, err := io.ReadAll(r.HTTP().Body)
	if err != nil {
		return r.unreadable(err)
	}
	_, _ = said.Write(raw)
	r.HTTP().Body = io.NopCloser(bytes.NewReader(raw))
	return nil
}

// Decode reads the JSON body into v; members that v does not know are refused,
// so that a misspelt one is not silently ignored. A body that was not sent as
// JSON was not searched as JSON, and is refused.
func (r *Request) Decode(v any) error {
	if !r.asJSON {
		return models.E(models.CodeInvalid, "form.unreadable")
	}
	d := json.NewDecoder(r.HTTP().Body)
	d.DisallowUnknownFields()
	if err := d.Decode(v); err != nil {
		return models.E(models.CodeInvalid, "form.unreadable").Because(err)
	}
	return nil
}

func (r *Request) unreadable(err error) error {
	var large *http.MaxBytesError
	if errors.As(err, &large) {
		return err
	}
	return models.E(models.CodeInvalid, "form.unreadable").Because(err)
}

// counted counts a refused CPR number; the text itself is neither kept nor logged.
func (r *Request) counted(err error) error {
	if models.CodeOf(err) == models.CodeCPR {
		r.Server.metrics.cpr.Inc()
	}
	return err
}

// refuseCPR tests one text. A UUID is none of a person's typing and may by
// chance hold ten digits in a row.
func refuseCPR(field, text string) error {
	if len(text) == 36 {
		if _, err := uuid.Parse(text); err == nil {
			return nil
		}
	}
	return models.RefuseCPR(field, text)
}

// refuseCPRIn tests every string, number and member name of a JSON value, also
// for being text.
func refuseCPRIn(field string, v any) error {
	switch x := v.(type) {
	case string:
		if err := models.CheckText(field, x); err != nil {
			return err
		}
		return refuseCPR(field, x)
	case json.Number:
		if f, err := x.Float64(); err != nil || math.Abs(f) > maxNumber {
			return models.Invalid(field, "form.not_a_count", x.String())
		}
		return refuseCPR(field, x.String())
	case []any:
		for i, e := range x {
			if err := refuseCPRIn(field+"["+strconv.Itoa(i)+"]", e); err != nil {
				return err
			}
		}
	case map[string]any:
		for _, k := range slices.Sorted(maps.Keys(x)) {
			name := k
			if field != "" {
				name = field + "." + k
			}
			if models.LooksLikeCPR(k) {
				return (&models.Error{Code: models.CodeCPR}).On(field)
			}
			if err := models.CheckText(field, k); err != nil {
				return err
			}
			if secretFields[k] {
				continue
			}
			if err := refuseCPRIn(name, x[k]); err != nil {
				return err
			}
		}
	}
	return nil
}
