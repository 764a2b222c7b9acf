package main

import (
	"context"
	"fmt"

	"github.com/brevstemme/brevstemme/pdf"
)

// benchForms measures every form against the same pages drawn by bare gofpdf
// calls, and a protocol of 5,000 rows.
func benchForms(_ context.Context, c *console, asJSON bool) error {
	rep, err := pdf.Bench(15, 5000)
	if err != nil {
		return err
	}
	if asJSON {
		return c.json(rep)
	}
	fmt.Fprintf(c.stdout, "%-30s %6s %9s %9s %7s %12s %7s\n", "form", "pages", "ms", "naive ms", "ratio", "prepared ms", "ratio")
	for _, r := range rep.Forms {
		fmt.Fprintf(c.stdout, "%-30s %6d %9.2f %9.2f %7.2f %12.2f %7.2f\n", r.Name, r.Pages, r.Millis, r.Naive, r.NaiveRatio, r.Prepared, r.PreparedRatio)
	}
	_, err = fmt.Fprintf(c.stdout, "time per row, long over short: %.2f\none file of a day over its forms one by one: %.2f\n", rep.Linear, rep.Day)
	return err
}
