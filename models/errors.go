package models

import (
	"errors"
	"fmt"
)

// Code is the stable name of a failure that a person or a program may act on.
// The text for people is the catalogue entry "error.<code>"; the mapping to an
// HTTP status stands in one place, app/web/site/problem.go.
//
// If you add a code, add its text in language/messages/errors.json: a test
// walks Codes and fails on one without a text.
type Code string

// The codes. Anything else that goes wrong is CodeInternal: it is logged with
// an id, and the person sees the id and nothing from inside.
const (
	CodeInternal     Code = "internal"            // unknown failure; nothing of it is shown
	CodeInvalid      Code = "invalid"             // input that cannot be understood or breaks a rule
	CodeNotFound     Code = "not_found"           // no such thing, or not for you
	CodeUnauthorized Code = "unauthorized"        // not logged in
	CodeForbidden    Code = "forbidden"           // logged in, but the role or the place does not allow it
	CodePassword     Code = "password_needed"     // logged in by PIN, which opens the desk alone
	CodeConflict     Code = "conflict"            // someone else changed it first
	CodeState        Code = "wrong_state"         // the state table does not allow this act now
	CodeReplayOther  Code = "idempotency_reuse"   // same idempotency key, other body
	CodeKeyMissing   Code = "idempotency_missing" // POST without an idempotency key
	CodeCPR          Code = "cpr_refused"         // text that looks like a CPR number (law 1)
	CodeSealUsed     Code = "seal_used"           // the seal number was used before (unique for ever)
	CodeBalance      Code = "balance"             // an equation does not add up, or a holder would go below zero
	CodeTooLarge     Code = "too_large"           // body over the limit
	CodeTooMany      Code = "too_many"            // rate limit
	CodeUnavailable  Code = "unavailable"         // shutting down, or the database is away
	CodeSamePerson   Code = "same_person"         // two different people are needed
	CodeCrossOrigin  Code = "cross_origin"        // a form sent from another site
)

// Codes lists every code, for tests and for the OpenAPI description.
var Codes = []Code{
	CodeInternal, CodeInvalid, CodeNotFound, CodeUnauthorized, CodeForbidden, CodePassword, CodeConflict, CodeState,
	CodeReplayOther, CodeKeyMissing, CodeCPR, CodeSealUsed, CodeBalance, CodeTooLarge, CodeTooMany,
	CodeUnavailable, CodeSamePerson, CodeCrossOrigin,
}

// Error is a failure with a code. Key names a catalogue text that says what,
// where and what to do; empty means the general text of the code. Args fill it.
// Field is the form field or JSON member at fault, empty when it is none.
// Cause is for the log only and is never shown.
type Error struct {
	Code  Code
	Field string
	Key   string
	Args  []any
	Cause error
}

// E makes an Error whose text is the catalogue entry key with args.
func E(code Code, key string, args ...any) *Error { return &Error{Code: code, Key: key, Args: args} }

// Invalid makes a CodeInvalid error for one field.
func Invalid(field, key string, args ...any) *Error {
	return &Error{Code: CodeInvalid, Field: field, Key: key, Args: args}
}

// On returns a copy that points at a field.
func (e *Error) On(field string) *Error { c := *e; c.Field = field; return &c }

// Because returns a copy that carries a cause for the log.
func (e *Error) Because(cause error) *Error { c := *e; c.Cause = cause; return &c }

// TextKey is the catalogue key of the text for people.
func (e *Error) TextKey() string {
	if e.Key != "" {
		return e.Key
	}
	return "error." + string(e.Code)
}

// Error is for logs and tests; people see the catalogue text.
func (e *Error) Error() string {
	s := string(e.Code)
	if e.Key != "" {
		s += " " + e.Key
	}
	if e.Field != "" {
		s += " [" + e.Field + "]"
	}
	if len(e.Args) > 0 {
		s += fmt.Sprintf(" %v", e.Args)
	}
	if e.Cause != nil {
		s += ": " + e.Cause.Error()
	}
	return s
}

// Unwrap gives the cause.
func (e *Error) Unwrap() error { return e.Cause }

// Is matches another *Error by its code, and by its key when that is given:
// errors.Is(err, &Error{Code: CodeState}).
func (e *Error) Is(target error) bool {
	t, ok := target.(*Error)
	return ok && t.Code == e.Code && (t.Key == "" || t.Key == e.Key)
}

// CodeOf returns the code of err, CodeInternal for any error that is not ours
// and "" for nil.
func CodeOf(err error) Code {
	if err == nil {
		return ""
	}
	var e *Error
	if errors.As(err, &e) {
		return e.Code
	}
	var many Errors
	if errors.As(err, &many) && len(many) > 0 {
		return many[0].Code
	}
	return CodeInternal
}

// Errors is several failures of one form, shown together in its error summary.
type Errors []*Error

// Error joins the texts for the log.
func (es Errors) Error() string {
	s := ""
	for i, e := range es {
		if i > 0 {
			s += "; "
		}
		s += e.Error()
	}
	return s
}

// OrNil returns nil when there is no failure.
func (es Errors) OrNil() error {
	if len(es) == 0 {
		return nil
	}
	return es
}
