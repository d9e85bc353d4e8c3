package secret

import (
	"encoding/binary"
	"errors"
	"fmt"
	"os"

	"github.com/tink-crypto/tink-go/v2/aead"
	"github.com/tink-crypto/tink-go/v2/keyset"
)

// current is the ring of now: the file is read again when it was exchanged. A file that
// cannot be read does not end a running program, whose ring still opens everything.
func (k *Keys) current() (*ring, error) {
	if k.path == "" {
		return k.now.Load(), nil
	}
	f, err := os.Stat(k.path)
	if err != nil {
		return k.now.Load(), nil
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if f.ModTime().Equal(k.read) {
		return k.now.Load(), nil
	}
	b, err := os.ReadFile(k.path)
	if err != nil {
		return nil, fmt.Errorf("secret key: %w", err)
	}
	r, err := parse(b)
	if err != nil {
		return nil, err
	}
	k.now.Store(r)
	k.read = f.ModTime()
	return r, nil
}

// Rotate adds a new key, with which everything is sealed from now on. What older keys
// sealed still opens until Drop.
func (k *Keys) Rotate() error {
	return k.change(func(m *keyset.Manager, _ *keyset.Handle) error {
		id, err := m.Add(aead.AES256GCMKeyTemplate())
		if err != nil {
			return err
		}
		return m.SetPrimary(id)
	})
}

// Drop removes every key but the newest: what they sealed opens nowhere any more.
func (k *Keys) Drop() error {
	return k.change(func(m *keyset.Manager, h *keyset.Handle) error {
		for _, old := range h.KeysetInfo().GetKeyInfo() {
			if old.GetKeyId() == h.KeysetInfo().GetPrimaryKeyId() {
				continue
			}
			if err := m.Delete(old.GetKeyId()); err != nil {
				return err
			}
		}
		return nil
	})
}

// Count is how many keys there are, the newest included.
func (k *Keys) Count() (int, error) {
	r, err := k.current()
	if err != nil {
		return 0, err
	}
	return r.handle.Len(), nil
}

// Newest says whether the newest key sealed it. What was sealed begins with the id of its key.
func (k *Keys) Newest(sealed []byte) (bool, error) {
	r, err := k.current()
	if err != nil || len(sealed) < 5 {
		return false, err
	}
	return binary.BigEndian.Uint32(sealed[1:5]) == r.handle.KeysetInfo().GetPrimaryKeyId(), nil
}

// change exchanges the file for one with other keys; only one process does so at a time.
func (k *Keys) change(do func(*keyset.Manager, *keyset.Handle) error) (err error) {
	if k.path == "" {
		return errors.New("these keys are kept in no file")
	}
	lock := k.path + ".changing"
	f, err := os.OpenFile(lock, os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return fmt.Errorf("the key is being changed by another process; when none runs, remove %s: %w", lock, err)
	}
	defer func() { err = errors.Join(err, f.Close(), os.Remove(lock)) }()
	r, err := k.current()
	if err != nil {
		return err
	}
	m := keyset.NewManagerFromHandle(r.handle)
	if err := do(m, r.handle); err != nil {
		return fmt.Errorf("change secret key: %w", err)
	}
	handle, err := m.Handle()
	if err != nil {
		return fmt.Errorf("change secret key: %w", err)
	}
	b, err := marshal(handle, r.mac)
	if err != nil {
		return err
	}
	tmp, err := written(k.path, b)
	if err != nil {
		return fmt.Errorf("change secret key: %w", err)
	}
	return os.Rename(tmp, k.path)
}
