package sorting

import (
	_ "embed"
	"strings"

	"nivaran/internal/grievance"
	"nivaran/internal/seed"
)

// Frames are what citizens write around what they mean: greetings, thanks, threats to come
// again. A judge that saw the shipped text in many frames learns to read past them. Under
// the kinds other than grievance they stand around things, and make the kind.
//
//go:embed data/frames/frames.txt
var frameLines string

// slot stands for what a frame is put around, placeSlot for a place.
const (
	slot      = "…"
	placeSlot = "{p}"
)

// How often the frames of a kind are put around things, and how much a framed text counts
// beside a post.
const (
	thingsEach  = 8
	framedShare = 0.5
)

// frames are the frames by what their heading says.
type frames struct {
	by     map[string][]string
	places []string
	n      int // of the frames put so far
}

func newFrames() *frames {
	f := &frames{by: map[string][]string{}}
	head := ""
	for line := range strings.Lines(frameLines) {
		line = strings.TrimSpace(line)
		if heading, ok := strings.CutPrefix(line, "["); ok {
			head = strings.TrimSuffix(heading, "]")
		} else if line != "" {
			f.by[head] = append(f.by[head], line)
		}
	}
	for _, p := range seed.Places() {
		f.places = append(f.places, p.NameEN)
		if p.NameHI != "" {
			f.places = append(f.places, p.NameHI)
		}
	}
	return f
}

// around puts the next frame of a kind around words.
func (f *frames) around(kind, words string) string {
	f.n++
	frame := f.by[kind][f.n%len(f.by[kind])]
	return strings.ReplaceAll(strings.ReplaceAll(frame, placeSlot, f.places[f.n%len(f.places)]), slot, words)
}

// framed is an example in a frame of grievances; what it stands for stays.
func (f *frames) framed(e Example) Example {
	e.Group = e.Text
	e.Text = f.around(string(grievance.Grievance), e.Text)
	e.Weight *= framedShare
	return e
}

// things are what the frames of a kind make of things.
func (f *frames) things(k grievance.Kind) []Example {
	var all []Example
	things := f.by["thing"]
	for i := range f.by[string(k)] {
		for j := range thingsEach {
			thing := things[(i*thingsEach+j*7)%len(things)]
			all = append(all, Example{Text: f.around(string(k), thing), Group: string(k) + thing, Kind: k, Urgency: grievance.Ordinary, Weight: framedShare})
		}
	}
	return all
}
