package email

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base32"
	"regexp"
	"strings"
)

// IDKey makes and knows our own Message-IDs. They carry case and reply under a keyed
// hash, so that a letter that answers one was answered by somebody who got it.
type IDKey []byte

var ownID = regexp.MustCompile(`^<?((?i:GRV-\d{4}-\d{7,12})\.r(\d+))\.([a-zA-Z2-7]{16})@[^\s<>@]+>?$`)

// MessageID names reply of the case with this registration number:
// <GRV-2026-0042117.r3.MAC@domain>. The same reply has the same name for ever.
func (k IDKey) MessageID(number, reply, domain string) string {
	body := number + ".r" + reply
	return "<" + body + "." + k.mac(body) + "@" + domain + ">"
}

// Read returns case and reply of one of our Message-IDs; false for anybody else's.
func (k IDKey) Read(id string) (number, reply string, ok bool) {
	m := ownID.FindStringSubmatch(id)
	if m == nil || len(k) == 0 {
		return "", "", false
	}
	body := strings.ToUpper(m[1][:len(m[1])-len(m[2])-2]) + ".r" + m[2]
	if !hmac.Equal([]byte(k.mac(body)), []byte(strings.ToLower(m[3]))) {
		return "", "", false
	}
	return strings.TrimSuffix(body, ".r"+m[2]), m[2], true
}

// mac is 80 bits in 16 letters that survive servers which change case.
func (k IDKey) mac(body string) string {
	h := hmac.New(sha256.New, k)
	h.Write([]byte(body))
	return strings.ToLower(base32.StdEncoding.EncodeToString(h.Sum(nil)[:10]))
}
