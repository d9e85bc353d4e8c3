package i18n

import (
	"fmt"
	"reflect"
	"strconv"
)

// Number writes a whole number in Indian form, 12,34,567, with the digits 0 to 9
// in every language. Templates hand over numbers of any whole type; anything else
// is written as it is.
func (p *Printer) Number(n any) string {
	if v, ok := whole(n); ok {
		return group(v)
	}
	return fmt.Sprint(n)
}

// whole takes plain numbers only: a named type such as an id or a state has its
// own way to be written.
func whole(v any) (int64, bool) {
	r := reflect.ValueOf(v)
	if !r.IsValid() || r.Type().PkgPath() != "" {
		return 0, false
	}
	switch {
	case r.CanInt():
		return r.Int(), true
	case r.CanUint():
		return int64(r.Uint()), true
	}
	return 0, false
}

// group sets commas after the last three digits and then after every two.
func group(n int64) string {
	digits := strconv.FormatInt(n, 10)
	sign := ""
	if digits[0] == '-' {
		sign, digits = "-", digits[1:]
	}
	if len(digits) <= 3 {
		return sign + digits
	}
	head, tail := digits[:len(digits)-3], digits[len(digits)-3:]
	for len(head) > 2 {
		tail = head[len(head)-2:] + "," + tail
		head = head[:len(head)-2]
	}
	return sign + head + "," + tail
}
