package app

import (
	"context"
	"net/http"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"nivaran/internal/grievance"
	"nivaran/internal/store"
)

// metrics are what /metrics tells those who run the program. No label holds a name, a
// number of a case or an address: routes stand as their patterns.
type metrics struct {
	registry *prometheus.Registry
	requests *prometheus.HistogramVec
}

func (p *parts) newMetrics() *metrics {
	m := &metrics{registry: prometheus.NewRegistry(), requests: prometheus.NewHistogramVec(prometheus.HistogramOpts{
		Name: "nivaran_request_seconds", Help: "How long requests took, by the pattern of their route.", Buckets: []float64{.005, .01, .025, .05, .1, .25, .5, 1, 2.5, 10},
	}, []string{"route", "status"})}
	m.registry.MustRegister(m.requests, &gauges{p}, collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

// observe keeps how long one request took.
func (m *metrics) observe(route string, status int, took time.Duration) {
	m.requests.WithLabelValues(route, strconv.Itoa(status)).Observe(took.Seconds())
}

// server serves /metrics and nothing else.
func (m *metrics) server(address string) *http.Server {
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{}))
	return &http.Server{Addr: address, Handler: mux, ReadHeaderTimeout: 5 * time.Second}
}

// gauges reads the numbers of the database when they are asked for.
type gauges struct{ p *parts }

var (
	casesDesc    = prometheus.NewDesc("nivaran_cases", "Cases by state, and whether their limit is over.", []string{"state", "late"}, nil)
	postsDesc    = prometheus.NewDesc("nivaran_posts", "Posts by how they were sorted.", []string{"sorted"}, nil)
	repliesDesc  = prometheus.NewDesc("nivaran_replies_open", "Replies that have not gone out, by state.", []string{"state"}, nil)
	bodiesDesc   = prometheus.NewDesc("nivaran_deliveries_open", "Bodies of webhooks that are not read, by state.", []string{"state"}, nil)
	waitingDesc  = prometheus.NewDesc("nivaran_posts_waiting", "Posts that wait for the sorting desk.", []string{"danger"}, nil)
	accountDesc  = prometheus.NewDesc("nivaran_account_complete_seconds", "How long ago an official account was last read to its end; -1: never.", []string{"account", "channel"}, nil)
	stoppedDesc  = prometheus.NewDesc("nivaran_account_stopped", "1: the account needs a person before it is read or written again.", []string{"account", "channel"}, nil)
	readableDesc = prometheus.NewDesc("nivaran_database_readable", "1: the figures could be read from the database.", nil, nil)
)

// Describe names the figures.
func (g *gauges) Describe(to chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{casesDesc, postsDesc, repliesDesc, bodiesDesc, waitingDesc, accountDesc, stoppedDesc, readableDesc} {
		to <- d
	}
}

// gaugeTime is how long a reading may take.
const gaugeTime = 5 * time.Second

// Collect reads the figures.
func (g *gauges) Collect(to chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), gaugeTime)
	defer cancel()
	var now store.Gauges
	var accounts []grievance.OfficialAccount
	var health map[int]store.Health
	err := g.p.store.View(ctx, func(tx *store.Tx) (err error) {
		if now, err = tx.ReadGauges(ctx); err != nil {
			return err
		}
		if accounts, err = tx.Accounts(ctx); err != nil {
			return err
		}
		health, err = tx.AllHealth(ctx, time.Now())
		return err
	})
	tell := func(d *prometheus.Desc, n float64, labels ...string) {
		to <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, n, labels...)
	}
	if err != nil {
		g.p.log.WarnContext(ctx, "figures cannot be read", "err", err)
		tell(readableDesc, 0)
		return
	}
	tell(readableDesc, 1)
	for k, n := range now.Cases {
		tell(casesDesc, float64(n), k[0], k[1])
	}
	for d, counts := range map[*prometheus.Desc]map[string]int64{postsDesc: now.Posts, repliesDesc: now.Replies, bodiesDesc: now.Deliveries} {
		for k, n := range counts {
			tell(d, float64(n), k)
		}
	}
	tell(waitingDesc, float64(now.Danger), "true")
	tell(waitingDesc, float64(now.Waiting-now.Danger), "false")
	for _, a := range accounts {
		if !a.Connected() {
			continue
		}
		age, stopped := -1.0, 0.0
		if t := health[a.ID].CompleteTo; !t.IsZero() {
			age = time.Since(t).Seconds()
		}
		if !a.StoppedAt.IsZero() {
			stopped = 1
		}
		tell(accountDesc, age, strconv.Itoa(a.ID), string(a.Channel))
		tell(stoppedDesc, stopped, strconv.Itoa(a.ID), string(a.Channel))
	}
}
