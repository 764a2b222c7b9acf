package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"

	"github.com/brevstemme/brevstemme/models/language"
	"github.com/brevstemme/brevstemme/pdf"
)

// forms is "forms sample --out DIR": one PDF of every form from fixed example
// data, without a database, the same bytes each time.
func forms(_ context.Context, c *console, args []string) int {
	fs := c.flags("forms")
	out := fs.String("out", "", c.text("forms.flag.out"))
	lang := fs.String("lang", "da", c.text("forms.flag.lang"))
	rest, code, done := parse(fs, args)
	switch {
	case done:
		return code
	case len(rest) != 1 || rest[0] != "sample":
		return c.usage("forms.usage")
	case *out == "":
		return c.usage("command.flag_missing", "--out")
	}
	samples := pdf.Samples()
	for _, s := range samples {
		if *lang == string(language.English) {
			s = s.English()
		}
		if err := writeSample(*out, s); err != nil {
			return c.fail(err)
		}
	}
	c.say("forms.written", len(samples), *out)
	return exitOK
}

// writeSample writes one form; a file appears whole or not at all.
func writeSample(dir string, s pdf.Sample) error {
	var b bytes.Buffer
	if err := s.Write(&b); err != nil {
		return err
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	tmp := filepath.Join(dir, s.Name+".pdf.tmp")
	if err := os.WriteFile(tmp, b.Bytes(), 0o644); err != nil {
		return err
	}
	return os.Rename(tmp, filepath.Join(dir, s.Name+".pdf"))
}
