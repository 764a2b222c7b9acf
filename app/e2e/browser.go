package e2e

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// Browser is one Chromium; tabs share it.
type Browser struct {
	ctx context.Context
	axe string
}

// Start starts Chromium for the length of the test.
func Start(t testing.TB) *Browser {
	t.Helper()
	return StartIn(t, "")
}

// StartIn is Start with a profile folder that outlives the browser, as the
// browser of a PC has; "" is a folder for this browser alone.
func StartIn(t testing.TB, profile string) *Browser {
	t.Helper()
	path := ""
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome", "google-chrome-stable"} {
		if p, err := exec.LookPath(name); err == nil {
			path = p
			break
		}
	}
	if path == "" {
		t.Fatal("no Chromium for the browser tests; run: apt-get install chromium")
	}
	axeFile := filepath.Join(Root(t), "build", "node_modules", "axe-core", "axe.min.js")
	axe, err := os.ReadFile(axeFile)
	if err != nil {
		t.Fatalf("no axe-core for the browser tests (%v); run: npm ci --prefix build", err)
	}
	opts := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.Flag("disable-component-update", true), chromedp.Flag("hide-scrollbars", true))
	if profile != "" {
		opts = append(opts, chromedp.UserDataDir(profile))
	}
	alloc, stopAlloc := chromedp.NewExecAllocator(context.Background(), opts...)
	ctx, stop := chromedp.NewContext(alloc)
	t.Cleanup(func() { stop(); stopAlloc() })
	if err := chromedp.Do(ctx, chromedp.Navigate("about:blank")); err != nil {
		t.Fatalf("Chromium does not start: %v", err)
	}
	return &Browser{ctx: ctx, axe: string(axe)}
}

// Kill ends the browser as a power cut ends a PC.
func (b *Browser) Kill(t testing.TB) {
	t.Helper()
	p := chromedp.FromContext(b.ctx).Browser.Process()
	if err := p.Kill(); err != nil {
		t.Fatal(err)
	}
	<-b.ctx.Done()
}

// Window opens a tab in the browser's own profile: what it keeps is there for
// the next browser that is started in the same folder. before runs in every page
// before the page's own scripts; "" is nothing.
func (b *Browser) Window(t testing.TB, base, before string) *Tab {
	t.Helper()
	tab := (&Tab{ctx: b.ctx, base: strings.TrimSuffix(base, "/"), axe: b.axe}).Beside(t)
	if before != "" {
		if _, err := chromedp.Call(tab.ctx, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: before}); err != nil {
			t.Fatal(err)
		}
	}
	return tab
}

// Root is the folder of go.mod.
func Root(t testing.TB) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir
		}
		if dir == filepath.Dir(dir) {
			t.Fatal("no go.mod above the test")
		}
		dir = filepath.Dir(dir)
	}
}

// Tab is one tab with cookies of its own. It belongs to one goroutine.
type Tab struct {
	ctx     context.Context
	base    string
	axe     string
	mu      sync.Mutex
	console []string
}

// Tab opens a tab on base with cookies and Chromium's own preference of language.
func (b *Browser) Tab(t testing.TB, base string, cookies []*http.Cookie) *Tab {
	t.Helper()
	ctx, stop := chromedp.NewContext(b.ctx, chromedp.WithNewBrowserContext())
	t.Cleanup(stop)
	tab := &Tab{ctx: ctx, base: strings.TrimSuffix(base, "/"), axe: b.axe}
	if err := chromedp.Listen(ctx, tab.hear); err != nil {
		t.Fatal(err)
	}
	// Without this only one tab of the browser has the keyboard.
	if _, err := chromedp.Call(ctx, emulation.SetFocusEmulationEnabled, emulation.SetFocusEmulationEnabledParams{Enabled: true}); err != nil {
		t.Fatal(err)
	}
	// Colours are judged as they end up, not halfway through a transition.
	still := emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: "prefers-reduced-motion", Value: "reduce"}}}
	if _, err := chromedp.Call(ctx, emulation.SetEmulatedMedia, still); err != nil {
		t.Fatal(err)
	}
	for _, c := range cookies {
		p := network.SetCookieParams{Name: c.Name, Value: c.Value, URL: tab.base + "/"}
		if !c.Expires.IsZero() {
			p.Expires = cdp.TimeSinceEpoch(c.Expires.Unix())
		}
		if _, err := chromedp.Call(ctx, network.SetCookie, p); err != nil {
			t.Fatal(err)
		}
	}
	return tab
}

