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
	"sync"
	"sync/atomic"
	"time"

	"github.com/tink-crypto/tink-go/v2/aead"
	"github.com/tink-crypto/tink-go/v2/insecurecleartextkeyset"
	"github.com/tink-crypto/tink-go/v2/keyset"
	"github.com/tink-crypto/tink-go/v2/tink"
)

// Keys seals, opens and signs. When the key in its file is rotated, a running program
// goes on with the new one.
type Keys struct {
	path string // empty: kept nowhere
	mu   sync.Mutex
	read time.Time // of the file that now was read from
	now  atomic.Pointer[ring]
}

// ring is the keys of one moment.
type ring struct {
	handle *keyset.Handle
	aead   tink.AEAD
	mac    []byte
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
		b, err = create(path)
	}
	if err != nil {
		return nil, fmt.Errorf("secret key: %w", err)
	}
	r, err := parse(b)
	if err != nil {
		return nil, err
	}
	k := &Keys{path: path}
	k.now.Store(r)
	return k, nil
}

// New makes keys that are kept nowhere, for tests and the demo.
func New() (*Keys, error) {
	b, err := generate()
	if err != nil {
		return nil, err
	}
	r, err := parse(b)
	if err != nil {
		return nil, err
	}
	k := &Keys{}
	k.now.Store(r)
	return k, nil
}

func create(path string) ([]byte, error) {
	b, err := generate()
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, err
	}
	// Linked into place, so that two processes that start together keep one key.
	tmp, err := written(path, b)
	if err != nil {
		return nil, err
	}
	defer os.Remove(tmp)
	if err := os.Link(tmp, path); err != nil && !errors.Is(err, fs.ErrExist) {
		return nil, err
	}
	return os.ReadFile(path)
}

// written puts b into a new file beside path, readable by the owner only.
func written(path string, b []byte) (name string, err error) {
	tmp, err := os.CreateTemp(filepath.Dir(path), ".key-*")
	if err != nil {
		return "", err
	}
	_, err = tmp.Write(b)
	return tmp.Name(), errors.Join(err, tmp.Sync(), tmp.Close())
}

func generate() ([]byte, error) {
	handle, err := keyset.NewHandle(aead.AES256GCMKeyTemplate())
	if err != nil {
		return nil, fmt.Errorf("make secret key: %w", err)
	}
	mac := make([]byte, 32)
	rand.Read(mac)
	return marshal(handle, mac)
}

func marshal(handle *keyset.Handle, mac []byte) ([]byte, error) {
	var set bytes.Buffer
	if err := insecurecleartextkeyset.Write(handle, keyset.NewJSONWriter(&set)); err != nil {
		return nil, fmt.Errorf("write secret key: %w", err)
	}
	return json.MarshalIndent(keyFile{AEAD: set.Bytes(), MAC: mac}, "", "  ")
}

func parse(b []byte) (*ring, error) {
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
	return &ring{handle: handle, aead: a, mac: f.MAC}, nil
}

// Seal encrypts plain; what names the thing it belongs to, and only there it opens again.
func (k *Keys) Seal(plain []byte, what string) ([]byte, error) {
	r, err := k.current()
	if err != nil {
		return nil, err
	}
	return r.aead.Encrypt(plain, []byte(what))
}

// Open decrypts what Seal made for the same thing.
func (k *Keys) Open(sealed []byte, what string) ([]byte, error) {
	r, err := k.current()
	if err != nil {
		return nil, err
	}
	return r.aead.Decrypt(sealed, []byte(what))
}

// Sign is a keyed hash of the text for a purpose, 128 bits, in letters fit for addresses.
func (k *Keys) Sign(purpose, text string) string {
	return base64.RawURLEncoding.EncodeToString(k.sum(purpose, text))
}

// MACKey derives a signing key for a purpose, for packages that sign on their own.
func (k *Keys) MACKey(purpose string) []byte {
	h := hmac.New(sha256.New, k.now.Load().mac)
	h.Write([]byte("key\x00" + purpose))
	return h.Sum(nil)
}

func (k *Keys) sum(purpose, text string) []byte {
	h := hmac.New(sha256.New, k.now.Load().mac)
	h.Write([]byte(purpose + "\x00" + text))
	return h.Sum(nil)[:16]
}
