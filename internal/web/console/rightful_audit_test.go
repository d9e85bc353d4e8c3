package console

import (
	"net/url"

	"nivaran/internal/grievance"
	"nivaran/internal/store"
)

// rightfulAudit is one successful request for every route of the auditor's reader.
func rightfulAudit() map[string]step {
	const auditor = grievance.Auditor
	export := func(w *world) (string, url.Values) {
		if err := w.Desk.AskExport(w.ctx(), w.actor(auditor), store.Days{}); err != nil {
			w.t.Fatal(err)
		}
		all, err := w.Desk.Exports(w.ctx(), w.actor(auditor))
		if err != nil || len(all) == 0 {
			w.t.Fatalf("exports = %v, %v", all, err)
		}
		if err := w.Desk.MakeExport(w.ctx(), all[0].ID); err != nil {
			w.t.Fatal(err)
		}
		return "/audit/exports/" + all[0].ID.String(), nil
	}
	return map[string]step{
		"GET /audit":                  {role: auditor, ready: at("/audit")},
		"GET /audit/reads":            {role: auditor, ready: at("/audit/reads")},
		"GET /audit/office":           {role: auditor, ready: at("/audit/office")},
		"GET /audit/days":             {role: auditor, ready: at("/audit/days")},
		"GET /audit/exports":          {role: auditor, ready: at("/audit/exports")},
		"POST /audit/exports":         {role: auditor, ready: func(*world) (string, url.Values) { return "/audit/exports", url.Values{"from": {"2026-01-01"}} }},
		"GET /audit/exports/{export}": {role: auditor, ready: export},
	}
}
