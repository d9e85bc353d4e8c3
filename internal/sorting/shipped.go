package sorting

import (
	"cmp"
	"embed"
	"encoding/hex"
	"hash/fnv"
	"io/fs"
	"slices"
	"strconv"
	"strings"

	"nivaran/internal/grievance"
	"nivaran/internal/linear"
	"nivaran/internal/seed"
)

// The shipped text: posts written for training, in files of headed lists. A heading says
// what the posts under it are: a subject, a kind other than grievance (with the reason why
// it is not for us), an urgency other than the subject's, "against" an officer.
//
//go:embed data/*.txt
var postFiles embed.FS

// How much a part of the shipped text counts beside a post. Tuned on posts_dev.
const (
	postWeight  = 1.0
	cueWeight   = 0.4
	levelWeight = 1.0
)

// shippedPosts reads the files; what cannot be read is a fault of the build.
func shippedPosts() []Example {
	of, topmost := subjects(), Topmost()
	var all []Example
	for _, lines := range shippedFiles() {
		var head Example
		for line := range strings.Lines(lines) {
			line = strings.TrimSpace(line)
			if heading, ok := strings.CutPrefix(line, "["); ok {
				head = headed(strings.Fields(strings.TrimSuffix(heading, "]")), of, topmost)
			} else if line != "" {
				e := head
				e.Text, e.Group = line, line // with what is made of it
				all = append(all, e)
			}
		}
	}
	return all
}

// shippedFiles are the files of posts, by name.
func shippedFiles() []string {
	names, err := fs.Glob(postFiles, "data/*.txt")
	if err != nil {
		panic(err)
	}
	var all []string
	for _, name := range names {
		b, err := postFiles.ReadFile(name)
		if err != nil {
			panic(err)
		}
		all = append(all, string(b))
	}
	return all
}

// kinds are what a heading may say that a post is; it is a grievance where it says none.
var kinds = []grievance.Kind{grievance.Suggestion, grievance.Query, grievance.Praise, grievance.NotForUs}

// headed is what a heading says of the posts under it.
func headed(words []string, of map[string]seed.Subject, topmost map[string]string) Example {
	e := Example{Kind: grievance.Grievance, Weight: postWeight}
	var against bool
	for _, w := range words {
		switch {
		case slices.Contains(kinds, grievance.Kind(w)):
			e.Kind = grievance.Kind(w)
		case grievance.Urgency(w).Weight() > 0 || w == string(grievance.Ordinary):
			e.Urgency = grievance.Urgency(w)
		case w == "against":
			against = true
		case e.Kind == grievance.NotForUs:
			e.NotReason = w
		case of[w].Code != "":
			e.Subject = w
		default:
			e.Department = topmost[w]
		}
	}
	if s := of[e.Subject]; e.Kind == grievance.Grievance {
		e.Urgency = cmp.Or(e.Urgency, grievance.Urgency(s.Urgency))
		against = against || aboutConduct(s)
	}
	e.Urgency = cmp.Or(e.Urgency, grievance.Ordinary)
	e.AgainstOfficer = &against
	return e
}

// aboutConduct says whether a subject is what an officer did.
func aboutConduct(s seed.Subject) bool {
	return s.KindHint == "corruption" || s.CategoryEN == "Conduct"
}

// subjects are the shipped subjects by code.
func subjects() map[string]seed.Subject {
	all := map[string]seed.Subject{}
	for _, s := range seed.Subjects() {
		all[s.Code] = s
	}
	return all
}

