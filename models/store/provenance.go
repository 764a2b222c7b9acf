package store

import (
	"context"
	"time"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/custody"
)

// NewListVersion enters a version of a candidate list or notice.
func (s *Store) NewListVersion(ctx context.Context, act models.Act, election string, kind custody.NoticeKind, name, source string) (custody.ListVersion, error) {
	e, err := s.decided(ctx, act, needs("election", election), func(w *working) (custody.Outcome, error) {
		el, err := get[models.Election](w, election)
		if err != nil {
			return custody.Outcome{}, err
		}
		return custody.NewVersion(w.act, el, kind, nfc(name), nfc(source), w.at())
	})
	if err != nil {
		return custody.ListVersion{}, err
	}
	return changed[custody.ListVersion](e)
}

// HangUp writes that a version hangs at a place from at on (zero: now); the
// version that hung there before is taken down by the same act.
func (s *Store) HangUp(ctx context.Context, act models.Act, version, place string, at time.Time) (custody.Notice, error) {
	e, err := s.decided(ctx, act, needs("list_version", version), func(w *working) (custody.Outcome, error) {
		v, err := get[custody.ListVersion](w, version)
		if err != nil {
			return custody.Outcome{}, err
		}
		up, err := listIn[custody.Notice](w, "place = $1 AND down_at IS NULL", place)
		if err != nil {
			return custody.Outcome{}, err
		}
		kinds := map[string]custody.NoticeKind{}
		for _, n := range up {
			other, err := get[custody.ListVersion](w, n.Version)
			if err != nil {
				return custody.Outcome{}, err
			}
			kinds[n.Version] = other.Kind
		}
		return custody.HangUp(w.act, v, place, up, kinds, at, w.at())
	})
	if err != nil {
		return custody.Notice{}, err
	}
	for _, c := range e.Changes {
		if n, err := decode[custody.Notice](string(c.Doc)); err == nil && c.Kind == "notice" && n.Version == version && n.DownAt.IsZero() {
			return n, nil
		}
	}
	return changed[custody.Notice](e)
}

// TakeDown writes that a notice was taken down at an instant (zero: now).
func (s *Store) TakeDown(ctx context.Context, act models.Act, notice string, at time.Time) error {
	_, err := s.decided(ctx, act, needs("notice", notice), func(w *working) (custody.Outcome, error) {
		n, err := get[custody.Notice](w, notice)
		if err != nil {
			return custody.Outcome{}, err
		}
		return custody.TakeDown(w.act, n, at, w.at())
	})
	return err
}

// RecallVersion marks a version as wrong and opens a deviation.
func (s *Store) RecallVersion(ctx context.Context, act models.Act, version, why string) error {
	_, err := s.decided(ctx, act, needs("list_version", version), func(w *working) (custody.Outcome, error) {
		v, err := get[custody.ListVersion](w, version)
		if err != nil {
			return custody.Outcome{}, err
		}
		return custody.RecallVersion(w.act, v, nfc(why), w.at())
	})
	return err
}

// ListVersions lists the versions of an election ("" for all), newest first.
func (s *Store) ListVersions(ctx context.Context, election string) ([]custody.ListVersion, error) {
	return list[custody.ListVersion](ctx, s, "(? = '' OR election = ?) ORDER BY seq DESC", election, election)
}

// ListVersion loads one.
func (s *Store) ListVersion(ctx context.Context, id string) (custody.ListVersion, error) {
	return load[custody.ListVersion](ctx, s, id)
}

// NoticesUp lists what hangs at a place now.
func (s *Store) NoticesUp(ctx context.Context, place string) ([]custody.Notice, error) {
	return list[custody.Notice](ctx, s, "place = ? AND down_at IS NULL ORDER BY up_at", place)
}

