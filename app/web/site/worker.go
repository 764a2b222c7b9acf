package site

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"net/http"
)

// Kept is a screen that opens and works on without a network: its service worker
// keeps the screen's empty page and the files it is made of.
type Kept struct {
	Name  string   // of its cache, "desk"
	Shell string   // path of the empty page: public, without any data
	Scope string   // the paths that the worker may serve
	Pages string   // regular expression of the paths that the empty page stands in for
	Files []string // of assets/
}

// KeptVersion names the program that a kept screen runs.
func (s *Server) KeptVersion(k Kept) string {
	h := sha256.New()
	_, _ = io.WriteString(h, s.Version)
	for _, name := range k.Files {
		_, _ = io.WriteString(h, s.Assets[name])
	}
	return hex.EncodeToString(h.Sum(nil)[:6])
}

// Worker serves the service worker of a kept screen.
func (s *Server) Worker(r *Request, k Kept) error {
	body, err := AssetFiles.ReadFile("assets/sw.js")
	if err != nil {
		return err
	}
	list := struct {
		Name    string   `json:"name"`
		Version string   `json:"version"`
		Shell   string   `json:"shell"`
		Pages   string   `json:"pages"`
		Assets  []string `json:"assets"`
	}{Name: k.Name, Version: s.KeptVersion(k), Shell: k.Shell, Pages: k.Pages}
	for _, name := range k.Files {
		path, err := s.Assets.Path(name)
		if err != nil {
			return err
		}
		list.Assets = append(list.Assets, path)
	}
	head, err := json.Marshal(list)
	if err != nil {
		return err
	}
	r.Writer().Header().Set("Cache-Control", "no-cache")
	r.Writer().Header().Set("Service-Worker-Allowed", k.Scope)
	r.Write(http.StatusOK, "text/javascript; charset=utf-8", append([]byte("const KEEP = "+string(head)+";\n"), body...))
	return nil
}
