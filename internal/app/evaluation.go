package app

import (
	"fmt"
	"io"
	"text/tabwriter"

	"nivaran/internal/linear"
)

// mostConfusions is how many pairs of confused labels are printed.
const mostConfusions = 20

// printReport prints a result as tables.
func printReport(to io.Writer, r result) error {
	w := tabwriter.NewWriter(to, 0, 0, 2, ' ', 0)
	fmt.Fprintf(w, "%s: %d texts judged", r.What, r.Report.Texts)
	if r.Learnt > 0 {
		fmt.Fprintf(w, ", %d learnt from", r.Learnt)
	}
	fmt.Fprintf(w, ", %d labels\n\n", r.Report.Labels)
	fmt.Fprint(w, "measure\tvalue\t95 % interval")
	if r.Baseline != nil {
		fmt.Fprint(w, "\tbaseline\t95 % interval")
	}
	fmt.Fprintln(w)
	for _, m := range measures(r.Report.Decisive) {
		figure := m.of(&r.Report)
		fmt.Fprintf(w, "%s\t%.3f\t%.3f–%.3f", m.name, figure.Value, figure.Low, figure.High)
		if r.Baseline != nil {
			b := m.of(r.Baseline)
			fmt.Fprintf(w, "\t%.3f\t%.3f–%.3f", b.Value, b.Low, b.High)
		}
		fmt.Fprintln(w)
	}
	for _, c := range r.Report.Coverage {
		fmt.Fprintf(w, "coverage at %.0f %% precision\t%.3f\tconfidence %.3f\n", c.Precision*100, c.Share, c.Confidence)
	}
	fmt.Fprint(w, "\nlabel\ttexts\tprecision\trecall\tF1\n")
	for _, l := range r.Report.PerLabel {
		fmt.Fprintf(w, "%s\t%d\t%.3f\t%.3f\t%.3f\n", l.Label, l.Texts, l.Precision, l.Recall, l.F1)
	}
	fmt.Fprint(w, "\nlabel\ttaken for\ttimes\n")
	for i, c := range r.Report.Confusion {
		if i == mostConfusions {
			fmt.Fprintf(w, "and %d pairs more\n", len(r.Report.Confusion)-i)
			break
		}
		fmt.Fprintf(w, "%s\t%s\t%d\n", c.Label, c.Said, c.Times)
	}
	fmt.Fprintln(w)
	return w.Flush()
}

type measure struct {
	name string
	of   func(*linear.Report) linear.Figure
}

func measures(decisive string) []measure {
	list := []measure{
		{"accuracy", func(r *linear.Report) linear.Figure { return r.Accuracy }},
		{"macro-F1", func(r *linear.Report) linear.Figure { return r.MacroF1 }},
		{"top 3", func(r *linear.Report) linear.Figure { return r.Top3 }},
		{"calibration error", func(r *linear.Report) linear.Figure { return r.ECE }},
	}
	if decisive == "" {
		return list
	}
	return append(list,
		measure{"F1 of " + decisive, func(r *linear.Report) linear.Figure { return *r.F1 }},
		measure{"AUC of " + decisive, func(r *linear.Report) linear.Figure { return *r.AUC }})
}
