package book

import (
	"context"
	"strings"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/journal"
)

// Entries lists the journal from the newest down: those below before (0: from
// the head), of one kind or one family of kinds ("handover.") when kind is
// given, at most limit. head is the newest entry, zero when there is none.
func (s *Reader) Entries(ctx context.Context, before int64, kind string, limit int) (entries []journal.Entry, head journal.Entry, err error) {
	where, args := "true", []any{}
	if before > 0 {
		where, args = where+" AND seq < ?", append(args, before)
	}
	if kind != "" {
		where, args = where+" AND starts_with(kind, ?)", append(args, kind)
		if !strings.HasPrefix("envelope.received", kind) {
			where += " AND kind <> 'envelope.received'" // the rarer kinds have an index of their own
		}
	}
	entries, err = s.entries(ctx, where+" ORDER BY seq DESC LIMIT ?", append(args, limit)...)
	if err != nil {
		return nil, head, err
	}
	newest, err := s.entries(ctx, "seq = (SELECT seq FROM journal_head)")
	if len(newest) > 0 {
		head = newest[0]
	}
	return entries, head, err
}

// Entry reads one entry; CodeNotFound when there is none.
func (s *Reader) Entry(ctx context.Context, seq int64) (journal.Entry, error) {
	es, err := s.entries(ctx, "seq = ?", seq)
	if err != nil {
		return journal.Entry{}, err
	}
	if len(es) == 0 {
		return journal.Entry{}, models.E(models.CodeNotFound, "")
	}
	return es[0], nil
}

// entries reads and decodes; the bytes are what counts, not the columns.
func (s *Reader) entries(ctx context.Context, where string, args ...any) ([]journal.Entry, error) {
	type row struct{ Body []byte }
	var rows []row
	if err := s.db.WithContext(ctx).Raw("SELECT body FROM journal_entry WHERE "+where, args...).Scan(&rows).Error; err != nil {
		return nil, err
	}
	out := make([]journal.Entry, len(rows))
	for i, r := range rows {
		e, err := journal.Decode(r.Body)
		if err != nil {
			return nil, err
		}
		out[i] = e
	}
	return out, nil
}

// EntriesWhere reads entries; where is the rest of the statement after WHERE, with
// gorm's placeholders.
func (s *Book) EntriesWhere(ctx context.Context, where string, args ...any) ([]journal.Entry, error) {
	return s.entries(ctx, where, args...)
}

// Done is the entry that an act wrote when it was sent before, and whether there is
// one: for an act that is dear to decide, to be asked before the work is done.
// CodeReplayOther when the act's key stands for something else. It promises nothing
// about an act under way: Append decides.
func (s *Book) Done(ctx context.Context, act models.Act) (e journal.Entry, done bool, err error) {
	es, err := s.entries(ctx, "client_id = ?", act.Key)
	if err != nil || len(es) == 0 {
		return e, false, err
	}
	return es[0], true, sameAct(es[0], act)
}
