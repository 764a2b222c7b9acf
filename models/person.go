package models

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
)

// Employer is who pays a person: two employers meet at a library.
type Employer string

// The employers; tilforordnede are appointed electors (KRVL § 17), external are
// couriers and receivers of other municipalities.
const (
	EmployerLibrary        Employer = "library"
	EmployerCitizenService Employer = "citizen_service"
	EmployerInstitution    Employer = "institution"
	EmployerElector        Employer = "tilforordnet"
	EmployerExternal       Employer = "external"
)

// Employers lists the employers.
var Employers = []Employer{EmployerLibrary, EmployerCitizenService, EmployerInstitution, EmployerElector, EmployerExternal}

// Person is a member of staff or a courier, never a voter. The record goes into
// the journal and so carries no name: name, telephone and mail stand in the
// private table and are bound to the record by Commitment.
type Person struct {
	ID         string   `json:"id"`
	Employer   Employer `json:"employer"`
	Roles      []Role   `json:"roles"`
	Places     []string `json:"places"` // places the person may act at; empty means all for coordinator, reception, auditor, administrator
	Commitment string   `json:"commitment"`
	Candidate  []string `json:"candidate"` // elections at which the person stands
	Languages  []string `json:"languages"`
	Receiver   bool     `json:"receiver"` // may be a brevstemmemodtager
	Lead       bool     `json:"lead"`
	Left       bool     `json:"left"`
	Home       string   `json:"home"`          // id of the place nearest to the home: coarse, since the journal keeps it for ever
	TargetMin  int      `json:"target_min"`    // minutes wished in an election; 0 means no wish
	MaxWeekMin int      `json:"max_week_min"`  // 0 means the usual 37 hours
	MaxMin     int      `json:"max_min"`       // most minutes in an election; 0 means no bound but the weeks'
	MaxTravel  int      `json:"max_travel_km"` // one way; 0 means anywhere
	Erased     bool     `json:"erased"`
}

// RecordKind implements Record.
func (Person) RecordKind() string { return "person" }

// RecordID implements Record.
func (p Person) RecordID() string { return p.ID }

// Private is the personal data of a person, kept outside the journal and
// erased after the retention date.
type Private struct {
	Name  string
	Phone string
	Email string
	Salt  [16]byte
}

// Commit is the salted commitment that binds p to a person record:
// hex(SHA-256("brevstemme/person/v1\n", salt, length-prefixed fields)).
func (p Private) Commit() string {
	return p.commit("brevstemme/person/v1\n", p.Name, p.Phone, p.Email)
}

// CommitIdentity is the salted commitment that binds the person to an identity
// at an identity provider (its SHA-256), in the same form under the domain
// "brevstemme/person-identity/v1\n".
func (p Private) CommitIdentity(identity [32]byte) string {
	return p.commit("brevstemme/person-identity/v1\n", string(identity[:]))
}

func (p Private) commit(domain string, fields ...string) string {
	h := sha256.New()
	h.Write([]byte(domain))
	h.Write(p.Salt[:])
	for _, s := range fields {
		var n [4]byte
		binary.BigEndian.PutUint32(n[:], uint32(len(s)))
		h.Write(n[:])
		h.Write([]byte(s))
	}
	return hex.EncodeToString(h.Sum(nil))
}
