package store

import (
	sqldriver "database/sql/driver"
	"errors"
	"io"
	"math/rand/v2"
	"net"
	"time"

	"github.com/go-sql-driver/mysql"
	"modernc.org/sqlite"
)

// What each engine calls "run the whole transaction again".
var retryable = map[uint16]bool{
	1213: true, 1205: true, 1020: true, 3572: true, // MySQL, MariaDB: deadlock, lock wait, changed since read, NOWAIT
	8002: true, 8005: true, 8022: true, 8028: true, 9007: true, // TiDB: write conflicts, schema changed
}

// SQLite's primary result codes, and the two extended ones for a unique key.
const (
	sqliteBusy       = 5
	sqliteLocked     = 6
	sqlitePrimaryKey = 1555
	sqliteUnique     = 2067
)

const maxTries = 8

func mayRetry(err error) bool {
	var my *mysql.MySQLError
	if errors.As(err, &my) {
		return retryable[my.Number]
	}
	var lite *sqlite.Error
	if errors.As(err, &lite) {
		primary := lite.Code() & 0xff // BUSY_SNAPSHOT and the like are extended codes of BUSY
		return primary == sqliteBusy || primary == sqliteLocked
	}
	return false
}

// IsDuplicate reports whether err is a violated unique key.
func IsDuplicate(err error) bool {
	var my *mysql.MySQLError
	if errors.As(err, &my) {
		return my.Number == 1062
	}
	var lite *sqlite.Error
	return errors.As(err, &lite) && (lite.Code() == sqliteUnique || lite.Code() == sqlitePrimaryKey)
}

// connectionLost reports whether the server may or may not have heard the last statement.
func connectionLost(err error) bool {
	var network net.Error
	return errors.Is(err, sqldriver.ErrBadConn) || errors.Is(err, mysql.ErrInvalidConn) || errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) ||
		errors.As(err, &network)
}

// pause is full jitter: anything up to 5 ms doubled per try, at most 200 ms.
func pause(try int) time.Duration {
	ceiling := min(5*time.Millisecond<<try, 200*time.Millisecond)
	return time.Duration(rand.Int64N(int64(ceiling)) + 1)
}
