package x

import (
	"strconv"
	"time"
)

// X's ids are milliseconds since snowflakeEpoch, shifted by 22 bits, and a counter.
const (
	snowflakeEpoch = 1288834974657
	snowflakeShift = 22
)

// idNumber reads an id; ids order as numbers, not as texts. 0 is no id.
func idNumber(id string) uint64 {
	n, err := strconv.ParseUint(id, 10, 63)
	if err != nil {
		return 0
	}
	return n
}

func idText(n uint64) string { return strconv.FormatUint(n, 10) }

// idAt is the smallest id of a moment.
func idAt(t time.Time) uint64 {
	return uint64(max(t.UnixMilli()-snowflakeEpoch, 0)) << snowflakeShift
}

// idTime is the moment an id was made for.
func idTime(n uint64) time.Time {
	return time.UnixMilli(int64(n>>snowflakeShift) + snowflakeEpoch).UTC()
}

// before is the id that lies d before n, never below 1.
func before(n uint64, d time.Duration) uint64 {
	if back := uint64(d.Milliseconds()) << snowflakeShift; n > back {
		return n - back
	}
	return 1
}