// hear collects what a person with the console open would see in red.
func (tab *Tab) hear(ev any) {
	text := ""
	switch e := ev.(type) {
	case *runtime.EventExceptionThrown:
		text = "exception: " + e.ExceptionDetails.Text
		if e.ExceptionDetails.Exception != nil {
			text += " " + e.ExceptionDetails.Exception.Description
		}
	case *runtime.EventConsoleAPICalled:
		if e.Type == "error" || e.Type == "assert" {
			text = fmt.Sprintf("console.%s", e.Type)
			for _, a := range e.Args {
				text += " " + string(a.Value)
			}
		}
	case *log.EventEntryAdded:
		if e.Entry.Level == "error" {
			text = "browser: " + e.Entry.Text + " " + e.Entry.URL
		}
	}
	if text != "" {
		tab.mu.Lock()
		tab.console = append(tab.console, text)
		tab.mu.Unlock()
	}
}

// Console takes the console errors since the last call.
func (tab *Tab) Console() []string {
	tab.mu.Lock()
	defer tab.mu.Unlock()
	c := tab.console
	tab.console = nil
	return c
}

// Do runs chromedp steps.
func (tab *Tab) Do(steps ...chromedp.Action[chromedp.Void]) error {
	return chromedp.Do(tab.ctx, steps...)
}

// Context is the chromedp context, for steps that return values.
func (tab *Tab) Context() context.Context { return tab.ctx }

// Open navigates to a path and waits for the page to load.
func (tab *Tab) Open(path string) error { return tab.Do(chromedp.Navigate(tab.base + path)) }

// Size sets the window in CSS pixels.
func (tab *Tab) Size(width, height int64) error {
	return tab.Do(chromedp.EmulateViewport(width, height))
}

// Eval evaluates an expression, which may be a promise.
func Eval[T any](tab *Tab, js string) (T, error) {
	return chromedp.Run(tab.ctx, chromedp.Evaluate[T](js, chromedp.EvalAwaitPromise))
}

// Violation is one breach that axe found.
type Violation struct {
	ID     string   `json:"id"`
	Impact string   `json:"impact"`
	Help   string   `json:"help"`
	Nodes  []string `json:"nodes"`
}

// Tags are the rules asked for: WCAG 2.0, 2.1 and 2.2, levels A and AA.
var Tags = []string{"wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"}

// Axe runs axe-core on the page with the rules of Tags, or with those named.
func (tab *Tab) Axe(rules ...string) ([]Violation, error) {
	only := map[string]any{"type": "tag", "values": Tags}
	if len(rules) > 0 {
		only = map[string]any{"type": "rule", "values": rules}
	}
	opts, err := json.Marshal(map[string]any{"runOnly": only, "resultTypes": []string{"violations"}})
	if err != nil {
		return nil, err
	}
	if here, err := Eval[bool](tab, `typeof axe === "object"`); err != nil {
		return nil, err
	} else if !here {
		if err := tab.Do(func(ctx context.Context, t *chromedp.Target) (chromedp.Void, error) {
			return chromedp.Evaluate[chromedp.Void](tab.axe+";void 0")(ctx, t)
		}); err != nil {
			return nil, err
		}
	}
	return Eval[[]Violation](tab, `axe.run(document, `+string(opts)+`).then(r => r.violations.map(v => ({
		id: v.id, impact: v.impact || "", help: v.help, nodes: v.nodes.map(n => n.html.slice(0, 200) + " | " + (n.failureSummary || "").slice(0, 300))})))`)
}

// Shot keeps a picture of the whole page as <name>.png when BREVSTEMME_SHOTS names a folder.
func (tab *Tab) Shot(t testing.TB, name string) {
	t.Helper()
	dir := os.Getenv("BREVSTEMME_SHOTS")
	if dir == "" {
		return
	}
	png, err := chromedp.Run(tab.ctx, chromedp.FullScreenshot(100))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, name+".png"), png, 0o644); err != nil {
		t.Fatal(err)
	}
}

// Beside opens another tab of the same browser profile: the same cookies and
// the same stores.
func (tab *Tab) Beside(t testing.TB) *Tab {
	t.Helper()
	ctx, stop := chromedp.NewContext(tab.ctx)
	t.Cleanup(stop)
	other := &Tab{ctx: ctx, base: tab.base, axe: tab.axe}
	if err := chromedp.Listen(ctx, other.hear); err != nil {
		t.Fatal(err)
	}
	if _, err := chromedp.Call(ctx, emulation.SetFocusEmulationEnabled, emulation.SetFocusEmulationEnabledParams{Enabled: true}); err != nil {
		t.Fatal(err)
	}
	return other
}

// SetCookies replaces cookies of the tab's browser profile; those that expire
// outlive the browser.
func (tab *Tab) SetCookies(cookies []*http.Cookie) error {
	for _, c := range cookies {
		p := network.SetCookieParams{Name: c.Name, Value: c.Value, URL: tab.base + "/"}
		if !c.Expires.IsZero() {
			p.Expires = cdp.TimeSinceEpoch(c.Expires.Unix())
		}
		if _, err := chromedp.Call(tab.ctx, network.SetCookie, p); err != nil {
			return err
		}
	}
	return nil
}

// Leave makes the tab forget its page, as closing it does.
func (tab *Tab) Leave() error { return tab.Do(chromedp.Navigate("about:blank")) }
