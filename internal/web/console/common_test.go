package console

import (
	"regexp"
	"strconv"
)

// rawKey finds a message key that was shown in place of its text.
var rawKey = regexp.MustCompile(`>\s*(?:auth|console|case|act|field|sorting|folder|keep|says|state|kind|urgency|event|clock|error|done|notice|reply|ack|route|language|outcome|verdict|tier|role|channel|form)\.[a-z0-9_]+[<\s]`)

func itoa(n int) string { return strconv.Itoa(n) }
