package site

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"strings"

	"github.com/brevstemme/brevstemme/models"
)

//go:embed assets
var AssetFiles embed.FS

// assetNames maps a file of assets/ to the start of the hash of its content: an
// address changes with its content, so browsers may keep it for ever.
type assetNames map[string]string

func hashAssets(files fs.FS) (assetNames, error) {
	names := assetNames{}
	err := fs.WalkDir(files, "assets", func(p string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := fs.ReadFile(files, p)
		if err != nil {
			return err
		}
		sum := sha256.Sum256(b)
		names[strings.TrimPrefix(p, "assets/")] = hex.EncodeToString(sum[:6])
		return nil
	})
	return names, err
}

// Path is the address of an asset; an unknown one fails the page.
func (n assetNames) Path(name string) (string, error) {
	h, ok := n[name]
	if !ok {
		return "", fmt.Errorf("no asset %q", name)
	}
	return "/assets/" + name + "?v=" + h, nil
}

// asset serves a file of assets/.
func (s *Server) asset(r *Request) error {
	name := strings.TrimPrefix(r.Param("name"), "/")
	hash, ok := s.Assets[name]
	if !ok {
		return &models.Error{Code: models.CodeNotFound}
	}
	body, err := AssetFiles.ReadFile("assets/" + name)
	if err != nil {
		return err
	}
	if r.Query("v") == hash {
		r.Writer().Header().Set("Cache-Control", "public, max-age=31536000, immutable")
	} else {
		r.Writer().Header().Set("Cache-Control", "no-cache")
	}
	kind := mime.TypeByExtension(path.Ext(name))
	if kind == "" {
		kind = "application/octet-stream"
	}
	r.Write(http.StatusOK, kind, body)
	return nil
}
