package console

// tablePage is a plain list: its head, its rows, what can be done to a row.
type tablePage struct {
	page
	Title, Text, Empty string
	BackURL, BackName  string
	Path               string // of the filters
	Filters            []field
	Heads              []string
	Rows               []tableRow
	MoreURL            string
	ButtonName         string   // name of the value that buttons send
	Above              []button // beside the head
	Links              []link
}

// tableRow is a line of a table.
type tableRow struct{ Cells []cell }

// cell is what stands in a column.
type cell struct {
	Mark            *mark
	Sign            *sign
	Text, Note, URL string
	Class           string
	Bar             int // of a hundred; 0: none
	Buttons         []button
	Links           []link
}

// button posts to an address.
type button struct{ URL, Name, Value string }

// rowsView is a table within a page.
type rowsView struct {
	Title      string
	Heads      []string
	Rows       []tableRow
	ButtonName string // name of the value that buttons send
}
