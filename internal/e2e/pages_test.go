//go:build browser

package e2e

import (
	"context"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"nivaran/internal/grievance"
	"nivaran/internal/web/citizen"
	"nivaran/internal/web/console"
)

// elsewhere are the routes that the walk leaves out, and why.
var elsewhere = map[string]string{
	"/cases/{id}/files/{hash}":     "a file",
	"/c/{token}/files/{hash}":      "a file",
	"/audit/exports/{export}":      "a file",
	"/audit/heads.json":            "a list for programs",
	"/inbox/events":                "a stream",
	"/counting.json":               "a table for a script",
	"/citizen-search/{id}":         "examined in TestCitizensPages",
	"/citizens/{id}":               "examined in TestCitizensPages",
	"/citizens/{id}/copy":          "the form of the erasure with fewer fields",
	"/citizens/{id}/erase":         "examined in TestCitizensPages",
	"/citizens/requests/{id}/file": "a file",
	"/cases/{id}/templates":        "a list for a script",
	"/sorting/{post}":              "the address of /sorting with a post that is open there",
	"/clusters/{cluster}":          "examined in TestFlood",
	"/sorting/{post}/similar":      "examined in TestSearchAcrossScripts, of a case",
	"/{$}":                         "leads on",
	"/c/{token}":                   "examined on the road of the letter",
	"/sign-in/code":                "examined after the password",
	"/sign-in/enrol":               "examined in TestSignInPages",
	"/sign-in/enrol/picture.png":   "a picture",
	"/sign-in/provider":            "leads to an identity provider; examined in TestIdentityProvider",
	"/sign-in/provider/return":     "leads on",
	"/notices/{id}":                "leads to what the notice is about",
	"/sign-in/recovery":            "examined in TestOfficialIDs",
	"/sign-in/codes":               "examined in TestOfficialIDs",
	"/settings/id/codes":           "examined in TestOfficialIDs",
	"/ids/links":                   "examined in TestOfficialIDs",
	"/invitation/{token}":          "examined in TestOfficialIDs",
	"/roles/{role}/change":         "examined in TestRoles",
	"/see-as/{look}":               "examined in TestRoles",
	"/sign-in/charge":              "examined in TestSignInPages",

	"/sorting/{post}/files/{hash}":       "a file",
	"/sorting/{post}/files/{hash}/words": "examined in TestLegacyFontPages",
	"/cases/{id}/files/{hash}/words":     "the page of the sorting desk, from a case",

	"/organisation/csv/{file}":         "a file",
	"/organisation/imports/{import}":   "examined in TestOrganisation",
	"/handovers/{handover}":            "examined in TestOrganisation",
	"/cases/{id}/replies/{reply}/edit": "examined in TestMakerAndChecker",

	"/channels/connect/consent":            "examined in TestConnect",
	"/channels/connect/pages":              "examined in TestConnect",
	"/channels/connect/mailbox":            "examined in TestConnect",
	"/channels/connect/{service}/callback": "examined in TestConnect",
}

// walker follows the links of one role's pages and examines one page of each kind.
type walker struct {
	t    *testing.T
	d    *demo
	ctx  context.Context
	role string
	seen map[string]bool // kinds that some role has opened
	next []string
}

var (
	longID    = regexp.MustCompile(`/\d{6,}`)
	shortID   = regexp.MustCompile(`^/offices/\d+`)
	accountID = regexp.MustCompile(`^/channels/\d+`)
	leftAside = regexp.MustCompile(`^/(static|sign-out|inbox/events|c|organisation/csv)/|^/(sign-out|inbox/events)$|/files/|^/audit/heads\.json|^/audit/exports/\d`)
	roleCode  = regexp.MustCompile(`^/roles/[a-z_]+$`)
	listID    = regexp.MustCompile(`^/(department|district)s/\d+`)
	thingID   = regexp.MustCompile(`^/(officer|charge|handover)s/\{id\}|^/(ids)/\{id\}`)
)

// thing names what an address of a thing holds, as the route does.
func thing(k string) string {
	k = listID.ReplaceAllString(k, "/${1}s/{$1}")
	m := thingID.FindStringSubmatch(k)
	switch {
	case m == nil:
		return k
	case m[2] == "ids":
		return "/ids/{officer}" + k[len(m[0]):]
	}
	return "/" + m[1] + "s/{" + m[1] + "}" + k[len(m[0]):]
}

