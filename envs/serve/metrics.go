package serve

import (
	"net/http"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"stepgym/envs/serve/session"
)

// metrics exports the counts of a Host. They are read when somebody asks, so a
// step pays for nothing but its counters.
type metrics struct {
	host    *session.Host
	handler http.Handler
	bounds  []float64

	active, resets, steps, seconds                              *prometheus.Desc
	sessions, limit, attached, groups, snapshots, queue, drain  *prometheus.Desc
	created, closed, expired, capacity, quotaRefused            *prometheus.Desc
	written, writeErrors, unwritten                             *prometheus.Desc
	ownerEpisodes, ownerGroups, ownerSteps, ownerBytes, refused *prometheus.Desc
}

func newMetrics(h *session.Host) *metrics {
	desc := func(name, help string, labels ...string) *prometheus.Desc {
		return prometheus.NewDesc("gym_"+name, help, labels, nil)
	}
	m := &metrics{
		host:     h,
		active:   desc("episodes_active", "Sessions that play an episode now.", "env"),
		resets:   desc("resets_total", "Episodes started.", "env"),
		steps:    desc("steps_total", "Steps by outcome: ok, invalid, end, replayed, error.", "env", "outcome"),
		seconds:  desc("step_seconds", "Time of a step in its environment, with the record.", "env"),
		sessions: desc("sessions_active", "Sessions open now, reserved ones included."), limit: desc("sessions_max", "Sessions that may be open."),
		attached: desc("sessions_attached", "Sockets that hold a session."), groups: desc("groups_active", "Groups open now."),
		snapshots: desc("snapshots_active", "Snapshots kept."), queue: desc("queue_depth", "Calls that wait for a session."),
		drain:   desc("draining", "1 while the server shuts down."),
		created: desc("sessions_created_total", "Sessions made."), closed: desc("sessions_closed_total", "Sessions closed by their clients or by the server's end."),
		expired:  desc("lease_expired_total", "Sessions whose lease ran out."),
		capacity: desc("capacity_refused_total", "Requests refused because the server was full."), quotaRefused: desc("quota_refused_total", "Requests refused for a quota."),
		written: desc("trajectories_total", "Trajectories written."), writeErrors: desc("trajectory_write_errors_total", "Attempts to write a trajectory that failed."),
		unwritten:     desc("trajectories_unwritten", "Trajectories that wait to be written again."),
		ownerEpisodes: desc("owner_episodes", "Open episodes of an owner, and its quota (0: none).", "owner", "kind"),
		ownerGroups:   desc("owner_groups", "Open groups of an owner, and its quota (0: none).", "owner", "kind"),
		ownerSteps:    desc("owner_steps_total", "Steps of an owner.", "owner"), ownerBytes: desc("owner_bytes_total", "Bytes received from and sent to an owner.", "owner"),
		refused: desc("owner_refused_total", "Requests of an owner refused for a quota.", "owner"),
	}
	for _, d := range session.StepBuckets() {
		m.bounds = append(m.bounds, d.Seconds())
	}
	r := prometheus.NewRegistry()
	r.MustRegister(m, collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	m.handler = promhttp.HandlerFor(r, promhttp.HandlerOpts{})
	return m
}

// Describe implements prometheus.Collector: what there is follows from Collect.
func (m *metrics) Describe(ch chan<- *prometheus.Desc) { prometheus.DescribeByCollect(m, ch) }

// Collect implements prometheus.Collector.
func (m *metrics) Collect(ch chan<- prometheus.Metric) {
	gauge := func(d *prometheus.Desc, x int, labels ...string) {
		ch <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, float64(x), labels...)
	}
	count := func(d *prometheus.Desc, x uint64, labels ...string) {
		ch <- prometheus.MustNewConstMetric(d, prometheus.CounterValue, float64(x), labels...)
	}
	s := m.host.Stats()
	names := session.OutcomeNames()
	for _, e := range s.Envs {
		gauge(m.active, e.Open, e.Env)
		count(m.resets, e.Resets, e.Env)
		for i, n := range e.Steps {
			count(m.steps, n, e.Env, names[i])
		}
		ch <- m.histogram(&e)
	}
	draining := 0
	if s.Draining {
		draining = 1
	}
	gauge(m.sessions, s.Open)
	gauge(m.limit, s.Max)
	gauge(m.attached, s.Attached)
	gauge(m.groups, s.Groups)
	gauge(m.snapshots, s.Snapshots)
	gauge(m.queue, s.Waiting)
	gauge(m.drain, draining)
	gauge(m.unwritten, s.Unwritten)
	count(m.created, s.Created)
	count(m.closed, s.Closed)
	count(m.expired, s.Expired)
	count(m.capacity, s.CapacityRefused)
	count(m.quotaRefused, s.QuotaRefused)
	count(m.written, s.Trajectories)
	count(m.writeErrors, s.TrajectoryErrors)
	for _, u := range s.Owners {
		gauge(m.ownerEpisodes, u.Episodes, u.Owner, "open")
		gauge(m.ownerEpisodes, u.Quota.Episodes, u.Owner, "quota")
		gauge(m.ownerGroups, u.Groups, u.Owner, "open")
		gauge(m.ownerGroups, u.Quota.Groups, u.Owner, "quota")
		count(m.ownerSteps, u.Steps, u.Owner)
		count(m.ownerBytes, u.Bytes, u.Owner)
		count(m.refused, u.Refused, u.Owner)
	}
}

// histogram returns the times of an environment's steps.
func (m *metrics) histogram(e *session.EnvStats) prometheus.Metric {
	buckets := make(map[float64]uint64, len(m.bounds))
	var sum uint64
	for i, n := range e.StepTimes {
		sum += n
		if i < len(m.bounds) {
			buckets[m.bounds[i]] = sum
		}
	}
	return prometheus.MustNewConstHistogram(m.seconds, sum, e.StepSeconds, buckets, e.Env)
}
