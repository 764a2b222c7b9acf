package e2e_test

import (
	"net/http"
	"testing"

	"github.com/brevstemme/brevstemme/app/e2e"
	"github.com/brevstemme/brevstemme/models"
)

// inBrowser types numbers into every field of every page that a role sees: the
// page refuses before it sends anything, and nothing stays in the browser.
func inBrowser(t *testing.T, base string, logins map[models.Role][]*http.Cookie, pages map[models.Role][]string, all voters) {
	t.Helper()
	b, seen := e2e.Start(t), map[string]bool{}
	for _, role := range []models.Role{models.RoleReceiver, models.RoleCoordinator} {
		tab := b.Tab(t, base, inDanish(logins[role]))
		for _, path := range pages[role] {
			if seen[path] {
				continue
			}
			seen[path] = true
			if err := tab.Open(path); err != nil {
				t.Fatal(err)
			}
			left, err := e2e.Eval[[]string](tab, typeEverywhere+"("+toJS(all.texts[:60])+")")
			if err != nil {
				t.Fatalf("%s: %v", path, err)
			}
			for _, l := range left {
				t.Errorf("%s as %s: %s", path, role, l)
			}
		}
		dump, err := e2e.Eval[string](tab, browserDump)
		if err != nil {
			t.Fatal(err)
		}
		if found := all.in(dump); found != "" {
			t.Errorf("%s is left in the browser of %s", found, role)
		}
	}
}

// typeEverywhere puts a number into each text field of each form in turn and
// sends the form: the page must stop it and empty the field.
const typeEverywhere = `(list => {
	const faults = [];
	let i = 0;
	for (const form of document.forms) for (const f of form.elements) {
		if (!f.name || f.type === "hidden" || f.type === "file" || !(f.tagName === "TEXTAREA" || f.tagName === "INPUT" && ["text", "search", "tel", "email", "url"].includes(f.type)) || ["password", "pin", "otp"].includes(f.name)) continue;
		f.value = list[i++ % list.length];
		if (f.value === "" || f.maxLength > 0 && f.value.length < 10) continue;
		if (form.dispatchEvent(new SubmitEvent("submit", { bubbles: true, cancelable: true }))) faults.push("the form of " + f.name + " was sent");
		if (f.value !== "" && form.id !== "scan-form") faults.push(f.name + " keeps " + f.value);
		f.value = "";
		form.reset();
		delete form.dataset.sent;
	}
	return faults;
})`

// browserDump is everything that the browser keeps for the site.
const browserDump = `(async () => {
	let out = JSON.stringify({ ...localStorage }) + JSON.stringify({ ...sessionStorage }) + document.cookie + document.body.innerText;
	for (const { name } of await indexedDB.databases()) {
		const db = await new Promise((ok, no) => { const r = indexedDB.open(name); r.onsuccess = () => ok(r.result); r.onerror = no; });
		for (const s of db.objectStoreNames) out += JSON.stringify(await new Promise((ok) => { const r = db.transaction(s).objectStore(s).getAll(); r.onsuccess = () => ok(r.result); }));
		db.close();
	}
	for (const c of await caches.keys()) for (const k of await (await caches.open(c)).keys()) out += k.url + await (await (await caches.open(c)).match(k)).text();
	return out; })()`
