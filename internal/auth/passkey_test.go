package auth

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"errors"
	"slices"
	"testing"

	"github.com/go-webauthn/webauthn/protocol/webauthncbor"

	"nivaran/internal/grievance"
	"nivaran/internal/store"
)

// device is an authenticator in software: it holds one passkey for http://localhost.
type device struct {
	key    *ecdsa.PrivateKey
	id     []byte
	handle string // of the officer, as base64
	count  uint32
	origin string // where its browser believes to be
}

const (
	present  = 0x01
	verified = 0x04
	attested = 0x40
)

func newDevice(t *testing.T) *device {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	d := &device{key: key, id: make([]byte, 32), count: 1, origin: "http://localhost:8080"}
	rand.Read(d.id)
	return d
}

var raw = base64.RawURLEncoding

func (d *device) data(flags byte, more ...byte) []byte {
	rp := sha256.Sum256([]byte("localhost"))
	return append(binary.BigEndian.AppendUint32(append(rp[:], flags), d.count), more...)
}

func (d *device) client(t *testing.T, kind, challenge string) []byte {
	t.Helper()
	b, err := json.Marshal(map[string]any{"type": kind, "challenge": challenge, "origin": d.origin, "crossOrigin": false})
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// asked reads what the server asks of the browser.
type asked struct {
	PublicKey struct {
		Challenge        string
		User             struct{ ID string }
		AllowCredentials []struct{ ID string }
		UserVerification string
	}
}

func read(t *testing.T, question []byte) (a asked) {
	t.Helper()
	if err := json.Unmarshal(question, &a); err != nil || a.PublicKey.Challenge == "" {
		t.Fatalf("question %s: %v", question, err)
	}
	return a
}

func (d *device) send(t *testing.T, response map[string]any) string {
	t.Helper()
	b, err := json.Marshal(map[string]any{"id": raw.EncodeToString(d.id), "rawId": raw.EncodeToString(d.id), "type": "public-key", "response": response, "clientExtensionResults": map[string]any{}})
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// make answers the question for a new passkey.
func (d *device) make(t *testing.T, question []byte) string {
	t.Helper()
	q := read(t, question)
	d.handle = q.PublicKey.User.ID
	public, err := d.key.PublicKey.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	cose, err := webauthncbor.Marshal(map[int]any{1: 2, 3: -7, -1: 1, -2: public[1:33], -3: public[33:]})
	if err != nil {
		t.Fatal(err)
	}
	credential := append(make([]byte, 16), 0, byte(len(d.id)))
	credential = append(append(credential, d.id...), cose...)
	object, err := webauthncbor.Marshal(map[string]any{"fmt": "none", "attStmt": map[string]any{}, "authData": d.data(present|verified|attested, credential...)})
	if err != nil {
		t.Fatal(err)
	}
	return d.send(t, map[string]any{"clientDataJSON": raw.EncodeToString(d.client(t, "webauthn.create", q.PublicKey.Challenge)), "attestationObject": raw.EncodeToString(object)})
}

// answer signs the question of a sign-in.
func (d *device) answer(t *testing.T, question []byte, flags byte) string {
	t.Helper()
	d.count++
	data := d.data(flags)
	client := d.client(t, "webauthn.get", read(t, question).PublicKey.Challenge)
	hash := sha256.Sum256(client)
	sum := sha256.Sum256(append(slices.Clone(data), hash[:]...))
	signature, err := ecdsa.SignASN1(rand.Reader, d.key, sum[:])
	if err != nil {
		t.Fatal(err)
	}
	return d.send(t, map[string]any{"clientDataJSON": raw.EncodeToString(client), "authenticatorData": raw.EncodeToString(data), "signature": raw.EncodeToString(signature), "userHandle": d.handle})
}

// addPasskey makes a passkey in the browser's session, which is signed in or sets one up.
func (b *browser) addPasskey(t *testing.T, d *device) (st Stage, err error) {
	t.Helper()
	var question []byte
	b.visit(t, func(ctx context.Context) { question, err = b.w.AskNewPasskey(ctx) })
	if err != nil {
		return "", err
	}
	b.visit(t, func(ctx context.Context) { st, err = b.w.AddPasskey(ctx, "Blue key", d.make(t, question)) })
	return st, err
}

func (b *browser) ask(t *testing.T, alone bool) (question []byte) {
	t.Helper()
	b.visit(t, func(ctx context.Context) {
		var err error
		if question, err = b.w.AskPasskey(ctx, alone); err != nil {
			t.Fatal(err)
		}
	})
	return question
}

func (b *browser) passkey(t *testing.T, alone bool, answer string) (st Stage, err error) {
	t.Helper()
	b.visit(t, func(ctx context.Context) { st, err = b.w.Passkey(ctx, alone, answer, "10.0.0.1") })
	return st, err
}

// withPasskey is an officer who has taken up the ID with a passkey.
func withPasskey(t *testing.T) (*world, grievance.Officer, *device) {
	t.Helper()
	w := newWorld(t, 1)
	o, _ := w.appoint(t, "new@cell.example", grievance.Clerk, 1)
	b := &browser{w: w}
	if st, err := b.takeUp(t, w.invite(t, grievance.System, o.ID), rightPassword); st != NeedEnrol || err != nil {
		t.Fatalf("TakeUp = %q, %v", st, err)
	}
	d := newDevice(t)
	if st, err := b.addPasskey(t, d); st != NeedKeep || err != nil {
		t.Fatalf("AddPasskey = %q, %v", st, err)
	}
	b.visit(t, func(ctx context.Context) {
		if codes, err := w.RecoveryCodes(ctx); len(codes) != recoveryCodes || err != nil {
			t.Fatalf("codes = %v, %v", codes, err)
		}
		if st, err := w.CodesKept(ctx); st != SignedIn || err != nil {
			t.Fatalf("CodesKept = %q, %v", st, err)
		}
	})
	if who := b.who(t); who == nil || who.Officer.ID != o.ID {
		t.Fatalf("who = %+v", who)
	}
	return w, o, d
}

func TestPasskeyAlone(t *testing.T) {
	w, o, d := withPasskey(t)
	b := &browser{w: w}
	if q := read(t, b.ask(t, true)); q.PublicKey.UserVerification != "required" || len(q.PublicKey.AllowCredentials) != 0 {
		t.Errorf("asked %+v", q)
	}
	question := b.ask(t, true)
	answer := d.answer(t, question, present|verified)
	if st, err := b.passkey(t, true, answer); st != SignedIn || err != nil {
		t.Fatalf("Passkey = %q, %v", st, err)
	}
	if who := b.who(t); who == nil || who.Officer.ID != o.ID {
		t.Errorf("who = %+v", who)
	}
	if _, err := b.passkey(t, true, answer); refusal(t, err).Key != "auth.wrong_passkey" {
		t.Errorf("the same answer again: %v", err)
	}
	refused := map[string]func(b *browser) string{
		"without checking who holds it": func(b *browser) string { return d.answer(t, b.ask(t, true), present) },
		"another challenge":             func(b *browser) string { return d.answer(t, question, present|verified) },
		"another site": func(b *browser) string {
			e := *d
			e.origin = "http://evil.example"
			return e.answer(t, b.ask(t, true), present|verified)
		},
		"another key": func(b *browser) string {
			e := newDevice(t)
			e.id, e.handle, e.count = d.id, d.handle, 99
			return e.answer(t, b.ask(t, true), present|verified)
		},
		"a handle of nobody": func(b *browser) string {
			e := *d
			e.handle = raw.EncodeToString([]byte("4242"))
			return e.answer(t, b.ask(t, true), present|verified)
		},
		"words that are no answer": func(b *browser) string { b.ask(t, true); return "{}" },
	}
	for name, answer := range refused {
		b := &browser{w: w}
		if _, err := b.passkey(t, true, answer(b)); refusal(t, err).Key != "auth.wrong_passkey" {
			t.Errorf("%s: %v", name, err)
		}
		if b.who(t) != nil {
			t.Errorf("%s: signed in", name)
		}
	}
	if err := w.Suspend(t.Context(), grievance.System, o.ID); err != nil {
		t.Fatal(err)
	}
	b = &browser{w: w}
	if _, err := b.passkey(t, true, d.answer(t, b.ask(t, true), present|verified)); refusal(t, err).Key != "auth.wrong_passkey" {
		t.Errorf("after the suspension: %v", err)
	}
}

func TestPasskeyAsFactor(t *testing.T) {
	w, o, d := withPasskey(t)
	b := &browser{w: w}
	if _, err := b.passkey(t, false, "{}"); !errors.Is(err, grievance.ErrForbidden) {
		t.Errorf("without a password: %v", err)
	}
	if st, err := b.password(t, o.Email, rightPassword, "10.0.0.1"); st != NeedCode || err != nil {
		t.Fatalf("Password = %q, %v", st, err)
	}
	question := b.ask(t, false)
	if q := read(t, question); len(q.PublicKey.AllowCredentials) != 1 {
		t.Errorf("asked %+v", q)
	}
	if _, err := b.code(t, "123456"); refusal(t, err).Key != "auth.wrong_code" {
		t.Errorf("a code where there is no app: %v", err)
	}
	if st, err := b.passkey(t, false, d.answer(t, question, present)); st != SignedIn || err != nil {
		t.Errorf("Passkey = %q, %v", st, err)
	}
	other := newDevice(t)
	c := &browser{w: w}
	if _, err := c.password(t, o.Email, rightPassword, "10.0.0.1"); err != nil {
		t.Fatal(err)
	}
	for range accountTries {
		other.handle = d.handle
		if _, err := c.passkey(t, false, other.answer(t, c.ask(t, false), present)); err == nil {
			t.Fatal("a passkey of nobody was taken")
		}
	}
	if _, err := c.passkey(t, false, d.answer(t, c.ask(t, false), present)); refusal(t, err).Key != "auth.too_many" {
		t.Errorf("after %d wrong ones: %v", accountTries, err)
	}
}

// A counter that goes back tells of a copy: refused, recorded, and the officer is told.
func TestPasskeyCounterGoesBack(t *testing.T) {
	w, o, d := withPasskey(t)
	b := &browser{w: w}
	if _, err := b.passkey(t, true, d.answer(t, b.ask(t, true), present|verified)); err != nil {
		t.Fatal(err)
	}
	d.count -= 2
	b = &browser{w: w}
	if _, err := b.passkey(t, true, d.answer(t, b.ask(t, true), present|verified)); refusal(t, err).Key != "auth.passkey_copied" {
		t.Errorf("a counter that went back: %v", err)
	}
	if b.who(t) != nil {
		t.Error("signed in by a copy")
	}
	if got := w.told(t, o.ID); got[0] != "notice.passkey_copied" {
		t.Errorf("told %v", got)
	}
	if got := w.logged(t); got[len(got)-1] != "id.passkey_refused" {
		t.Errorf("log = %v", got)
	}
}

func TestOwnPasskeys(t *testing.T) {
	w, o, d := withPasskey(t)
	b := &browser{w: w}
	if _, err := b.passkey(t, true, d.answer(t, b.ask(t, true), present|verified)); err != nil {
		t.Fatal(err)
	}
	by := self(o.ID)
	keys := func() (all []store.Passkey) {
		own, err := w.Own(t.Context(), by)
		if err != nil {
			t.Fatal(err)
		}
		return own.Passkeys
	}
	first := keys()
	if len(first) != 1 || first[0].Name != "Blue key" || first[0].UsedAt.IsZero() {
		t.Fatalf("passkeys = %+v", first)
	}
	if invalid, ok := errors.AsType[*grievance.InvalidError](w.RemovePasskey(t.Context(), by, first[0].ID)); !ok || invalid.Key != "auth.last_factor" {
		t.Errorf("the last factor: %v", invalid)
	}
	second := newDevice(t)
	if st, err := b.addPasskey(t, second); st != SignedIn || err != nil {
		t.Fatalf("AddPasskey = %q, %v", st, err)
	}
	if _, err := b.addPasskey(t, second); !errors.Is(err, grievance.ErrConflict) {
		t.Errorf("the same passkey again: %v", err)
	}
	b.visit(t, func(ctx context.Context) {
		if _, err := w.AddPasskey(ctx, "", "{}"); err == nil {
			t.Error("a passkey without a name was taken")
		}
		if _, err := w.AddPasskey(ctx, "Key", "{}"); err == nil {
			t.Error("an answer without a question was taken")
		}
	})
	if err := w.RemovePasskey(t.Context(), self(w.officer.ID), first[0].ID); err == nil {
		t.Error("another officer removed the passkey")
	}
	if err := w.RemovePasskey(t.Context(), by, first[0].ID); err != nil {
		t.Fatal(err)
	}
	if _, err := (&browser{w: w}).stranger(t); !errors.Is(err, grievance.ErrForbidden) {
		t.Errorf("a stranger asks for a new passkey: %v", err)
	}
	c := &browser{w: w}
	if _, err := c.passkey(t, true, d.answer(t, c.ask(t, true), present|verified)); refusal(t, err).Key != "auth.wrong_passkey" {
		t.Errorf("the removed passkey: %v", err)
	}
	if got := w.told(t, o.ID); !slices.Equal(got, []string{"notice.passkey_removed", "notice.passkey_added", "notice.invited"}) {
		t.Errorf("told %v", got)
	}
}

func (b *browser) stranger(t *testing.T) (question []byte, err error) {
	t.Helper()
	b.visit(t, func(ctx context.Context) { question, err = b.w.AskNewPasskey(ctx) })
	return question, err
}

func TestWhereThereAreNoPasskeys(t *testing.T) {
	for address, want := range map[string]string{
		"http://localhost:8080": "", "https://nivaran.example": "", "https://10.1.2.3": "auth.passkey_number", "https://[::1]:8443": "auth.passkey_number",
		"http://nivaran.example": "auth.passkey_insecure", "": "auth.passkey_number",
	} {
		if got := PasskeyProblem(address); got != want {
			t.Errorf("%s: %q, want %q", address, got, want)
		}
		if p, err := newPasskeys(address); err != nil || (p != nil) != (want == "") {
			t.Errorf("%s: %v, %v", address, p, err)
		}
	}
	w := newWorld(t, 1)
	w.Auth.passkeys = nil
	b := &browser{w: w}
	b.visit(t, func(ctx context.Context) {
		if _, err := w.AskPasskey(ctx, true); !errors.Is(err, grievance.ErrConflict) {
			t.Errorf("AskPasskey = %v", err)
		}
		if _, err := w.Passkey(ctx, true, "{}", "10.0.0.1"); !errors.Is(err, grievance.ErrForbidden) {
			t.Errorf("Passkey = %v", err)
		}
	})
}
