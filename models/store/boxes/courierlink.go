package boxes

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base32"
	"encoding/hex"
	"fmt"
	"math/big"
	"time"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/custody"
	"github.com/brevstemme/brevstemme/models/store/persons"
)

// A courier signs for one leg without an account: a one-time link (shown once to
// the giver) and a PIN, bound to the first device that opens it, expiring. A
// link that was used, blocked, expired or stolen has no effect; each try is
// logged.

// CourierLink is what the giver hands to the courier, once: only hashes are kept.
type CourierLink struct {
	Token   string
	PIN     string
	Courier string // person id of the one who may sign with it
	Expires time.Time
}

// linkLife is how long a link lives; linkTries how many wrong PINs block it.
const (
	linkLife  = 12 * time.Hour
	linkTries = 5
)

// MakeCourierLink makes a link for the named courier of an offered handover;
// earlier ones of it die.
func (s *Boxes) MakeCourierLink(ctx context.Context, act models.Act, handover string) (CourierLink, error) {
	return s.MakeLinkFor(ctx, act, handover, "")
}

// MakeLinkFor is MakeCourierLink for the courier ("") or the stand-in.
func (s *Boxes) MakeLinkFor(ctx context.Context, act models.Act, handover, courier string) (CourierLink, error) {
	h, err := s.Handover(ctx, handover)
	if err != nil {
		return CourierLink{}, err
	}
	if !act.MayActAt(h.From) {
		return CourierLink{}, models.E(models.CodeForbidden, "custody.wrong_place")
	}
	if courier == "" {
		courier = h.Courier
	}
	if courier != h.Courier && courier != h.StandIn {
		return CourierLink{}, models.Invalid("who", "custody.not_the_courier")
	}
	if h.State != custody.HandoverOffered {
		return CourierLink{}, models.Refused(custody.HandoverCollect, h.State)
	}
	raw := make([]byte, 20)
	if _, err := rand.Read(raw); err != nil {
		return CourierLink{}, err
	}
	n, err := rand.Int(rand.Reader, big.NewInt(1_000_000))
	if err != nil {
		return CourierLink{}, err
	}
	l := CourierLink{Token: base32.StdEncoding.EncodeToString(raw), PIN: fmt.Sprintf("%06d", n), Courier: courier, Expires: s.book.Now().Add(linkLife)}
	pin := persons.HashPassword(l.PIN)
	token := sha256.Sum256([]byte(l.Token))
	tx := s.book.DB(ctx).Exec(`WITH dead AS (UPDATE courier_link SET blocked = ? WHERE handover = ? AND used IS NULL AND blocked IS NULL)
		INSERT INTO courier_link (handover, token, courier, pin, made_by, expires) VALUES (?, ?, ?, ?, ?, ?)`, s.book.Now(), handover, handover, token[:], courier, pin, act.Person, l.Expires)
	return l, tx.Error
}

// LiveCourierLink is a link that the giver of a handover still holds in hand:
// made for it, not used, not blocked, not expired. It has no PIN: nobody knows it
// but those who were told.
func (s *Boxes) LiveCourierLink(ctx context.Context, act models.Act, handover, token string) (CourierLink, error) {
	sum := sha256.Sum256([]byte(token))
	l, err := s.link(ctx, sum[:])
	if err != nil {
		return CourierLink{}, err
	}
	h, err := s.Handover(ctx, l.Handover)
	if err != nil {
		return CourierLink{}, err
	}
	if l.Handover != handover || !act.MayActAt(h.From) {
		return CourierLink{}, s.dead(ctx, sum[:], "other handover")
	}
	return CourierLink{Token: token, Courier: l.Courier, Expires: l.Expires}, nil
}

// LinkState is what became of the newest link of a handover. Of its token and its
// PIN nothing is known: only their hashes are kept.
type LinkState struct {
	Courier string    // person id of the one who may sign with it
	MadeBy  string    // person id
	Made    time.Time // and Expires: linkLife apart
	Expires time.Time
	State   string // one of the Link… constants
	Opened  bool   // a device is bound to it
	Tries   int    // wrong PINs
	Used    time.Time
}

