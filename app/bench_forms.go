package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"time"

	"github.com/brevstemme/brevstemme/pdf"
)

// benchForms measures every form against the same pages drawn by bare gofpdf
// calls, a protocol of 5,000 rows, and, where Chromium is installed, its print
// of one of the pages (a process a page, as one would run it). Another Go library
// for PDF is measured by "go test ./pdf -bench Peer", so that no program links it.
func benchForms(ctx context.Context, c *console, asJSON bool) error {
	rep, err := pdf.Bench(15, 5000, processorTime)
	if err != nil {
		return err
	}
	browser, err := chromiumPrint(ctx, 3)
	if err != nil {
		return err
	}
	if asJSON {
		return c.json(struct {
			pdf.BenchReport
			Chromium float64 `json:"chromium_handover_ms,omitempty"`
		}{rep, browser})
	}
	fmt.Fprintf(c.stdout, "%-30s %6s %9s %9s %7s %12s %7s\n", "form", "pages", "ms", "naive ms", "ratio", "prepared ms", "ratio")
	for _, r := range rep.Forms {
		fmt.Fprintf(c.stdout, "%-30s %6d %9.2f %9.2f %7.2f %12.2f %7.2f\n", r.Name, r.Pages, r.Millis, r.Naive, r.NaiveRatio, r.Prepared, r.PreparedRatio)
	}
	fmt.Fprintf(c.stdout, "time per row, long over short: %.2f\none file of a day over its forms one by one: %.2f\n", rep.Linear, rep.Day)
	if browser > 0 {
		fmt.Fprintf(c.stdout, "handover-giver printed by headless Chromium: %.0f ms\n", browser)
	}
	return nil
}

// chromiumPrint is the median of some prints in milliseconds, 0 without Chromium.
func chromiumPrint(ctx context.Context, runs int) (ms float64, err error) {
	bin, err := exec.LookPath("chromium")
	if err != nil {
		return 0, nil
	}
	html, err := pdf.BenchPage()
	if err != nil {
		return 0, err
	}
	dir, err := os.MkdirTemp("", "bench-forms-")
	if err != nil {
		return 0, err
	}
	defer func() {
		if rerr := os.RemoveAll(dir); err == nil {
			err = rerr
		}
	}()
	page := filepath.Join(dir, "page.html")
	if err := os.WriteFile(page, html, 0o600); err != nil {
		return 0, err
	}
	var times []float64
	for range runs {
		start := time.Now()
		cmd := exec.CommandContext(ctx, bin, "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
			"--disable-component-update", "--disable-sync", "--user-data-dir="+filepath.Join(dir, "profile"), "--print-to-pdf="+filepath.Join(dir, "out.pdf"), page)
		if out, err := cmd.CombinedOutput(); err != nil {
			return 0, fmt.Errorf("chromium: %w: %s", err, out)
		}
		times = append(times, float64(time.Since(start).Milliseconds()))
	}
	slices.Sort(times)
	return times[len(times)/2], nil
}
