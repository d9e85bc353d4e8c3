// Package secret keeps what must not lie in clear: it seals tokens and passwords of
// official accounts, and signs what comes back from outside. Its keys lie in one file
// beside the data, made when it is missing.
package secret

import (
	"bytes"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/tink-crypto/tink-go/v2/aead"
	"github.com/tink-crypto/tink-go/v2/insecurecleartextkeyset"
	"github.com/tink-crypto/tink-go/v2/keyset"
	"github.com/tink-crypto/tink-go/v2/tink"
)

// Keys seals, opens and signs.
type Keys struct {
	aead tink.AEAD
	mac  []byte
}

// keyFile is the form of the file.
type keyFile struct {
	AEAD json.RawMessage `json:"aead"` // a Tink key set, so that keys can rotate
	MAC  []byte          `json:"mac"`
}

// Load reads the keys from path, or makes them there, readable by the owner only.
func Load(path string) (*Keys, error) {
	b, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return create(path)
	}
	if err != nil {
		return nil, fmt.Errorf("secret key: %w", err)
	}
	return parse(b)
}

// New makes keys that are kept nowhere, for tests and the demo.
func New() (*Keys, error) {
	b, err := generate()
	if err != nil {
		return nil, err
	}
	return parse(b)
}

func create(path string) (*Keys, error) {
	b, err := generate()
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, fmt.Errorf("secret key: %w", err)
	}
	// Linked into place, so that two processes that start together keep one key.
	tmp, err := os.CreateTemp(filepath.Dir(path), ".key-*") // readable by the owner only
	if err != nil {
		return nil, fmt.Errorf("secret key: %w", err)
	}
	defer os.Remove(tmp.Name())
	_, err = tmp.Write(b)
	if err := errors.Join(err, tmp.Close()); err != nil {
		return nil, fmt.Errorf("secret key: %w", err)
	}
	if err := os.Link(tmp.Name(), path); err != nil && !errors.Is(err, fs.ErrExist) {
		return nil, fmt.Errorf("secret key: %w", err)
	}
	b, err = os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("secret key: %w", err)
	}
	return parse(b)
}

func generate() ([]byte, error) {
	handle, err := keyset.NewHandle(aead.AES256GCMKeyTemplate())
	if err != nil {
		return nil, fmt.Errorf("make secret key: %w", err)
	}
	var set bytes.Buffer
	if err := insecurecleartextkeyset.Write(handle, keyset.NewJSONWriter(&set)); err != nil {
		return nil, fmt.Errorf("make secret key: %w", err)
	}
	mac := make([]byte, 32)
	rand.Read(mac)
	return json.MarshalIndent(keyFile{AEAD: set.Bytes(), MAC: mac}, "", "  ")
}

func parse(b []byte) (*Keys, error) {
	var f keyFile
	if err := json.Unmarshal(b, &f); err != nil {
		return nil, fmt.Errorf("secret key file is damaged: %w", err)
	}
	handle, err := insecurecleartextkeyset.Read(keyset.NewJSONReader(bytes.NewReader(f.AEAD)))
	if err != nil {
		return nil, fmt.Errorf("secret key file is damaged: %w", err)
	}
	a, err := aead.New(handle)
	if err != nil {
		return nil, fmt.Errorf("secret key file: %w", err)
	}
	if len(f.MAC) < 32 {
		return nil, errors.New("secret key file is damaged: its signing key is too short")
	}
	return &Keys{aead: a, mac: f.MAC}, nil
}

// Seal encrypts plain; what names the thing it belongs to, and only there it opens again.
func (k *Keys) Seal(plain []byte, what string) ([]byte, error) {
	return k.aead.Encrypt(plain, []byte(what))
}

// Open decrypts what Seal made for the same thing.
func (k *Keys) Open(sealed []byte, what string) ([]byte, error) {
	return k.aead.Decrypt(sealed, []byte(what))
}

// Sign is a keyed hash of the text for a purpose, 128 bits, in letters fit for addresses.
func (k *Keys) Sign(purpose, text string) string {
	return base64.RawURLEncoding.EncodeToString(k.sum(purpose, text))
}

// MACKey derives a signing key for a purpose, for packages that sign on their own.
func (k *Keys) MACKey(purpose string) []byte {
	h := hmac.New(sha256.New, k.mac)
	h.Write([]byte("key\x00" + purpose))
	return h.Sum(nil)
}

func (k *Keys) sum(purpose, text string) []byte {
	h := hmac.New(sha256.New, k.mac)
	h.Write([]byte(purpose + "\x00" + text))
	return h.Sum(nil)[:16]
}
