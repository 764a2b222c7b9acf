package audits

import (
	"context"
	"fmt"
	"strings"

	"golang.org/x/mod/sumdb/note"

	"github.com/brevstemme/brevstemme/models/audit"
	"github.com/brevstemme/brevstemme/models/journal"
)

type checkpointRow struct {
	seq  int64
	note string
}

func (v *verifier) loadCheckpoints(ctx context.Context) error {
	rows, err := v.tx.Query(ctx, `SELECT seq, note FROM checkpoint ORDER BY seq`)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var c checkpointRow
		if err := rows.Scan(&c.seq, &c.note); err != nil {
			return err
		}
		v.checkpoints = append(v.checkpoints, c)
		v.marks[c.seq] = [32]byte{}
	}
	return rows.Err()
}

// checkCheckpoints holds each signed note against the entry it is about.
func (v *verifier) checkCheckpoints(context.Context) (*audit.Finding, error) {
	verifiers, err := noteVerifiers(v.keys)
	if err != nil {
		return nil, err
	}
	for _, c := range v.checkpoints {
		if f := checkNote(c.note, c.seq, v.marks[c.seq], verifiers); f != nil {
			return f, nil
		}
	}
	return nil, nil
}

func noteVerifiers(keys []string) (note.Verifiers, error) {
	if len(keys) == 0 {
		return nil, nil
	}
	var list []note.Verifier
	for _, k := range keys {
		v, err := note.NewVerifier(strings.TrimSpace(k))
		if err != nil {
			return nil, fmt.Errorf("verify: key: %w", err)
		}
		list = append(list, v)
	}
	return note.VerifierList(list...), nil
}

func checkNote(signed string, seq int64, hash [32]byte, verifiers note.Verifiers) *audit.Finding {
	text := signed
	if verifiers != nil {
		n, err := note.Open([]byte(signed), verifiers)
		if err != nil {
			return &audit.Finding{Code: audit.CodeSignature, Seq: seq, Where: "checkpoint", Detail: err.Error()}
		}
		text = n.Text
	}
	_, size, root, err := journal.ParseCheckpoint(text)
	if err != nil || size != seq || string(root) != string(hash[:]) {
		return &audit.Finding{Code: audit.CodeCheckpoint, Seq: seq, Where: "checkpoint", Detail: "the signed head is not the journal's"}
	}
	return nil
}
