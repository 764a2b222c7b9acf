package site

import (
	"errors"
	"net/url"

	"github.com/brevstemme/brevstemme/models"
)

// Form is what a person typed and what was wrong with it, for showing the form
// again. The zero Form is an untouched form.
type Form struct {
	values url.Values
	errs   models.Errors
}

// Touched tells whether the form was sent and came back.
func (f Form) Touched() bool { return f.values != nil }

// Value is what was typed in a field; secrets are never given back.
func (f Form) Value(name string) string { return f.values.Get(name) }

// Has tells whether a field carried value (checkboxes, radios).
func (f Form) Has(name, value string) bool {
	for _, v := range f.values[name] {
		if v == value {
			return true
		}
	}
	return false
}

// Errors are the failures in the order of the error summary.
func (f Form) Errors() []*models.Error { return f.errs }

// Error is the first failure of a field, nil when it is fine.
func (f Form) Error(name string) *models.Error {
	for _, e := range f.errs {
		if e.Field == name {
			return e
		}
	}
	return nil
}

// correctable are the codes that the person can mend in the form itself.
var correctable = map[models.Code]bool{
	models.CodeInvalid: true, models.CodeConflict: true, models.CodeState: true, models.CodeCPR: true,
	models.CodeSealUsed: true, models.CodeBalance: true, models.CodeSamePerson: true, models.CodeTooMany: true,
	models.CodeUnauthorized: true,
}

// formOf makes the form to show again after err; false when err is none that
// the form can show.
func formOf(r *Request, err error) (Form, bool) {
	f := Form{values: url.Values{}}
	for k, v := range r.HTTP().PostForm {
		if !secretFields[k] && k != KeyField {
			f.values[k] = v
		}
	}
	var many models.Errors
	var one *models.Error
	switch {
	case errors.As(err, &many) && len(many) > 0:
		f.errs = many
	case errors.As(err, &one):
		f.errs = models.Errors{one}
	default:
		return f, false
	}
	for _, e := range f.errs {
		if !correctable[e.Code] {
			return f, false
		}
	}
	return f, true
}

// OnField points a refusal at the field of the form that it is about.
func OnField(err error, field string) error {
	var e *models.Error
	if errors.As(err, &e) {
		return e.On(field)
	}
	return err
}

// PileLine is one pile to count by hand.
type PileLine struct {
	Key, Field, Text string
	Book, Found      int
}
