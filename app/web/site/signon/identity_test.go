package signon

import (
	"errors"
	"reflect"
	"testing"

	"github.com/brevstemme/brevstemme/models"
)

func TestParseMap(t *testing.T) {
	t.Parallel()
	m, err := ParseMap("a=b=receiver@LYST, VIBY; # note\n\n http://x/y:1 = coordinator \r\n")
	want := Map{{"a=b", models.RoleReceiver, []string{"LYST", "VIBY"}}, {"http://x/y:1", models.RoleCoordinator, nil}}
	if err != nil || !reflect.DeepEqual(m, want) {
		t.Errorf("%v %v", m, err)
	}
	_, err = ParseMap("a;=receiver;b=king;c=receiver@;d=receiver")
	var many models.Errors
	if !errors.As(err, &many) || len(many) != 4 {
		t.Errorf("not every mistake: %v", err)
	}
	roles, places := want.Rights([]string{"a=b", "http://x/y:1", "other"})
	if len(roles) != 2 || !reflect.DeepEqual(places, []string{"LYST", "VIBY"}) {
		t.Errorf("%v %v", roles, places)
	}
	if roles, places := want.Rights(nil); roles != nil || places != nil {
		t.Errorf("nothing gives %v %v", roles, places)
	}
}

func TestTrusted(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]bool{
		"https://id.example.dk/x": true, "http://127.0.0.1:1": true, "http://localhost": true, "http://[::1]:2": true,
		"http://id.example.dk": false, "http://localhost.evil.example": false, "https://": false, "ftp://localhost": false, "https://u:p@id.example.dk": false, "/x": false, "": false,
	} {
		if Trusted(address) != want {
			t.Errorf("%q", address)
		}
	}
}

func TestClaims(t *testing.T) {
	t.Parallel()
	claims := map[string]any{"a.b": "dotted", "a": map[string]any{"b": []any{"x", 1.0, "y"}}, "realm": map[string]any{"roles": []any{"r"}}, "email": " m@example.dk ", "email_verified": "false", "given_name": "A", "family_name": "B"}
	if got := values(claims, "a.b"); !reflect.DeepEqual(got, []string{"dotted"}) {
		t.Errorf("%v", got)
	}
	if got := values(claims, "realm.roles"); !reflect.DeepEqual(got, []string{"r"}) || values(claims, "realm.none.x") != nil {
		t.Errorf("%v", got)
	}
	id := identity(Config{LinkClaim: "email"}, "i", "s", claims, "")
	if id.Known != "" || id.Email != "" || id.Name != "A B" {
		t.Errorf("%+v", id)
	}
}