// shipped adds the shipped text: names, and of posts and cue phrases one in every so many.
func (l *lessons) shipped(every int) {
	l.every = every
	parents := Topmost()
	of := subjects()
	for _, d := range seed.Departments() {
		top := parents[d.Code]
		l.departmentNames[top] = append(append(l.departmentNames[top], d.NameEN, d.NameHI), d.HandleWords...)
	}
	for code, s := range of {
		l.parents[code] = parents[s.Department]
		names := []string{s.NameEN, s.NameHI}
		l.subjectNames[code] = append(names, s.CategoryEN+" "+s.NameEN, s.CategoryHI+" "+s.NameHI)
		l.departmentNames[parents[s.Department]] = append(l.departmentNames[parents[s.Department]], names...)
	}
	f := newFrames()
	for _, e := range shippedPosts() {
		l.hear(e)
		if e.Kind == grievance.Grievance {
			l.hear(f.framed(e))
		}
	}
	for _, k := range []grievance.Kind{grievance.Query, grievance.Praise, grievance.Suggestion} {
		for _, e := range f.things(k) {
			l.hear(e)
		}
	}
	l.cues(f, of)
	for _, u := range seed.UrgencyCues() {
		l.level(u)
	}
}

// One cue phrase in so many is put in a frame, one in so many tells what a grievance is: all
// of them would drown the posts of other kinds. Tuned on posts_dev.
const (
	cueFramed = 3
	cueKind   = 3
)

// cues adds the cue phrases of subjects.
func (l *lessons) cues(f *frames, of map[string]seed.Subject) {
	for i, c := range seed.Cues() {
		against := aboutConduct(of[c.Subject])
		e := Example{Text: c.Phrase, Subject: c.Subject, Urgency: grievance.Urgency(of[c.Subject].Urgency), AgainstOfficer: &against, Weight: cueWeight}
		if i%cueKind == 0 {
			e.Kind = grievance.Grievance
		}
		l.hear(e)
		if i%cueFramed == 0 {
			l.hear(f.framed(e))
		}
	}
}

// level adds a phrase that says an urgency, or what kind of post it is.
func (l *lessons) level(u seed.UrgencyCue) {
	yes := true
	e := Example{Text: u.Phrase, Weight: levelWeight}
	switch u.Level {
	case "danger":
		e.Urgency, e.Kind = grievance.Danger, grievance.Grievance
	case "urgent", "vulnerable", "time_bound":
		e.Urgency, e.Kind = grievance.Urgent, grievance.Grievance
	case "against_officer", "corruption":
		e.AgainstOfficer, e.Kind = &yes, grievance.Grievance
	case "praise", "suggestion", "query":
		e.Kind = grievance.Kind(u.Level)
	case "abuse":
		e.Kind, e.NotReason = grievance.NotForUs, u.Level
	case "spam_politics": // either
		e.Kind, e.NotReason, e.Weight = grievance.NotForUs, "spam", levelWeight/2
		politics := e
		politics.NotReason = "politics"
		l.hear(politics)
	case "repeat":
		e.Kind = grievance.Grievance
	default:
		return // says nothing that a judge decides
	}
	l.hear(e)
}

// Topmost gives each department and body the department that it stands under.
func Topmost() map[string]string {
	parents := map[string]string{}
	for _, d := range seed.Departments() {
		parents[d.Code] = d.Parent
	}
	top := map[string]string{}
	for code := range parents {
		above := code
		for parents[above] != "" {
			above = parents[above]
		}
		top[code] = above
	}
	return top
}

// Text is a fingerprint of the shipped text and of how a model reads it: a model is out of
// date when it was made from another.
func Text() string {
	h := fnv.New128a()
	add := func(s string) { h.Write([]byte(s + "\x00")) }
	for _, lines := range append(shippedFiles(), frameLines) {
		add(lines)
	}
	for _, c := range seed.Cues() {
		add(c.Subject + "\x00" + c.Phrase)
	}
	for _, u := range seed.UrgencyCues() {
		add(u.Level + "\x00" + u.Phrase)
	}
	for _, s := range seed.Subjects() {
		add(strings.Join([]string{s.Code, s.Department, s.NameEN, s.NameHI, s.CategoryEN, s.CategoryHI, s.KindHint, s.Urgency}, "\x00"))
	}
	for _, d := range seed.Departments() {
		add(strings.Join(slices.Concat([]string{d.Code, d.Parent, d.NameEN, d.NameHI}, d.HandleWords), "\x00"))
	}
	for line := range strings.Lines(frameLines) {
		add(strconv.FormatUint(linear.ReadText(line).Sum(), 16))
	}
	return hex.EncodeToString(h.Sum(nil))
}
