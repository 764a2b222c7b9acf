package book

import (
	"crypto/ed25519"
	"encoding/base64"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/note"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/journal"
)

// Checkpoints are signed notes; journal.Checkpoint is their text. They are made
// at every handover and once a minute while there is news.

// checkpointEvery is how long news may wait for a checkpoint.
const checkpointEvery = time.Minute

// checkpoint signs the head that a batch leads to, when one is due: a
// handover is in the batch, or the last checkpoint is a minute old. It is
// written in the batch's own transaction.
func (s *Book) checkpoint(b *batch) ([]statement, error) {
	if s.signer == nil || b.seq == b.start || (!b.handover && s.Now().Sub(s.signedAt) < checkpointEvery) {
		return nil, nil
	}
	signed, err := s.Sign(journal.Checkpoint(s.signer.Name(), b.seq, b.head))
	if err != nil {
		return nil, err
	}
	s.signedAt = s.Now()
	return []statement{{sql: `INSERT INTO checkpoint (seq, note, made) VALUES ($1, $2, $3)`, args: [][]byte{bigint(b.seq), signed, bigint(Micros(s.signedAt))}}}, nil
}

// Sign makes a signed note; CodeUnavailable without a signing key.
func (s *Book) Sign(text string) ([]byte, error) {
	if s.signer == nil {
		return nil, models.E(models.CodeUnavailable, "store.signing_key")
	}
	return note.Sign(&note.Note{Text: text}, s.signer)
}

// VerifierKey is this installation's public key, for those who are to believe its
// manifests and bundles; "" without a signing key.
func (s *Reader) VerifierKey() string { return s.verifier }

// verifierOf is the public half of a note signer key:
// "PRIVATE+KEY+<name>+<hash>+<base64 of algorithm and seed>".
func verifierOf(signing string) (string, error) {
	parts := strings.SplitN(signing, "+", 5)
	if len(parts) != 5 {
		return "", models.E(models.CodeInvalid, "")
	}
	b, err := base64.StdEncoding.DecodeString(parts[4])
	if err != nil || len(b) != 1+ed25519.SeedSize {
		return "", models.E(models.CodeInvalid, "")
	}
	return note.NewEd25519VerifierKey(parts[2], ed25519.NewKeyFromSeed(b[1:]).Public().(ed25519.PublicKey))
}
