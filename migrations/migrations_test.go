package migrations

import (
	"regexp"
	"strings"
	"testing"
	"time"
)

func TestFilesAreNumberedAndGoUp(t *testing.T) {
	name := regexp.MustCompile(`^\d{5}_[a-z_]+\.sql$`)
	list := All()
	for i, m := range list {
		if !name.MatchString(m.File) {
			t.Errorf("%s: want five digits, an underscore and a noun", m.File)
		}
		if i > 0 && m.Version <= list[i-1].Version {
			t.Errorf("%s does not come after %s", m.File, list[i-1].File)
		}
		if text := Text(m.File); !strings.Contains(text, "-- +goose Up") {
			t.Errorf("%s: no part to run", m.File)
		}
	}
	if len(list) == 0 || list[0].File != "00001_roles.sql" {
		t.Errorf("list = %+v, want it to begin with the roles", list)
	}
}

func TestCompare(t *testing.T) {
	known := []Migration{{Version: 1}, {Version: 2}, {Version: 5}}
	has := func(list ...int64) map[int64]time.Time {
		m := map[int64]time.Time{}
		for _, v := range list {
			m[v] = time.Time{}
		}
		return m
	}
	for _, c := range []struct {
		name    string
		applied map[int64]time.Time
		says    []string // nil: same schema
	}{
		{"same", has(1, 2, 5), nil},
		{"nothing", has(), []string{"version 0", "version 5", "missing: 1, 2, 5", "migrate up"}},
		{"older", has(1, 2), []string{"older", "missing: 5"}},
		{"hole", has(1, 5), []string{"older", "missing: 2"}},
		{"newer", has(1, 2, 5, 7, 6), []string{"newer", "version 7", "unknown: 6, 7"}},
		{"much newer", has(1, 2, 5, 6, 7, 8, 9, 10, 11), []string{"6, 7, 8, 9, 10, …"}},
		{"both", has(1, 2, 6), []string{"newer", "unknown: 6"}},
	} {
		err := compare(c.applied, known)
		if (err == nil) != (c.says == nil) {
			t.Errorf("%s: %v", c.name, err)
		}
		for _, word := range c.says {
			if !strings.Contains(err.Error(), word) {
				t.Errorf("%s: %q does not say %q", c.name, err, word)
			}
		}
	}
}

func TestHashNamesTheSchema(t *testing.T) {
	if h := Hash(); len(h) != 64 || h != Hash() {
		t.Errorf("hash %q is not a stable SHA-256", h)
	}
}
