//go:build browser

package e2e

import (
	"context"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// sheets are the files with which an empty installation is filled, in their order.
var sheets = []struct {
	kind, lines string
	rows        int
}{
	{"departments", `code,name_en,name_hi
public_health,Public Health Engineering,जन स्वास्थ्य अभियांत्रिकी
power,Power,बिजली`, 2},
	{"districts", `lgd_code,name_en,name_hi
73,Rohtak,रोहतक
63,Hisar,हिसार
604,Nuh,नूंह`, 3},
	{"subjects", `code,department,category_en,name_en,name_hi,limit_days
no_water,public_health,Supply,No drinking water,पीने का पानी नहीं,3
power_cut,power,Supply,Power cut,बिजली कटौती,1`, 2},
	{"offices", `code,name_en,name_hi,tier,parent,district,department
hq-water,Public Health Headquarters,जन स्वास्थ्य मुख्यालय,headquarters,cell,,public_health
hq-power,Power Headquarters,बिजली मुख्यालय,headquarters,cell,,power
dc-rohtak,District Administration Rohtak,जिला प्रशासन रोहतक,administration,cell,Rohtak,
dc-hisar,District Administration Hisar,जिला प्रशासन हिसार,administration,cell,Hisar,
dc-nuh,District Administration Nuh,जिला प्रशासन नूंह,administration,cell,Nuh,
water-rohtak,Public Health Division Rohtak,जन स्वास्थ्य मंडल रोहतक,field,hq-water,Rohtak,public_health
power-rohtak,Power Division Rohtak,बिजली मंडल रोहतक,field,hq-power,Rohtak,power
water-hisar,Public Health Division Hisar,जन स्वास्थ्य मंडल हिसार,field,hq-water,Hisar,public_health`, 8},
	{"matrix", `department,district,office
public_health,Rohtak,water-rohtak
power,Rohtak,power-rohtak
public_health,Hisar,water-hisar`, 3},
	{"officers", `email,name_en,name_hi,office,role,title_en,title_hi
state@nivaran.example,Renu Phogat,रेणु फोगाट,cell,state_nodal,State Nodal Officer,राज्य नोडल अधिकारी
clerk@nivaran.example,Neha Dahiya,नेहा दहिया,cell,clerk,Sorting Desk,छंटाई कक्ष
approver@nivaran.example,Sunita Hooda,सुनीता हुड्डा,cell,approver,Approver,अनुमोदक
auditor@nivaran.example,Om Prakash,ओम प्रकाश,cell,auditor,Auditor,लेखापरीक्षक
water@nivaran.example,Rajbir Malik,राजबीर मलिक,hq-water,department_nodal,Nodal Officer,नोडल अधिकारी
power@nivaran.example,Anil Kadian,अनिल कादियान,hq-power,department_nodal,Nodal Officer,नोडल अधिकारी
rohtak@nivaran.example,Kavita Sangwan,कविता सांगवान,dc-rohtak,district_nodal,City Magistrate,नगराधीश
hisar@nivaran.example,Manoj Bishnoi,मनोज बिश्नोई,dc-hisar,district_nodal,City Magistrate,नगराधीश
nuh@nivaran.example,Sabir Khan,साबिर खान,dc-nuh,district_nodal,City Magistrate,नगराधीश
water.rohtak@nivaran.example,Ashok Beniwal,अशोक बेनीवाल,water-rohtak,field_officer,Sub-Divisional Engineer,उपमंडल अभियंता
power.rohtak@nivaran.example,Meena Rathi,मीना राठी,power-rohtak,field_officer,Sub-Divisional Officer,उपमंडल अधिकारी
water.hisar@nivaran.example,Suresh Godara,सुरेश गोदारा,water-hisar,field_officer,Sub-Divisional Engineer,उपमंडल अभियंता`, 12},
}

// TestInstallation begins with nothing: the first administrator takes up the official ID,
// fills the organisation by files, invites twelve officers, who take their IDs up by app
// and by passkey; accounts are connected at their services, a citizen's post becomes a
// case of the right office, a token dies, and nothing is lost.
func TestInstallation(t *testing.T) {
	d := startDemo(t, "--empty")
	admin := open(t, 1440, true)
	examine(t, admin, d.FirstAdministrator, "installation-link")
	takeUpByApp(t, admin, d.FirstAdministrator, "kaagaz kalam davaat")
	do(t, admin, chromedp.Navigate(d.URL+"/offices"), chromedp.WaitReady(`main`))
	for _, s := range sheets {
		d.takeIn(t, admin, s.kind, s.lines, s.rows)
	}
	examine(t, admin, d.URL+"/offices/check", "installation-check")
	do(t, admin, chromedp.Navigate(d.URL+"/offices/check?lang=en"), chromedp.WaitReady(`main`))
	if gaps := read(t, admin, chromedp.TextContent(`main`)); !strings.Contains(gaps, "Nuh") {
		t.Errorf("nobody answers for water in Nuh, and the check says: %s", gaps)
	}

	links := d.inviteAll(t, admin)
	if len(links) != 12 {
		t.Fatalf("%d invitations for twelve officers", len(links))
	}
	people := map[string]context.Context{} // the windows of those who go on
	for i, email := range slices.Sorted(maps.Keys(links)) {
		ctx, password := open(t, 1440, true), "lamba raasta "+strings.ReplaceAll(email, "@", " ")
		if i%2 == 0 {
			takeUpByApp(t, ctx, links[email], password)
		} else {
			virtualAuthenticator(t, ctx)
			takeUpByPasskey(t, ctx, links[email], password)
		}
		if slices.Contains([]string{"clerk@nivaran.example", "rohtak@nivaran.example", "state@nivaran.example"}, email) {
			people[email] = ctx
			continue
		}
		if err := chromedp.Cancel(ctx); err != nil {
			t.Error(err)
		}
	}

	clerk, magistrate := people["clerk@nivaran.example"], people["rohtak@nivaran.example"]
	state := people["state@nivaran.example"]
	do(t, admin, chromedp.Navigate(d.URL+"/ids?lang=en"), chromedp.WaitReady(`main`))
	if left := read(t, admin, chromedp.Evaluate[bool](`document.querySelector('form[action="/ids/invite"]') !== null`)); left {
		t.Error("there are officers without an official ID still")
	}

	for _, c := range d.toConnect(t) {
		d.connect(t, state, c)
		c.say("no drinking water in Rohtak since Monday, said on " + c.service)
		d.arrives(t, clerk, "said on "+c.service)
	}
	d.opensFor(t, clerk, "Public Health Division Rohtak")

	x := d.toConnect(t)[0]
	x.revoke()
	x.say("no drinking water in Rohtak, unheard on " + x.service)
	waitFor(t, magistrate, "the warning of the City Magistrate", func() bool {
		do(t, magistrate, chromedp.Navigate(d.URL+"/notices?lang=en"), chromedp.WaitReady(`main`))
		return strings.Contains(read(t, magistrate, chromedp.TextContent(`main`)), "refuses our sign-in")
	})
	do(t, state, chromedp.Navigate(d.URL+"/channels?lang=en"), chromedp.WaitReady(`.need-late button`), chromedp.Click(`.need-late:has(form[action$="/reconnect"]) button`))
	d.consent(t, state, x)
	d.arrives(t, clerk, "unheard on "+x.service)
}

// takeIn brings a file in: the dry run names every line, one click takes it.
func (d *demo) takeIn(t *testing.T, ctx context.Context, kind, lines string, rows int) {
	t.Helper()
	do(t, ctx, chromedp.Navigate(d.URL+"/organisation/csv?lang=en"), chromedp.WaitReady(`#f-kind`),
		chromedp.Evaluate[chromedp.Void](fmt.Sprintf(`document.querySelector("#f-kind").value = %q; document.querySelector("#f-lines").value = %q; 0`, kind, lines)),
		submit(`form[action="/organisation/csv"]`), chromedp.WaitReady(`main table`))
	if n := read(t, ctx, chromedp.Evaluate[int](`document.querySelectorAll("main tbody tr").length`)); n != rows {
		t.Errorf("%s: the dry run has %d lines, want %d: %s", kind, n, rows, read(t, ctx, chromedp.TextContent(`main`)))
	}
	where := read(t, ctx, chromedp.Location())
	at, err := url.Parse(where)
	if err != nil {
		t.Fatal(err)
	}
	if kind == "officers" {
		examine(t, ctx, d.URL+at.Path, "installation-"+kind)
		do(t, ctx, chromedp.EmulateViewport(1440, 900), chromedp.Navigate(d.URL+at.Path+"?lang=en"), chromedp.WaitReady(`input[name=hash]`))
	}
	do(t, ctx, chromedp.WaitReady(`input[name=hash]`), submit(`form:has(input[name=hash])`), chromedp.WaitReady(`.banner-ok`))
}

// inviteAll invites whoever has no official ID and gives the links by address.
func (d *demo) inviteAll(t *testing.T, ctx context.Context) map[string]string {
	t.Helper()
	do(t, ctx, chromedp.Navigate(d.URL+"/ids?lang=en"), chromedp.WaitReady(`form[action="/ids/invite"]`), submit(`form[action="/ids/invite"]`), chromedp.WaitVisible(`.linkletters`))
	return read(t, ctx, chromedp.Evaluate[map[string]string](`Object.fromEntries([...document.querySelectorAll("li:has(.linkletters)")].map(
		li => [li.querySelector(".muted").textContent.trim(), li.querySelector(".linkletters").textContent.trim()]))`))
}

// opensFor opens the first post by the desk's own choice, and expects the office.
func (d *demo) opensFor(t *testing.T, ctx context.Context, office string) {
	t.Helper()
	do(t, ctx, chromedp.Navigate(d.URL+"/sorting?lang=en"), chromedp.WaitReady(`form[action$="/open"]`), chromedp.Click(`form[action$="/open"] button[type=submit]`))
	waitFor(t, ctx, "the word that the case is opened", func() bool {
		return strings.Contains(read(t, ctx, chromedp.TextContent(`body`)), "Opened and routed")
	})
	do(t, ctx, chromedp.Navigate(d.URL+"/cases?lang=en"), chromedp.WaitReady(`main`))
	if list := read(t, ctx, chromedp.TextContent(`main`)); !strings.Contains(list, office) {
		t.Errorf("the case did not go to %s: %s", office, list)
	}
}
