package models

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"

	"github.com/brevstemme/brevstemme/models/language"
)

// Addressee is a person as a letter needs them.
type Addressee struct {
	Person, Name, Email string
	Lang                language.Lang // in which they are written to (language.Spoken)
}

// Mail is one mail to one person.
type Mail struct {
	Key      string // the same key is the same mail: it is sent once
	Person   string // whom it is to, for erasing; "" for nobody known here
	To       string
	Subject  string
	Text     string
	Calendar []byte // an iCalendar file, nil for none
}

// MailKey makes a key of what a mail is about.
func MailKey(parts ...string) string {
	sum := sha256.Sum256([]byte(strings.Join(parts, "\x00")))
	return hex.EncodeToString(sum[:16])
}
