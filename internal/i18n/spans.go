package i18n

import "time"

const day = 24 * time.Hour

// Age writes how long ago something was in one unit, rounded down: 6 min, 2 h, 3 d.
func (p *Printer) Age(d time.Duration) string {
	switch {
	case d >= day:
		return p.unit("days", d/day)
	case d >= time.Hour:
		return p.unit("hours", d/time.Hour)
	}
	return p.unit("minutes", max(d, 0)/time.Minute)
}

// Duration writes a span in its two largest units: 2 d 4 h, 3 h 46 min, 30 s.
// From three days on hours no longer matter and are left out.
func (p *Printer) Duration(d time.Duration) string {
	d = max(d, 0)
	switch {
	case d >= 3*day:
		return p.unit("days", d/day)
	case d >= day:
		return p.units("days", d/day, "hours", d%day/time.Hour)
	case d >= time.Hour:
		return p.units("hours", d/time.Hour, "minutes", d%time.Hour/time.Minute)
	case d >= time.Minute:
		return p.unit("minutes", d/time.Minute)
	}
	return p.unit("seconds", d/time.Second)
}

// WorkingDays writes a limit: 7 working days.
func (p *Printer) WorkingDays(n int) string { return p.unit("working_days", time.Duration(n)) }

// WorkingDuration writes working time in days of the given length: 2 working days
// 4 h, 3 working hours 20 min.
func (p *Printer) WorkingDuration(d, workday time.Duration) string {
	d = max(d, 0)
	switch {
	case workday > 0 && d >= workday:
		return p.units("working_days", d/workday, "hours", d%workday/time.Hour)
	case d >= time.Hour:
		return p.units("working_hours", d/time.Hour, "minutes", d%time.Hour/time.Minute)
	}
	return p.unit("working_minutes", d/time.Minute)
}

// unit takes its count as what a division of durations gives, a bare number.
func (p *Printer) unit(key string, n time.Duration) string {
	return p.T("span."+key, "Count", int64(n))
}

func (p *Printer) units(large string, n time.Duration, small string, m time.Duration) string {
	if m == 0 {
		return p.unit(large, n)
	}
	return p.unit(large, n) + " " + p.unit(small, m)
}
