package desks

import (
	"context"
	"time"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/custody"
	"github.com/brevstemme/brevstemme/models/desk"
	"github.com/brevstemme/brevstemme/models/store/book"
)

// NewListVersion enters a version of a candidate list or notice.
func (s *Desks) NewListVersion(ctx context.Context, act models.Act, election string, kind desk.NoticeKind, name, source string) (desk.ListVersion, error) {
	e, err := s.decided(ctx, act, book.Needs("election", election), func(w *book.Working) (custody.Outcome, error) {
		el, err := book.Get[models.Election](w, election)
		if err != nil {
			return custody.Outcome{}, err
		}
		return desk.NewVersion(w.Act, el, kind, book.NFC(name), book.NFC(source), w.At())
	})
	if err != nil {
		return desk.ListVersion{}, err
	}
	return book.Changed[desk.ListVersion](e)
}

// HangUp writes that a version hangs at a place from at on (zero: now); the
// version that hung there before is taken down by the same act.
func (s *Desks) HangUp(ctx context.Context, act models.Act, version, place string, at time.Time) (desk.Notice, error) {
	e, err := s.decided(ctx, act, book.Needs("list_version", version), func(w *book.Working) (custody.Outcome, error) {
		v, err := book.Get[desk.ListVersion](w, version)
		if err != nil {
			return custody.Outcome{}, err
		}
		up, err := book.ListIn[desk.Notice](w, "place = $1 AND down_at IS NULL", place)
		if err != nil {
			return custody.Outcome{}, err
		}
		kinds := map[string]desk.NoticeKind{}
		for _, n := range up {
			other, err := book.Get[desk.ListVersion](w, n.Version)
			if err != nil {
				return custody.Outcome{}, err
			}
			kinds[n.Version] = other.Kind
		}
		return desk.HangUp(w.Act, v, place, up, kinds, at, w.At())
	})
	if err != nil {
		return desk.Notice{}, err
	}
	for _, c := range e.Changes {
		if n, err := book.Decode[desk.Notice](string(c.Doc)); err == nil && c.Kind == "notice" && n.Version == version && n.DownAt.IsZero() {
			return n, nil
		}
	}
	return book.Changed[desk.Notice](e)
}

// TakeDown writes that a notice was taken down at an instant (zero: now).
func (s *Desks) TakeDown(ctx context.Context, act models.Act, notice string, at time.Time) error {
	_, err := s.decided(ctx, act, book.Needs("notice", notice), func(w *book.Working) (custody.Outcome, error) {
		n, err := book.Get[desk.Notice](w, notice)
		if err != nil {
			return custody.Outcome{}, err
		}
		return desk.TakeDown(w.Act, n, at, w.At())
	})
	return err
}

// RecallVersion marks a version as wrong and opens a deviation.
func (s *Desks) RecallVersion(ctx context.Context, act models.Act, version, why string) error {
	_, err := s.decided(ctx, act, book.Needs("list_version", version), func(w *book.Working) (custody.Outcome, error) {
		v, err := book.Get[desk.ListVersion](w, version)
		if err != nil {
			return custody.Outcome{}, err
		}
		return desk.RecallVersion(w.Act, v, book.NFC(why), w.At())
	})
	return err
}

// ListVersions lists the versions of an election ("" for all), newest first.
func (s *Desks) ListVersions(ctx context.Context, election string) ([]desk.ListVersion, error) {
	return book.List[desk.ListVersion](ctx, s.book, "(? = '' OR election = ?) ORDER BY seq DESC", election, election)
}

// ListVersion loads one.
func (s *Desks) ListVersion(ctx context.Context, id string) (desk.ListVersion, error) {
	return book.Load[desk.ListVersion](ctx, s.book, id)
}

// NoticesUp lists what hangs at a place now.
func (s *Desks) NoticesUp(ctx context.Context, place string) ([]desk.Notice, error) {
	return book.List[desk.Notice](ctx, s.book, "place = ? AND down_at IS NULL ORDER BY up_at", place)
}