// The states of a courier's link. Only a live one can be used.
const (
	LinkLive    = "live"
	LinkUsed    = "used"
	LinkBlocked = "blocked" // by wrong PINs, or by a newer link
	LinkExpired = "expired"
)

// CourierLinkState tells those who see a handover of its newest link; not found:
// none was made.
func (s *Boxes) CourierLinkState(ctx context.Context, handover string) (LinkState, error) {
	var rows []linkRow
	if err := s.book.DB(ctx).Raw(`SELECT courier, made_by, device, failed, expires, used, blocked FROM courier_link WHERE handover = ? ORDER BY expires DESC, blocked IS NOT NULL LIMIT 1`, handover).Scan(&rows).Error; err != nil {
		return LinkState{}, err
	}
	if len(rows) == 0 {
		return LinkState{}, models.E(models.CodeNotFound, "")
	}
	l := rows[0]
	out := LinkState{Courier: l.Courier, MadeBy: l.MadeBy, Made: l.Expires.Add(-linkLife), Expires: l.Expires, State: LinkLive, Opened: l.Device != nil, Tries: l.Failed}
	switch {
	case l.Used != nil:
		out.State, out.Used, out.Tries = LinkUsed, *l.Used, max(0, l.Failed-1) // the right PIN was a try too
	case l.Blocked != nil:
		out.State = LinkBlocked
	case !s.book.Now().Before(l.Expires):
		out.State = LinkExpired
	}
	return out, nil
}

type linkRow struct {
	Handover, Courier, Pin string
	MadeBy                 string
	Device                 []byte
	Failed                 int
	Expires                time.Time
	Used, Blocked          *time.Time
}

// dead logs why a link has no effect and gives the one answer that is told.
func (s *Boxes) dead(ctx context.Context, token []byte, why string) error {
	s.log.WarnContext(ctx, "courier link refused", "link", hex.EncodeToString(token[:4]), "why", why)
	return models.E(models.CodeForbidden, "custody.link_dead")
}

// OpenCourierLink reads a link on a device and binds it to the first one. A
// courier sees which containers, no counts and no seals.
func (s *Boxes) OpenCourierLink(ctx context.Context, token, device string) (custody.Handover, error) {
	sum, dev := sha256.Sum256([]byte(token)), sha256.Sum256([]byte(device))
	l, err := s.link(ctx, sum[:])
	if err != nil {
		return custody.Handover{}, err
	}
	if l.Device == nil {
		tx := s.book.DB(ctx).Exec(`UPDATE courier_link SET device = ? WHERE token = ? AND device IS NULL`, dev[:], sum[:])
		if tx.Error != nil {
			return custody.Handover{}, tx.Error
		}
		if tx.RowsAffected == 0 {
			return custody.Handover{}, s.dead(ctx, sum[:], "opened by two devices at once")
		}
	} else if !bytes.Equal(l.Device, dev[:]) {
		return custody.Handover{}, s.dead(ctx, sum[:], "other device")
	}
	h, err := s.Handover(ctx, l.Handover)
	return h.Blind(), err
}

// link loads a link that is still alive.
func (s *Boxes) link(ctx context.Context, token []byte) (linkRow, error) {
	var rows []linkRow
	err := s.book.DB(ctx).Raw(`SELECT handover, courier, pin, device, failed, expires, used, blocked FROM courier_link WHERE token = ?`, token).Scan(&rows).Error
	switch {
	case err != nil:
		return linkRow{}, err
	case len(rows) == 0:
		return linkRow{}, s.dead(ctx, token, "unknown")
	case rows[0].Used != nil:
		return linkRow{}, s.dead(ctx, token, "used")
	case rows[0].Blocked != nil:
		return linkRow{}, s.dead(ctx, token, "blocked")
	case !s.book.Now().Before(rows[0].Expires):
		return linkRow{}, s.dead(ctx, token, "expired")
	}
	return rows[0], nil
}