// Showings answers which places showed a version between two instants and how
// many votes were received there then, in one query. A zero until is now. A
// vote counts where it was received while the version hung there.
func (s *Store) Showings(ctx context.Context, version string, from, until time.Time) ([]custody.Showing, error) {
	if until.IsZero() {
		until = s.now()
	}
	var out []custody.Showing
	err := s.gorm(ctx).Raw(`SELECT n.place, greatest(n.up_at, @from) AS "from", least(coalesce(n.down_at, @until), @until) AS until,
		n.down_at IS NULL AS still_up, coalesce(v.votes, 0)::int AS votes
		FROM notice n
		LEFT JOIN LATERAL (SELECT sum(e.n) AS votes FROM desk_event e WHERE e.place = n.place AND e.election = n.election
			AND e.act = 'receive' AND NOT e.undone AND e.at >= greatest(n.up_at, @from) AND e.at < least(coalesce(n.down_at, @until), @until)) v ON true
		WHERE n.version = @version AND n.up_at < @until AND coalesce(n.down_at, @until) > @from
		ORDER BY n.place, n.up_at`, map[string]any{"version": version, "from": from, "until": until}).Scan(&out).Error
	return out, err
}

// IssuePad reserves n form numbers and issues the pad to a place.
func (s *Store) IssuePad(ctx context.Context, act models.Act, place string, n int) (custody.Pad, error) {
	e, err := s.decided(ctx, act, needs("place", place), func(w *working) (custody.Outcome, error) {
		if _, err := get[models.Place](w, place); err != nil {
			return custody.Outcome{}, err
		}
		return custody.IssuePad(w.act, place, n, w.at())
	})
	if err != nil {
		return custody.Pad{}, err
	}
	return changed[custody.Pad](e)
}

// TypePad writes one person's typing of an emergency form; agreed tells that it
// was the second alike and that the envelopes are in the book.
func (s *Store) TypePad(ctx context.Context, act models.Act, session, form string, rows []custody.PadRow) (f custody.PadForm, agreed bool, err error) {
	n := deskNeed(session, "", true)
	n = n.and("pad_form", form)
	e, err := s.decided(ctx, act, n, func(w *working) (custody.Outcome, error) {
		sh, err := shiftIn(w, session, true, false)
		if err != nil {
			return custody.Outcome{}, err
		}
		f, err := get[custody.PadForm](w, form)
		if models.CodeOf(err) == models.CodeNotFound {
			return custody.Outcome{}, models.E(models.CodeNotFound, "desk.pad_unknown", form).On("form")
		}
		if err != nil {
			return custody.Outcome{}, err
		}
		d, _, err := custody.TypePad(sh, f, w.act, rows, w.at())
		return d, err
	})
	if err != nil {
		return f, false, err
	}
	f, err = changed[custody.PadForm](e)
	return f, e.Kind == "pad.agreed", err
}

// EndPadForm ends a form without envelopes: spoiled, or returned blank.
func (s *Store) EndPadForm(ctx context.Context, act models.Act, form string, how custody.PadAct) error {
	_, err := s.decided(ctx, act, needs("pad_form", form), func(w *working) (custody.Outcome, error) {
		f, err := get[custody.PadForm](w, form)
		if err != nil {
			return custody.Outcome{}, err
		}
		return custody.EndPadForm(f, w.act, how, w.at())
	})
	return err
}

// PadForms lists the forms of a place that have not ended ("" for everywhere), or
// with all every form, by number.
func (s *Store) PadForms(ctx context.Context, place string, all bool) ([]custody.PadForm, error) {
	return list[custody.PadForm](ctx, s, "(? = '' OR place = ?) AND (? OR state IN ('issued', 'typed')) ORDER BY place, id", place, place, all)
}

// Pads lists the pads, newest first.
func (s *Store) Pads(ctx context.Context) ([]custody.Pad, error) {
	return list[custody.Pad](ctx, s, "true ORDER BY seq DESC")
}

// PadForm loads one form.
func (s *Store) PadForm(ctx context.Context, id string) (custody.PadForm, error) {
	return load[custody.PadForm](ctx, s, id)
}
