package i18n

import (
	"strconv"
	"time"
)

// Date writes the day in full: 23 November 2026, 23 नवंबर 2026.
func (p *Printer) Date(t time.Time) string {
	t = t.In(p.zone)
	return p.T("date.full", "Day", strconv.Itoa(t.Day()), "Month", p.month(t), "Year", strconv.Itoa(t.Year()))
}

// Day writes the day as rows show it: Mon 23 Nov, सोम 23 नवंबर.
func (p *Printer) Day(t time.Time) string {
	t = t.In(p.zone)
	return p.T("date.day",
		"Weekday", p.T("date.weekday_"+strconv.Itoa(int(t.Weekday()))),
		"Day", strconv.Itoa(t.Day()),
		"Month", p.T("date.month_short_"+strconv.Itoa(int(t.Month()))))
}

// Time writes the time of day: 1:24 pm, दोपहर 1:24.
func (p *Printer) Time(t time.Time) string {
	t = t.In(p.zone)
	return p.T("date.time_"+partOfDay(t.Hour()), "Clock", t.Format("3:04"))
}

// Moment writes day and time as rows show them: Mon 23 Nov, 1:24 pm.
func (p *Printer) Moment(t time.Time) string {
	return p.T("date.moment", "Date", p.Day(t), "Time", p.Time(t))
}

// DateTime writes day and time in full: 23 November 2026, 1:24 pm.
func (p *Printer) DateTime(t time.Time) string {
	return p.T("date.moment", "Date", p.Date(t), "Time", p.Time(t))
}

func (p *Printer) month(t time.Time) string {
	return p.T("date.month_" + strconv.Itoa(int(t.Month())))
}

// partOfDay follows Hindi, which has four parts; the night before dawn is apart
// because English calls it am.
func partOfDay(hour int) string {
	switch {
	case hour < 4:
		return "early"
	case hour < 12:
		return "morning"
	case hour < 16:
		return "afternoon"
	case hour < 20:
		return "evening"
	}
	return "night"
}