// kind is the pattern of an address, by which one of each is examined. What a case page
// offers depends on its state, so cases are told apart by the list that led to them.
func kind(address, from string) string {
	path, query, _ := strings.Cut(address, "?")
	k := shortID.ReplaceAllString(longID.ReplaceAllString(caseNumber.ReplaceAllString(path, "{number}"), "/{id}"), "/offices/{office}")
	k = thing(accountID.ReplaceAllString(k, "/channels/{account}"))
	if k != "/roles/new" {
		k = roleCode.ReplaceAllString(k, "/roles/{role}")
	}
	values, err := url.ParseQuery(query)
	if err == nil && k == "/offices/matrix" && values.Get("department") != "" && values.Get("district") != "" {
		k += " cell"
	}
	if state := values.Get("state"); err == nil && state != "" && k == "/cases" {
		k += "?state=" + state
	}
	if _, state, ok := strings.Cut(from, "?state="); ok && k == "/cases/{id}" {
		k += " " + state
	}
	return k
}

func (w *walker) add(from string, addresses ...string) {
	for _, a := range addresses {
		a, _, _ = strings.Cut(a, "#")
		k := kind(a, from)
		if a == "" || leftAside.MatchString(a) || w.seen[k] || strings.Contains(a, "lang=") || strings.Contains(a, "after=") {
			continue
		}
		w.seen[k] = true
		w.next = append(w.next, a)
	}
}

// walk examines the starts, and what they lead to that no role before has opened.
func (w *walker) walk(starts ...string) {
	for _, a := range starts {
		w.seen[kind(a, "")] = true
	}
	w.next = append(w.next, starts...)
	for len(w.next) > 0 {
		at := w.next[0]
		w.next = w.next[1:]
		links := examine(w.t, w.ctx, w.d.URL+at, w.role+strings.ReplaceAll(kind(at, ""), "/", "-"))
		w.add(kind(at, ""), links...)
	}
}

// examine opens the page in both languages, in light and dark, at every width, and gives
// where its links lead.
func examine(t *testing.T, ctx context.Context, address, name string) (links []string) {
	t.Helper()
	sep := "?"
	if strings.Contains(address, "?") {
		sep = "&"
	}
	for _, lang := range []string{"en", "hi"} {
		do(t, ctx, chromedp.EmulateViewport(1440, 900), darkness(false), chromedp.Navigate(address+sep+"lang="+lang), chromedp.WaitReady(`main`))
		if lang == "en" {
			links = read(t, ctx, chromedp.Evaluate[[]string](`[...document.querySelectorAll('a[href^="/"]')].map(a => a.getAttribute("href"))`))
		}
		for _, look := range []struct {
			width int64
			dark  bool
		}{{1440, lang == "hi"}, {768, false}, {360, lang == "en"}} {
			do(t, ctx, chromedp.EmulateViewport(look.width, 900), darkness(look.dark))
			shown := fmt.Sprintf("%s-%s-%d-dark-%v", name, lang, look.width, look.dark)
			noSideways(t, ctx, shown)
			if look.width != 768 {
				axe(t, ctx, shown)
			}
			shoot(t, ctx, shown)
		}
	}
	return links
}