// Showings answers which places showed a version between two instants and how
// many votes were received there then, in one query. A zero until is now. A
// vote counts where it was received while the version hung there.
func (s *Desks) Showings(ctx context.Context, version string, from, until time.Time) ([]desk.Showing, error) {
	if until.IsZero() {
		until = s.book.Now()
	}
	var out []desk.Showing
	err := s.book.DB(ctx).Raw(`SELECT n.place, greatest(n.up_at, @from) AS "from", least(coalesce(n.down_at, @until), @until) AS until,
		n.down_at IS NULL AS still_up, coalesce(v.votes, 0)::int AS votes
		FROM notice n
		LEFT JOIN LATERAL (SELECT sum(e.n) AS votes FROM desk_event e WHERE e.place = n.place AND e.election = n.election
			AND e.act = 'receive' AND NOT e.undone AND e.at >= greatest(n.up_at, @from) AND e.at < least(coalesce(n.down_at, @until), @until)) v ON true
		WHERE n.version = @version AND n.up_at < @until AND coalesce(n.down_at, @until) > @from
		ORDER BY n.place, n.up_at`, map[string]any{"version": version, "from": from, "until": until}).Scan(&out).Error
	return out, err
}

// IssuePad reserves n form numbers and issues the pad to a place.
func (s *Desks) IssuePad(ctx context.Context, act models.Act, place string, n int) (desk.Pad, error) {
	e, err := s.decided(ctx, act, book.Needs("place", place), func(w *book.Working) (custody.Outcome, error) {
		if _, err := book.Get[models.Place](w, place); err != nil {
			return custody.Outcome{}, err
		}
		return desk.IssuePad(w.Act, place, n, w.At())
	})
	if err != nil {
		return desk.Pad{}, err
	}
	return book.Changed[desk.Pad](e)
}

// TypePad writes one person's typing of an emergency form; agreed tells that it
// was the second alike and that the envelopes are in the book.
func (s *Desks) TypePad(ctx context.Context, act models.Act, session, form string, rows []desk.PadRow) (f desk.PadForm, agreed bool, err error) {
	n := deskNeed(session, "", true)
	n = n.And("pad_form", form)
	e, err := s.decided(ctx, act, n, func(w *book.Working) (custody.Outcome, error) {
		sh, err := shiftIn(w, session, true, false)
		if err != nil {
			return custody.Outcome{}, err
		}
		f, err := book.Get[desk.PadForm](w, form)
		if models.CodeOf(err) == models.CodeNotFound {
			return custody.Outcome{}, models.E(models.CodeNotFound, "desk.pad_unknown", form).On("form")
		}
		if err != nil {
			return custody.Outcome{}, err
		}
		d, _, err := desk.TypePad(sh, f, w.Act, rows, w.At())
		return d, err
	})
	if err != nil {
		return f, false, err
	}
	f, err = book.Changed[desk.PadForm](e)
	return f, e.Kind == "pad.agreed", err
}

// EndPadForm ends a form without envelopes: spoiled, or returned blank.
func (s *Desks) EndPadForm(ctx context.Context, act models.Act, form string, how desk.PadAct) error {
	_, err := s.decided(ctx, act, book.Needs("pad_form", form), func(w *book.Working) (custody.Outcome, error) {
		f, err := book.Get[desk.PadForm](w, form)
		if err != nil {
			return custody.Outcome{}, err
		}
		return desk.EndPadForm(f, w.Act, how, w.At())
	})
	return err
}

// PadForms lists the forms of a place that have not ended ("" for everywhere), or
// with all every form, by number.
func (s *Desks) PadForms(ctx context.Context, place string, all bool) ([]desk.PadForm, error) {
	return book.List[desk.PadForm](ctx, s.book, "(? = '' OR place = ?) AND (? OR state IN ('issued', 'typed')) ORDER BY place, id", place, place, all)
}

// Pads lists the pads, newest first.
func (s *Desks) Pads(ctx context.Context) ([]desk.Pad, error) {
	return book.List[desk.Pad](ctx, s.book, "true ORDER BY seq DESC")
}

// PadForm loads one form.
func (s *Desks) PadForm(ctx context.Context, id string) (desk.PadForm, error) {
	return book.Load[desk.PadForm](ctx, s.book, id)
}
