package grievance

import (
	"sort"
	"time"
)

// Block is a span of working time in a day, in minutes since midnight in India.
type Block struct{ From, To int }

// Calendar counts working time: several blocks a working day, weekends and gazetted
// holidays off, in Indian time.
type Calendar struct {
	blocks   []Block
	weekend  [7]bool
	holidays map[string]string // 2026-11-08 → name
	perDay   int
}

// NewCalendar makes a calendar of blocks (sorted, not overlapping); holidays maps a day
// as 2026-11-08 to its name. Saturdays and Sundays are closed, as in Haryana's offices.
func NewCalendar(blocks []Block, holidays map[string]string) *Calendar {
	c := &Calendar{blocks: blocks, holidays: holidays}
	c.weekend[time.Saturday], c.weekend[time.Sunday] = true, true
	for _, b := range blocks {
		c.perDay += b.To - b.From
	}
	return c
}

// StateBlocks are the hours of the state's offices: Monday to Friday, 9 to 5.
var StateBlocks = []Block{{9 * 60, 17 * 60}}

const dayForm = "2006-01-02"

// Working says whether offices work on the day of t; the name of a holiday otherwise,
// empty for a weekend.
func (c *Calendar) Working(t time.Time) (bool, string) {
	t = t.In(India)
	if name, ok := c.holidays[t.Format(dayForm)]; ok {
		return false, name
	}
	return !c.weekend[t.Weekday()], ""
}

func midnight(t time.Time) time.Time {
	t = t.In(India)
	return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, India)
}

// start moves t to the first working moment at or after it.
func (c *Calendar) start(t time.Time) time.Time {
	for {
		day := midnight(t)
		if ok, _ := c.Working(t); ok {
			for _, b := range c.blocks {
				if end := day.Add(time.Duration(b.To) * time.Minute); t.Before(end) {
					if begin := day.Add(time.Duration(b.From) * time.Minute); t.Before(begin) {
						return begin
					}
					return t.In(India)
				}
			}
		}
		t = day.AddDate(0, 0, 1)
	}
}

// AddDays is the same time of day on the n-th working day after t. A start outside
// working hours counts from the next working moment.
func (c *Calendar) AddDays(t time.Time, n int) time.Time {
	t = c.start(t)
	for n > 0 {
		t = t.AddDate(0, 0, 1)
		if ok, _ := c.Working(t); ok {
			n--
		}
	}
	return t
}

// Add adds working time to t.
func (c *Calendar) Add(t time.Time, d time.Duration) time.Time {
	t = c.start(t)
	for d > 0 {
		day := midnight(t)
		for _, b := range c.blocks {
			end := day.Add(time.Duration(b.To) * time.Minute)
			if !t.Before(end) {
				continue
			}
			if begin := day.Add(time.Duration(b.From) * time.Minute); t.Before(begin) {
				t = begin
			}
			left := end.Sub(t)
			if d <= left {
				return t.Add(d)
			}
			d -= left
			t = end
		}
		t = c.start(midnight(t).AddDate(0, 0, 1))
	}
	return t
}

// Between is the working time from a to b; 0 when b is not after a.
func (c *Calendar) Between(a, b time.Time) time.Duration {
	var sum time.Duration
	for day := midnight(a); day.Before(b); day = day.AddDate(0, 0, 1) {
		if ok, _ := c.Working(day); !ok {
			continue
		}
		for _, bl := range c.blocks {
			from, to := day.Add(time.Duration(bl.From)*time.Minute), day.Add(time.Duration(bl.To)*time.Minute)
			if from.Before(a) {
				from = a
			}
			if to.After(b) {
				to = b
			}
			if to.After(from) {
				sum += to.Sub(from)
			}
		}
	}
	return sum
}

// Share is the moment when percent of the working time from start to due is used.
func (c *Calendar) Share(start, due time.Time, percent int) time.Time {
	whole := c.Between(start, due)
	return c.Add(start, whole*time.Duration(percent)/100)
}

// Pause is a span in which the clock of a case stood still.
type Pause struct {
	Round    int
	From, To time.Time // To is zero while it lasts
	Reason   string    // message key
	By       ID
}

// Step is one line of the explanation of a due time: what added what, and the new time.
type Step struct {
	Key     string // clock.start, clock.limit, clock.holiday, clock.pause
	Name    string // of the holiday
	By      ID     // who paused
	Days    int
	Working time.Duration
	From    time.Time
	To      time.Time // of a pause
	At      time.Time // the due time after this step
}

// Due is when limitDays working days after start are over, with each pause of the round
// added, and how that came about. A pause that still runs counts up to now.
func (c *Calendar) Due(start time.Time, limitDays int, pauses []Pause, now time.Time) (time.Time, []Step) {
	steps := []Step{{Key: "clock.start", At: start}}
	plain := c.start(start)
	for n := limitDays; n > 0; {
		plain = plain.AddDate(0, 0, 1)
		if !c.weekend[plain.Weekday()] {
			n--
		}
	}
	steps = append(steps, Step{Key: "clock.limit", Days: limitDays, At: plain})
	due := c.AddDays(start, limitDays)
	for _, day := range c.holidaysBetween(start, due) {
		ok := midnight(day)
		steps = append(steps, Step{Key: "clock.holiday", Name: c.holidays[ok.Format(dayForm)], Days: 1, From: ok, At: due})
	}
	sorted := append([]Pause(nil), pauses...)
	sort.Slice(sorted, func(i, j int) bool { return sorted[i].From.Before(sorted[j].From) })
	for _, p := range sorted {
		to := p.To
		if to.IsZero() {
			to = now
		}
		w := c.Between(p.From, to)
		due = c.Add(due, w)
		steps = append(steps, Step{Key: "clock.pause", Name: p.Reason, By: p.By, Working: w, From: p.From, To: p.To, At: due})
	}
	return due, steps
}

func (c *Calendar) holidaysBetween(a, b time.Time) []time.Time {
	var days []time.Time
	for day := midnight(a); !day.After(b); day = day.AddDate(0, 0, 1) {
		if _, name := c.Working(day); name != "" && !c.weekend[day.Weekday()] {
			days = append(days, day)
		}
	}
	return days
}

// Limits are the state's defaults (national guideline of 23 August 2024, docs/rules.md).
type Limits struct {
	FirstResponse time.Duration // working time, public channels
	Urgent        int           // working days
	Ordinary      int
	Longest       int
	Feedback      time.Duration // calendar time
	AskWindow     time.Duration // calendar time the citizen has to answer
	MaxPause      time.Duration // a pause is capped
	Unsorted      time.Duration // a post nobody opened: the duty officer is warned
}

// DefaultLimits are those of DESIGN.md §4.
var DefaultLimits = Limits{
	FirstResponse: time.Hour,
	Urgent:        1,
	Ordinary:      7,
	Longest:       21,
	Feedback:      7 * 24 * time.Hour,
	AskWindow:     7 * 24 * time.Hour,
	MaxPause:      15 * 24 * time.Hour,
	Unsorted:      time.Hour,
}

// Days is the time limit for the report in working days: the subject's own, else by urgency.
func (l Limits) Days(s Subject, u Urgency) int {
	days := s.LimitDays
	if days == 0 {
		days = l.Ordinary
	}
	if u != Ordinary && days > l.Urgent && s.LimitSource == "default" {
		days = l.Urgent
	}
	return min(days, l.Longest)
}
