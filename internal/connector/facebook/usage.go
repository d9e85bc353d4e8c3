package facebook

import (
	"encoding/json"
	"net/http"
	"time"

	"nivaran/internal/connector"
)

// usage is how much of the allowed calls is used, in percent, and for how many minutes
// none more are taken.
type usage struct {
	Calls  int `json:"call_count"`
	CPU    int `json:"total_cputime"`
	Time   int `json:"total_time"`
	Regain int `json:"estimated_time_to_regain_access"`
}

// readUsage takes the worst of what the headers say of a page, or of the app.
func readUsage(h http.Header, page string) usage {
	var worst usage
	var all map[string][]usage
	// An unreadable header is as good as none: it only advises.
	if json.Unmarshal([]byte(h.Get("X-Business-Use-Case-Usage")), &all) == nil {
		for _, u := range all[page] {
			worst = worst.or(u)
		}
	}
	var app usage
	if json.Unmarshal([]byte(h.Get("X-App-Usage")), &app) == nil {
		worst = worst.or(app)
	}
	return worst
}

func (u usage) or(v usage) usage {
	return usage{max(u.Calls, v.Calls), max(u.CPU, v.CPU), max(u.Time, v.Time), max(u.Regain, v.Regain)}
}

func budget(h http.Header, page string, now time.Time) connector.Budget {
	u := readUsage(h, page)
	b := connector.Budget{Percent: max(u.Calls, u.CPU, u.Time)}
	if u.Regain > 0 {
		b.Reset = now.Add(time.Duration(u.Regain) * time.Minute)
	}
	return b
}

// until is when a limited page may call again.
func until(h http.Header, page string, now time.Time) time.Time {
	if b := budget(h, page, now); !b.Reset.IsZero() {
		return b.Reset
	}
	return now.Add(limitedFor)
}