// TestPages walks the pages of every role by their links, and expects no fault that
// axe-core finds, nothing that scrolls sideways, no report that a page broke the content
// policy, and every page of the route list among them.
func TestPages(t *testing.T) {
	d := startDemo(t, "--every", "2s", "--past", "150")
	states := []string{}
	for _, s := range grievance.States {
		states = append(states, "/cases?state="+string(s))
	}
	numbers := map[string]string{} // of a case in each state
	seen, patterns := map[string]bool{}, map[string]bool{}
	for _, r := range []struct {
		role   string
		starts []string
	}{
		{"administrator", []string{"/channels", "/offices"}}, // first: who manages is offered the most there
		{"clerk", []string{"/sorting"}},
		{"state_nodal", append(states, "/inbox", "/cases/4711", "/search", "/channels", "/channels/1/rights", "/officers")},
		{"district_nodal", []string{"/inbox", "/cases?state=action_taken"}},
		{"department_nodal", []string{"/inbox", "/cases?state=action_taken"}},
		{"field_officer", []string{"/field", "/figures"}},
		{"approver", []string{"/approvals", "/channels"}},
		{"auditor", []string{"/inbox", "/channels"}},
		{"stranger", []string{"/sign-in", "/track", "/n/GRV-2026-0000001", "/c/nothing-of-ours", "/no-such-page"}},
	} {
		t.Run(r.role, func(t *testing.T) {
			w := &walker{t: t, d: d, ctx: open(t, 1440, true), role: r.role, seen: seen}
			if r.role != "stranger" {
				d.signIn(t, w.ctx, r.role)
			} else {
				d.password(t, w.ctx, "auditor")
				examine(t, w.ctx, d.URL+"/sign-in/code", "sign-in-code")
				for state, number := range numbers {
					examine(t, w.ctx, d.URL+"/n/"+number, "number-page-"+state)
				}
			}
			if r.role == "state_nodal" {
				delete(seen, "/officers/{officer}") // the administrator's own page came first, which offers its owner no act
				w.add("", d.searched(t, w.ctx), offered(t, w.ctx, "escalate"), offered(t, w.ctx, "settle"))
				for _, s := range grievance.States {
					do(t, w.ctx, chromedp.Navigate(d.URL+"/cases?state="+string(s)), chromedp.WaitReady(`main`))
					if n := caseNumber.FindString(read(t, w.ctx, chromedp.TextContent(`main`))); n != "" {
						numbers[string(s)] = n
					}
				}
			}
			w.walk(r.starts...)
		})
	}
	var acts []string
	for k := range seen {
		k, _, _ = strings.Cut(k, " ")
		k, _, _ = strings.Cut(k, "?")
		patterns[k] = true
	}
	for _, rt := range slices.Concat((&console.Console{}).Routes(), (&citizen.Citizen{}).Routes()) {
		switch {
		case rt.Method != "GET" || patterns[rt.Pattern] || elsewhere[rt.Pattern] != "":
		case strings.HasPrefix(rt.Pattern, "/cases/{id}/"): // an act: offered where a case stands so
			acts = append(acts, rt.Pattern)
		default:
			t.Errorf("no link that the walk found leads to %s", rt.Pattern)
		}
	}
	if len(acts) > 3 { // all acts share one page
		t.Errorf("the cases of the demonstration offer none of these acts: %v", acts)
	}
	if len(numbers) < 6 {
		t.Errorf("number pages of cases in %d states only: %v", len(numbers), numbers)
	}
	breaks(t, d)
}

// searched looks for water in two scripts and gives the address of what was found.
func (d *demo) searched(t *testing.T, ctx context.Context) string {
	t.Helper()
	do(t, ctx, chromedp.Navigate(d.URL+"/search"), chromedp.WaitReady(`main input[name=q]`), chromedp.SendKeys(`main input[name=q]`, "pani\r"), chromedp.WaitReady(`main a[href*="/cases/"], main a[href*="/inbox/"]`))
	found, err := url.Parse(read(t, ctx, chromedp.Location()))
	if err != nil {
		t.Fatal(err)
	}
	return found.Path
}

// offered finds a case on whose page the act is offered: an overdue one, a suggestion.
func offered(t *testing.T, ctx context.Context, act string) string {
	t.Helper()
	return read(t, ctx, chromedp.Evaluate[string](fmt.Sprintf(`(async () => {
		const text = async (path) => (await fetch(path)).text();
		for (const state of ["assigned", "in_progress", "received"])
			for (const m of (await text("/cases?state=" + state)).matchAll(/href="(\/cases\/\d+)"/g)) {
				const form = (await text(m[1])).match(/href="(\/cases\/\d+\/%s)"/);
				if (form) return form[1];
			}
		return "";
	})()`, act), chromedp.EvalAwaitPromise))
}

// breaks proves that a page that broke the policy would have been noticed.
func breaks(t *testing.T, d *demo) {
	t.Helper()
	if n := d.log.reports.Load(); n != 0 {
		return // the end of the demonstration fails the test
	}
	ctx := open(t, 1440, true)
	do(t, ctx, chromedp.Navigate(d.URL+"/track"), chromedp.WaitReady(`main`))
	read(t, ctx, chromedp.Evaluate[bool](`(() => { const s = document.createElement("script"); s.textContent = "1"; document.body.append(s); return true })()`))
	for deadline := time.Now().Add(10 * time.Second); d.log.reports.Load() == 0; <-time.After(50 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("a page that breaks the content policy is not reported")
		}
	}
	d.log.reports.Store(0)
}
