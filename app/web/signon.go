package web

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"strings"

	"github.com/brevstemme/brevstemme/app/web/site"
	"github.com/brevstemme/brevstemme/app/web/site/signon"
	"github.com/brevstemme/brevstemme/models"
)

// Where single sign-on begins, and where its logout leaves us.
const (
	signOnPath    = "/log-ind/sso"
	loggedOutPath = "/log-ind/ude"
)

// Session keys: an attempt under its state, and the way out to the provider.
const (
	sessionAttempt = "signon:"
	sessionEnd     = "signon_end"
)

// asOther in the address makes the provider ask who it is. Without it somebody
// whom it let in as the colleague before them would be that colleague each time
// they try again.
const asOther = "anden"

// wrongPerson are the refusals that another person would not meet.
var wrongPerson = []string{"signon.denied", "signon.no_account", "signon.ambiguous", "signon.closed", "signon.linked_other", "signon.no_role", "signon.unusable"}

// attemptsAtOnce is how many logins one browser may have under way (tabs).
const attemptsAtOnce = 5

func (s *Server) signOnRoutes() []site.Route {
	return []site.Route{
		site.Get(signOnPath, site.Public, s.signOn).Limit("signon"),
		site.Get(signon.CallbackPath, site.Public, s.signedOn).Limit("signon"),
		site.Get(loggedOutPath, site.Public, s.signedOff),
	}
}

type signOnFailedPage struct {
	site.Chrome
	Why   string
	Next  string
	Other bool // another person at the provider might be let in
}

type signedOffPage struct {
	site.Chrome
	End string
}

var (
	signOnFailedView = site.NewView[*signOnFailedPage]("signon-failed")
	signedOffView    = site.NewView[*signedOffPage]("signed-off")
)

// signOn sends the browser to the identity provider. A link leads here, not a
// form: the policy lets no form leave this site.
func (s *Server) signOn(r *site.Request) error {
	if s.SignOn == nil { // a bookmark of another time
		return r.Done(site.LoginPath, "")
	}
	next := afterLogin(r.Query("next"))
	if r.Account.LoggedIn() && !r.Account.ByPIN {
		return r.Done(next, "")
	}
	_, shared := r.Opened()
	address, attempt, err := s.SignOn.Begin(r.Context(), next, shared || r.Query(asOther) != "")
	if err != nil {
		return s.signOnFailed(r, err, next)
	}
	if err := s.keepAttempt(r, attempt); err != nil {
		return err
	}
	return r.Leave(address)
}

// keepAttempt puts an attempt into the session of this browser; older ones go
// when there are many.
func (s *Server) keepAttempt(r *site.Request, a signon.Attempt) error {
	kept, err := json.Marshal(a)
	if err != nil {
		return err
	}
	var under []string
	for _, k := range s.Sessions.Keys(r.Context()) {
		if strings.HasPrefix(k, sessionAttempt) {
			under = append(under, k)
		}
	}
	if len(under) >= attemptsAtOnce {
		for _, k := range under {
			s.Sessions.Remove(r.Context(), k)
		}
	}
	s.Sessions.Put(r.Context(), sessionAttempt+a.State, string(kept))
	return nil
}

// takeAttempt finds the attempt that an answer belongs to, once: in this
// browser's session and nowhere else. The zero Attempt is none.
func (s *Server) takeAttempt(r *site.Request, state string) signon.Attempt {
	var a signon.Attempt
	if kept := s.Sessions.PopString(r.Context(), sessionAttempt+state); kept != "" {
		if err := json.Unmarshal([]byte(kept), &a); err != nil {
			return signon.Attempt{}
		}
	}
	return a
}

// signedOn takes the browser back from the provider.
func (s *Server) signedOn(r *site.Request) error {
	if s.SignOn == nil { // a bookmark of another time
		return r.Done(site.LoginPath, "")
	}
	answer := r.HTTP().URL.Query()
	attempt := s.takeAttempt(r, answer.Get("state"))
	next := afterLogin(attempt.Next)
	id, err := s.SignOn.Finish(r.Context(), attempt, answer)
	if err != nil {
		return s.signOnFailed(r, err, next)
	}
	digest := sha256.Sum256([]byte("signon " + attempt.State))
	who, err := s.Store.SignOn(r.Context(), models.Act{Key: "signon-" + hex.EncodeToString(digest[:12]), Digest: digest}, s.SignOn.SignOn(id))
	if err != nil {
		return s.signOnFailed(r, err, next)
	}
	if err := r.SignOn(who, id.Token); err != nil {
		return err
	}
	if who.Bound { // whoever did not mean this account hears of it at once
		return r.Done(next, "login.bound", who.Name, who.Login)
	}
	return r.Done(next, "login.welcome", who.Name)
}

// signOnFailed says why a single sign-on did not come about, and what to do. The
// cause goes to the log alone.
func (s *Server) signOnFailed(r *site.Request, err error, next string) error {
	var e *models.Error
	if !errors.As(err, &e) || !strings.HasPrefix(e.Key, "signon.") {
		return err
	}
	cause := ""
	if e.Cause != nil {
		cause = e.Cause.Error()
	}
	s.Log.WarnContext(r.Context(), "single sign-on refused", "why", e.Key, "cause", cause)
	status := http.StatusForbidden
	if e.Code == models.CodeUnavailable {
		status = http.StatusServiceUnavailable
	}
	return signOnFailedView.Status(r, status, &signOnFailedPage{Why: r.Text(e.Key, e.Args...), Next: next, Other: slices.Contains(wrongPerson, e.Key)})
}

// signOff is the address at which a login that came from the provider ends there
// as well, "" when there is none.
func (s *Server) signOff(r *site.Request) string {
	token := r.IDToken()
	if s.SignOn == nil || token == "" {
		return ""
	}
	return s.SignOn.End(r.Context(), token, site.LoginPath)
}

// signedOff says that the login here has ended and leads on to the provider's
// own logout. The form of "log out" may not be redirected there by the policy,
// so this page goes on by itself.
func (s *Server) signedOff(r *site.Request) error {
	end := s.Sessions.PopString(r.Context(), sessionEnd)
	if end == "" {
		return r.Done(site.LoginPath, "")
	}
	r.Writer().Header().Set("Refresh", "1; url="+end)
	return signedOffView.Render(r, &signedOffPage{End: end})
}
