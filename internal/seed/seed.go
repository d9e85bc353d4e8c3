// Package seed is Haryana as it is delivered: districts, departments, subjects, cue
// phrases, offices, holidays and templates, from the files under data (whose README names sources
// and licences). It knows nothing of the rest of the program.
package seed

import (
	"embed"
	"encoding/csv"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"sync"
)

//go:embed data/*.csv data/templates.json
var files embed.FS

// row is a line of a file by column name.
type row map[string]string

// rows reads one of the embedded files; they are checked by the tests, so what cannot be
// read is a fault of the build.
func rows(name string) []row {
	f, err := files.Open("data/" + name + ".csv")
	if err != nil {
		panic(err)
	}
	defer f.Close()
	all, err := csv.NewReader(f).ReadAll()
	if err != nil {
		panic(fmt.Errorf("%s: %w", name, err))
	}
	head := all[0]
	list := make([]row, 0, len(all)-1)
	for _, line := range all[1:] {
		r := make(row, len(head))
		for i, column := range head {
			if line[i] != "–" {
				r[column] = line[i]
			}
		}
		list = append(list, r)
	}
	return list
}

// table reads a long file line by line; column gives where a column stands.
func table(name string, each func(line []string, column func(string) int)) {
	f, err := files.Open("data/" + name + ".csv")
	if err != nil {
		panic(err)
	}
	defer f.Close()
	lines := csv.NewReader(f)
	lines.ReuseRecord = true
	first, err := lines.Read()
	if err != nil {
		panic(fmt.Errorf("%s: %w", name, err))
	}
	head := slices.Clone(first)
	column := func(name string) int { return slices.Index(head, name) }
	for {
		line, err := lines.Read()
		if err == io.EOF {
			return
		}
		if err != nil {
			panic(fmt.Errorf("%s: %w", name, err))
		}
		each(line, column)
	}
}

func (r row) number(column string) int {
	n, err := strconv.Atoi(r[column])
	if err != nil {
		panic(fmt.Errorf("%s %q: %w", column, r[column], err))
	}
	return n
}

// list splits a cell; the compiled files part with ";", those of the directory with "|".
func (r row) list(column string) []string {
	var all []string
	for _, s := range strings.FieldsFunc(r[column], func(c rune) bool { return c == ';' || c == '|' }) {
		if s = strings.TrimSpace(s); s != "" {
			all = append(all, s)
		}
	}
	return all
}

// District is a district with what it is also called.
type District struct {
	Code           int // Local Government Directory
	NameEN, NameHI string
	Names          []string // every name and alias
	Since          string   // 2025-12-22; empty: always
	From           int      // the district that it was carved out of
	Head, HeadHI   string   // Deputy Commissioner
	Nodal, NodalHI string   // City Magistrate
	PowerUtility   string
}

// hansi was carved out of Hisar on 22 December 2025.
const hansi, hisar = 792, 63

// Districts lists the 23 districts.
var Districts = sync.OnceValue(func() []District {
	variants := map[int]row{}
	for _, r := range rows("hr_districts") {
		variants[r.number("district_lgd")] = r
	}
	var all []District
	for _, r := range rows("district_offices") {
		v := variants[r.number("district_lgd")]
		d := District{Code: r.number("district_lgd"), NameEN: r["district_en"], NameHI: r["district_hi"], Since: r["since"],
			Head: r["head_en"], HeadHI: r["head_hi"], Nodal: r["nodal_officer_en"], NodalHI: r["nodal_officer_hi"], PowerUtility: r["power_utility"]}
		d.Names = append([]string{d.NameEN, d.NameHI}, r.list("aliases")...)
		d.Names = append(append(d.Names, v.list("name_hi_variants")...), v.list("name_en_variants")...)
		if d.Code == hansi {
			d.From = hisar
		}
		all = append(all, d)
	}
	return all
})

// Department is a department, or a body inside one (Parent).
type Department struct {
	Code, NameEN, NameHI, Kind, Parent string
	Head, HeadHI                       string
	DistrictOfficer, DistrictOfficerHI string
	FieldOfficer, FieldOfficerHI       string
	HandleWords                        []string
	Outside                            bool // not the state government's
}

// Departments lists the departments and their bodies.
var Departments = sync.OnceValue(func() []Department {
	var all []Department
	for _, r := range rows("departments") {
		all = append(all, Department{Code: r["code"], NameEN: r["name_en"], NameHI: r["name_hi"], Kind: r["kind"], Parent: r["parent_code"],
			Head: r["head_title_en"], HeadHI: r["head_title_hi"], DistrictOfficer: r["district_officer_en"], DistrictOfficerHI: r["district_officer_hi"],
			FieldOfficer: r["field_officer_en"], FieldOfficerHI: r["field_officer_hi"], HandleWords: r.list("known_handle_words"),
			Outside: r["code"] == "outside_state" || r["parent_code"] == "outside_state"})
	}
	return all
})

// Subject is what a case can be about.
type Subject struct {
	Code, Department, Body                string
	CategoryEN, CategoryHI                string
	NameEN, NameHI                        string
	KindHint, Urgency, Limit, LimitSource string
	LimitDays                             int
	Sensitive                             bool
}

// Subjects lists the subjects.
var Subjects = sync.OnceValue(func() []Subject {
	var all []Subject
	for _, r := range rows("subjects") {
		all = append(all, Subject{Code: r["code"], Department: r["department_code"], Body: r["body_code"], CategoryEN: r["category_en"], CategoryHI: r["category_hi"],
			NameEN: r["subject_en"], NameHI: r["subject_hi"], KindHint: r["kind_hint"], Urgency: r["urgency"], LimitDays: r.number("limit_days"), LimitSource: r["limit_source"], Sensitive: r["sensitive"] == "yes"})
	}
	return all
})

// Cue is a phrase that says a subject; strong alone, weak only with others.
type Cue struct {
	Subject, Phrase, Language string
	Strong                    bool
}

// Cues lists the cue phrases of subjects.
func Cues() []Cue {
	var all []Cue
	for _, r := range rows("cues") {
		all = append(all, Cue{r["subject_code"], r["phrase"], r["lang"], r["strength"] == "strong"})
	}
	return all
}

// UrgencyCue is a phrase that says an urgency, or what kind of post it is.
type UrgencyCue struct{ Phrase, Language, Level string }

// UrgencyCues lists the phrases of urgency and kind.
func UrgencyCues() []UrgencyCue {
	var all []UrgencyCue
	for _, r := range rows("urgency_cues") {
		all = append(all, UrgencyCue{r["phrase"], r["lang"], r["level"]})
	}
	return all
}

// Holiday is a day on which the state's offices are closed.
type Holiday struct{ Day, NameEN, NameHI string }

// Holidays lists the gazetted holidays of 2026, and those of 2027 that are fixed by date:
// the state notifies its list in December of the year before.
func Holidays() []Holiday {
	var all []Holiday
	for _, year := range []string{"holidays_2026", "holidays_2027"} {
		for _, r := range rows(year) {
			if r["kind"] == "gazetted" && (year == "holidays_2026" || r["confirmed"] == "yes") {
				all = append(all, Holiday{r["date"], r["name_en"], r["name_hi"]})
			}
		}
	}
	return all
}
