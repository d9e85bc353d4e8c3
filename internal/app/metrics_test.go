package app

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"nivaran/internal/connector/x/xtest"
)

// /metrics tells the work that waits and how long pages take, and nobody's name.
func TestMetrics(t *testing.T) {
	w := newWorld(t, false)
	w.standIns.X.AddUser(xtest.User{Username: "asha", Name: "Asha"})
	for _, words := range []string{"@NivaranHR no drinking water in Hisar", "@NivaranHR the street light in Hisar is dead"} {
		_, err := w.standIns.X.Post("asha", words, xtest.Draft{})
		must(t, err)
	}
	w.hear("@NivaranHR")
	id := w.openFirst("no drinking water")
	m := w.newMetrics()
	pages, err := w.handler(true, m.observe)
	must(t, err)
	for _, path := range []string{"/track", "/n/GRV-2026-0000001", "/cases/" + id.String()} {
		pages.Handler.ServeHTTP(httptest.NewRecorder(), httptest.NewRequestWithContext(t.Context(), http.MethodGet, path, nil))
	}
	m.observe("GET /slow", http.StatusOK, 3*time.Second)
	rec := httptest.NewRecorder()
	m.server("").Handler.ServeHTTP(rec, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/metrics", nil))
	got := rec.Body.String()
	for _, want := range []string{
		`nivaran_cases{late="false",state="assigned"} 1`, `nivaran_posts_waiting{danger="false"} 1`, `nivaran_posts_waiting{danger="true"} 0`, `nivaran_replies_open{state="queued"} 1`,
		`nivaran_account_complete_seconds{account="1",channel="x"}`, `nivaran_account_stopped{account="1",channel="x"} 0`, "nivaran_database_readable 1",
		`nivaran_request_seconds_count{route="GET /n/{number}",status="422"} 1`, `nivaran_request_seconds_bucket{route="GET /slow",status="200",le="2.5"} 0`,
	} {
		if !strings.Contains(got, want) {
			t.Errorf("no %s", want)
		}
	}
	for _, secret := range []string{"asha", "Asha", "GRV-", id.String(), "water"} {
		if strings.Contains(got, secret) {
			t.Errorf("%q stands in the metrics", secret)
		}
	}
	if t.Failed() {
		t.Log(got)
	}
}
