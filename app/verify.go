package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/brevstemme/brevstemme/models/audit"
	"github.com/brevstemme/brevstemme/models/store"
	"github.com/brevstemme/brevstemme/models/store/audits"
)

// verify recomputes everything from the journal and names the first bad entry:
// in the database, in a bundle (--bundle FILE), or of one receipt (--receipt
// CODE). Exit 1 when something does not hold.
func verify(ctx context.Context, c *console, args []string) int {
	fs := c.flags("verify")
	asJSON := fs.Bool("json", false, c.text("command.flag_json"))
	receipt, bundle := fs.String("receipt", "", c.text("verify.flag_receipt")), fs.String("bundle", "", c.text("verify.flag_bundle"))
	key := fs.String("key", "", c.text("verify.flag_key"))
	rest, code, done := parse(fs, args)
	if done {
		return code
	}
	if len(rest) > 0 {
		return c.usage("command.too_many", rest[0])
	}
	var rep audits.Report
	var err error
	if *bundle != "" {
		rep, err = verifyBundle(*bundle, *key)
	} else {
		rep, err = c.verifyDatabase(ctx, *receipt)
	}
	if err != nil {
		return c.refuse(err)
	}
	if *asJSON {
		if err := c.json(rep); err != nil {
			return c.fail(err)
		}
	} else {
		c.sayReport(rep)
	}
	if !rep.OK {
		return exitNo
	}
	return exitOK
}

func (c *console) sayReport(r audits.Report) {
	if r.OK {
		fmt.Fprintln(c.stdout, c.text("verify.ok", r.Entries, r.Records, r.Balances, r.Checkpoints, r.Head))
		return
	}
	fmt.Fprintln(c.stdout, c.text("verify.bad", r.First.Code, r.First.Seq, r.First.Where, r.First.Detail))
}

func verifyBundle(path, key string) (audits.Report, error) {
	f, err := os.Open(path)
	if err != nil {
		return audits.Report{}, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return audits.Report{}, err
	}
	return audits.VerifyBundle(f, info.Size(), key)
}

// verifyDatabase checks the whole database, and that a receipt's code is in it.
func (c *console) verifyDatabase(ctx context.Context, receipt string) (rep audits.Report, err error) {
	conf, err := readConfiguration(c.env)
	if err != nil {
		return rep, err
	}
	db, err := openDatabase(ctx, conf)
	if err != nil {
		return rep, err
	}
	defer func() {
		if cerr := db.close(ctx); err == nil {
			err = cerr
		}
	}()
	var keys []string
	if public, err := os.ReadFile(filepath.Join(conf.Data, "signing.pub")); err == nil {
		keys = append(keys, strings.TrimSpace(string(public)))
	}
	rep, err = audits.Verify(ctx, db.app, keys...)
	if err != nil || !rep.OK || receipt == "" {
		return rep, err
	}
	err = c.withOpenStore(ctx, conf, db, func(s *store.Store) error {
		e, matches, err := s.CheckReceipt(ctx, receipt)
		if err == nil && !matches {
			rep.OK, rep.First = false, &audit.Finding{Code: audit.CodeReceipt, Seq: e.Seq, Where: receipt, Detail: "the journal holds no such entry"}
		}
		return err
	})
	return rep, err
}

// export writes a bundle for an auditor: "export bundle --election ID --out FILE.zip".
func export(ctx context.Context, c *console, args []string) int {
	fs := c.flags("export")
	election, out := fs.String("election", "", c.text("export.election")), fs.String("out", "", c.text("export.out"))
	rest, code, done := parse(fs, args)
	if done {
		return code
	}
	if len(rest) != 1 || rest[0] != "bundle" || *election == "" || *out == "" {
		return c.usage("export.usage")
	}
	conf, err := readConfiguration(c.env)
	if err != nil {
		c.sayMistakes(err)
		return exitUsage
	}
	err = c.withStore(ctx, conf, func(s *store.Store) error {
		f, err := os.Create(*out)
		if err != nil {
			return err
		}
		public, err := os.ReadFile(filepath.Join(conf.Data, "signing.pub"))
		if err == nil {
			err = s.ExportBundle(ctx, f, *election, strings.TrimSpace(string(public)))
		}
		if cerr := f.Close(); err == nil {
			err = cerr
		}
		return err
	})
	if err != nil {
		_ = os.Remove(*out) // a bundle that is not whole must not be taken for one
		return c.refuse(err)
	}
	fmt.Fprintln(c.stdout, *out)
	return exitOK
}
