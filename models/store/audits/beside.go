package audits

import (
	"context"
	"errors"

	"github.com/jackc/pgx/v5"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/audit"
)

// names holds the personal data of staff, which stands beside the journal,
// against the commitment of each person's record: another name, telephone or mail
// address, a row that belongs to nobody, or one that is gone although nobody was
// erased. The finding names the person's id alone.
func (v *verifier) names(ctx context.Context) (*audit.Finding, error) {
	rows, err := v.tx.Query(ctx, `SELECT coalesce(p.id, n.person), coalesce(p.seq, 0), coalesce(p.doc->>'commitment', ''), coalesce((p.doc->>'erased')::boolean, false),
			n.name, n.phone, n.email, n.salt
		FROM person p FULL JOIN person_private n ON n.person = p.id ORDER BY 2, 1`)
	if err != nil {
		return nil, err
	}
	var id, commitment string
	var seq int64
	var erased bool
	var name, phone, email *string
	var salt []byte
	var first *audit.Finding
	_, err = pgx.ForEachRow(rows, []any{&id, &seq, &commitment, &erased, &name, &phone, &email, &salt}, func() error {
		detail := ""
		switch {
		case name == nil && commitment != "" && !erased:
			detail = "the name is gone, and the journal erased nobody"
		case name == nil:
		case erased:
			detail = "a name stands there that the journal has erased"
		case len(salt) != 16, models.Private{Name: *name, Phone: *phone, Email: *email, Salt: [16]byte(salt)}.Commit() != commitment:
			detail = "not what the journal has a commitment to"
		}
		if detail != "" && first == nil {
			first = &audit.Finding{Code: audit.CodeRecord, Seq: seq, Where: "person_private " + id, Detail: detail}
		}
		return nil
	})
	return first, err
}

// printed holds what stands on printed forms, and is drawn again by a reprint,
// against the commitment in the log of prints. Content that is gone was erased.
func (v *verifier) printed(ctx context.Context) (*audit.Finding, error) {
	var id string
	var seq int64
	err := v.tx.QueryRow(ctx, `SELECT c.printout, coalesce(p.seq, 0) FROM printout_content c LEFT JOIN printout p ON p.id = c.printout
		WHERE p.id IS NULL OR encode(sha256(c.salt || c.content), 'hex') IS DISTINCT FROM p.doc->>'commitment' ORDER BY 2, 1 LIMIT 1`).Scan(&id, &seq)
	if errors.Is(err, pgx.ErrNoRows) {
		return nil, nil
	}
	return &audit.Finding{Code: audit.CodeRecord, Seq: seq, Where: "printout_content " + id, Detail: "not what the journal has a commitment to"}, err
}
