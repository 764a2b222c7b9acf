// Package e2e drives the program with a real browser: Debian's Chromium over
// chromedp, axe-core for accessibility.
//
// WalkEveryPage visits every GET route of the table as every role that may see
// it; a new page is covered without touching a test. Nothing here is skipped
// when a tool is missing: the test fails and names the command that installs it.
//
// BREVSTEMME_SHOTS=DIR keeps screenshots as PNG files in DIR.
package e2e