// usedLink loads a link that this device used within the last while.
func (s *Boxes) usedLink(ctx context.Context, token, device string, within time.Duration) (linkRow, error) {
	sum, dev := sha256.Sum256([]byte(token)), sha256.Sum256([]byte(device))
	var rows []linkRow
	err := s.book.DB(ctx).Raw(`SELECT handover, courier, pin, device, failed, expires, used, blocked FROM courier_link WHERE token = ?`, sum[:]).Scan(&rows).Error
	if err != nil {
		return linkRow{}, err
	}
	if len(rows) == 0 || rows[0].Used == nil || s.book.Now().Sub(*rows[0].Used) > within || !bytes.Equal(rows[0].Device, dev[:]) {
		return linkRow{}, s.dead(ctx, sum[:], "signature without a collection")
	}
	return rows[0], nil
}

// CollectByLink signs for the leg of a link. The link is claimed before the act,
// so that two at once cannot both use it; the act's key comes from the token.
func (s *Boxes) CollectByLink(ctx context.Context, token, device, pin string) (custody.Handover, error) {
	sum, dev := sha256.Sum256([]byte(token)), sha256.Sum256([]byte(device))
	l, err := s.link(ctx, sum[:])
	if err != nil {
		return custody.Handover{}, err
	}
	if !bytes.Equal(l.Device, dev[:]) {
		return custody.Handover{}, s.dead(ctx, sum[:], "other device")
	}
	// The try is counted before the PIN is looked at: guesses made at once are not more than linkTries.
	try := s.book.DB(ctx).Exec(`UPDATE courier_link SET failed = failed + 1 WHERE token = ? AND failed < ? AND used IS NULL AND blocked IS NULL`, sum[:], linkTries)
	if try.Error != nil {
		return custody.Handover{}, try.Error
	}
	if try.RowsAffected == 0 {
		return custody.Handover{}, s.dead(ctx, sum[:], "blocked")
	}
	if !persons.CheckPassword(l.Pin, pin) {
		err := s.book.DB(ctx).Exec(`UPDATE courier_link SET blocked = ? WHERE token = ? AND failed >= ? AND blocked IS NULL`, s.book.Now(), sum[:], linkTries).Error
		if err != nil {
			return custody.Handover{}, err
		}
		s.log.WarnContext(ctx, "courier link refused", "link", hex.EncodeToString(sum[:4]), "why", "pin")
		return custody.Handover{}, models.Invalid("pin", "custody.pin_wrong")
	}
	claim := s.book.DB(ctx).Exec(`UPDATE courier_link SET used = ? WHERE token = ? AND used IS NULL AND blocked IS NULL`, s.book.Now(), sum[:])
	if claim.Error != nil {
		return custody.Handover{}, claim.Error
	}
	if claim.RowsAffected == 0 {
		return custody.Handover{}, s.dead(ctx, sum[:], "used")
	}
	act := models.Act{Key: "link-" + hex.EncodeToString(sum[:16]), Digest: sum, Person: l.Courier, Role: models.RoleCourier, Places: []string{}}
	h, err := s.Collect(ctx, act, custody.CollectCmd{Handover: l.Handover, Means: "pin"})
	if err != nil && models.CodeOf(err) == models.CodeInternal {
		// The act may or may not stand; its key makes another try safe.
		if undo := s.book.DB(context.WithoutCancel(ctx)).Exec(`UPDATE courier_link SET used = NULL, failed = failed - 1 WHERE token = ?`, sum[:]).Error; undo != nil {
			return h, undo
		}
	}
	return h, err
}

// linkAgain is how long a courier whose network lost the answer can ask for it again.
const linkAgain = 15 * time.Minute

// CollectedByLink is the answer to CollectByLink once more: the same device and
// PIN, a short while after. It has no effect, and is logged like every try.
func (s *Boxes) CollectedByLink(ctx context.Context, token, device, pin string) (custody.Handover, error) {
	l, err := s.usedLink(ctx, token, device, linkAgain)
	if err != nil {
		return custody.Handover{}, err
	}
	sum := sha256.Sum256([]byte(token))
	if !persons.CheckPassword(l.Pin, pin) {
		return custody.Handover{}, s.dead(ctx, sum[:], "used")
	}
	s.log.InfoContext(ctx, "courier link answered again", "link", hex.EncodeToString(sum[:4]))
	h, err := s.Handover(ctx, l.Handover)
	if err == nil && h.Carrier.Person != l.Courier {
		return custody.Handover{}, s.dead(ctx, sum[:], "used")
	}
	return h.Blind(), err
}
