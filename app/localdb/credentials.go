package localdb

import (
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
)

// The roles and the database of a private cluster.
const (
	SuperRole   = "postgres"           // the cluster's superuser
	OwnerRole   = "brevstemme_owner"   // owns the databases, runs the migrations
	ServiceRole = "brevstemme_service" // what the program logs in as
	GroupRole   = "brevstemme_app"     // carries the program's rights; no login, owns nothing
	Database    = "brevstemme"         // the program's database
)

// credentials are the random passwords of a private cluster.
type credentials struct {
	Super   string `json:"super"`
	Owner   string `json:"owner"`
	Service string `json:"service"`
}

// loadCredentials reads the passwords of a cluster, or makes and keeps new ones
// when there is no cluster yet.
func loadCredentials(path string, clusterExists bool) (credentials, error) {
	text, err := os.ReadFile(path)
	if errors.Is(err, os.ErrNotExist) && !clusterExists {
		c := credentials{Super: password(), Owner: password(), Service: password()}
		return c, c.save(path)
	}
	if err != nil {
		return credentials{}, fmt.Errorf("the passwords of the private database: %w", err)
	}
	var c credentials
	if err := json.Unmarshal(text, &c); err != nil {
		return credentials{}, fmt.Errorf("the passwords of the private database (%s): %w", path, err)
	}
	return c, nil
}

// save writes the file whole or not at all, readable by the program's account
// only.
func (c credentials) save(path string) error {
	text, err := json.MarshalIndent(c, "", "  ")
	if err != nil {
		return err
	}
	f, err := os.CreateTemp(filepath.Dir(path), ".credentials-") // 0600
	if err != nil {
		return fmt.Errorf("keep the passwords of the private database: %w", err)
	}
	defer os.Remove(f.Name()) // fails after the rename, as it should
	_, err = f.Write(append(text, '\n'))
	if err == nil {
		err = f.Sync()
	}
	if closeErr := f.Close(); err == nil {
		err = closeErr
	}
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		return fmt.Errorf("keep the passwords of the private database: %w", err)
	}
	return nil
}

// password is 192 random bits in hex, which needs no escaping anywhere.
func password() string {
	b := make([]byte, 24)
	rand.Read(b) // never fails (crypto/rand)
	return hex.EncodeToString(b)
}

// address is where a cluster listens: a socket folder, or a loopback port.
type address struct {
	Socket string `json:"socket,omitempty"` // folder of the unix socket; empty = loopback
	Port   int    `json:"port"`
}

// dsn is the connection string of one login as a URL that pgx understands.
func (a address) dsn(role, secret, name string) string {
	u := url.URL{Scheme: "postgres", User: url.UserPassword(role, secret), Path: "/" + name}
	q := url.Values{"sslmode": {"disable"}}
	if a.Socket != "" {
		q.Set("host", a.Socket)
		q.Set("port", strconv.Itoa(a.Port))
	} else {
		u.Host = "127.0.0.1:" + strconv.Itoa(a.Port)
	}
	u.RawQuery = q.Encode()
	return u.String()
}
