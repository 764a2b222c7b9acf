package site

import (
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// pairs are the colours that meet: foreground, ground, least contrast (WCAG 2.2:
// 4.5 for text, 3 for lines, icons and large text).
var pairs = []struct {
	front, ground string
	least         float64
}{
	{"ink", "paper", 7}, {"ink", "surface", 7}, {"ink", "surface-strong", 7}, {"ink", "ground", 7},
	{"ink-soft", "paper", 4.5}, {"ink-soft", "surface", 4.5}, {"link", "paper", 4.5}, {"link", "surface", 4.5},
	{"primary", "paper", 4.5}, {"primary-strong", "paper", 4.5}, {"primary-strong", "surface", 4.5},
	{"on-primary", "primary", 4.5}, {"on-primary", "primary-strong", 4.5}, {"primary-strong", "primary-soft", 4.5},
	{"field-line", "paper", 3}, {"field-line", "surface", 3}, {"focus", "paper", 3}, {"focus", "surface", 3},
	{"on-band", "band", 7}, {"on-band-soft", "band", 4.5},
	{"bad-ink", "paper", 4.5},
	{"hue-1", "surface", 3}, {"hue-2", "surface", 3}, {"hue-3", "surface", 3}, {"hue-4", "surface", 3}, {"hue-5", "surface", 3}, {"hue-6", "surface", 3},
}

func init() {
	for _, kind := range []string{"ok", "warn", "bad", "info", "plain"} {
		pairs = append(pairs, struct {
			front, ground string
			least         float64
		}{kind + "-ink", kind + "-ground", 4.5}, struct {
			front, ground string
			least         float64
		}{kind + "-line", kind + "-ground", 3}, struct {
			front, ground string
			least         float64
		}{kind + "-line", "paper", 3}, struct {
			front, ground string
			least         float64
		}{"ink", kind + "-ground", 7})
	}
}

var (
	token = regexp.MustCompile(`--([a-z0-9-]+):\s*(light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)|#[0-9a-f]{6})`)
	hexed = regexp.MustCompile(`#[0-9a-fA-F]{3,8}\b|\brgba?\(|\bhsl`)
)

// themes reads tokens.css: light, dark, contrast by choice, contrast by system.
func themes(t *testing.T) map[string]map[string]string {
	t.Helper()
	raw, err := AssetFiles.ReadFile("assets/tokens.css")
	if err != nil {
		t.Fatal(err)
	}
	css := string(raw)
	all := map[string]map[string]string{"light": {}, "dark": {}, "contrast": {}, "system contrast": {}}
	chosen, system := strings.Index(css, `[data-theme="contrast"]`), strings.Index(css, "@media (prefers-contrast: more)")
	if chosen < 0 || system < chosen {
		t.Fatal("the contrast blocks are gone")
	}
	for _, m := range token.FindAllStringSubmatch(css[:chosen], -1) {
		all["light"][m[1]], all["dark"][m[1]] = m[3], m[4]
	}
	for _, m := range token.FindAllStringSubmatch(css[chosen:system], -1) {
		all["contrast"][m[1]] = m[2]
	}
	for _, m := range token.FindAllStringSubmatch(css[system:], -1) {
		all["system contrast"][m[1]] = m[2]
	}
	return all
}

func TestContrastOfEveryPairInEveryTheme(t *testing.T) {
	for theme, colours := range themes(t) {
		for _, p := range pairs {
			front, ground := colours[p.front], colours[p.ground]
			if front == "" || ground == "" {
				t.Errorf("%s: no %s or %s", theme, p.front, p.ground)
				continue
			}
			if c := contrast(t, front, ground); c < p.least {
				t.Errorf("%s: %s on %s is %.2f, least %.1f", theme, p.front, p.ground, c, p.least)
			}
		}
	}
}

func TestEveryColourTokenIsInAPair(t *testing.T) {
	used := map[string]bool{"line": true, "focus-ring": true} // decoration: carries no meaning
	for _, p := range pairs {
		used[p.front], used[p.ground] = true, true
	}
	all := themes(t)
	for name := range all["light"] {
		if !used[name] {
			t.Errorf("%s is in no pair", name)
		}
		if all["contrast"][name] == "" || all["contrast"][name] != all["system contrast"][name] {
			t.Errorf("%s differs between the contrast blocks: %q, %q", name, all["contrast"][name], all["system contrast"][name])
		}
	}
}

func TestColoursStandInTokensOnly(t *testing.T) {
	for _, name := range []string{"base.css", "parts.css"} {
		raw, err := AssetFiles.ReadFile("assets/" + name)
		if err != nil {
			t.Fatal(err)
		}
		for i, line := range strings.Split(string(raw), "\n") {
			if hexed.MatchString(line) {
				t.Errorf("%s:%d has a colour of its own: %s", name, i+1, line)
			}
		}
	}
}

// contrast is the WCAG 2.2 contrast ratio of two #rrggbb colours.
func contrast(t *testing.T, a, b string) float64 {
	t.Helper()
	x, y := luminance(t, a), luminance(t, b)
	return (math.Max(x, y) + .05) / (math.Min(x, y) + .05)
}

func luminance(t *testing.T, hex string) float64 {
	t.Helper()
	var sum float64
	for i, weight := range []float64{.2126, .7152, .0722} {
		n, err := strconv.ParseUint(hex[1+2*i:3+2*i], 16, 8)
		if err != nil {
			t.Fatal(fmt.Errorf("%s: %w", hex, err))
		}
		c := float64(n) / 255
		if c <= .04045 {
			c /= 12.92
		} else {
			c = math.Pow((c+.055)/1.055, 2.4)
		}
		sum += weight * c
	}
	return sum
}
