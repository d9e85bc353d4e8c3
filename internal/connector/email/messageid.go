package email

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base32"
	"strings"
)

// IDKey makes our own Message-IDs. They carry case and reply under a keyed hash, so that a
// letter that names one in its references was written by somebody who got it.
type IDKey []byte

// MessageID names reply of the case with this registration number:
// <GRV-2026-0042117.r3.MAC@domain>. The same reply has the same name for ever.
func (k IDKey) MessageID(number, reply, domain string) string {
	body := number + ".r" + reply
	return "<" + body + "." + k.mac(body) + "@" + domain + ">"
}

// mac is 80 bits in 16 letters that survive servers which change case.
func (k IDKey) mac(body string) string {
	h := hmac.New(sha256.New, k)
	h.Write([]byte(body))
	return strings.ToLower(base32.StdEncoding.EncodeToString(h.Sum(nil)[:10]))
}
