package store

import (
	"context"
	"database/sql"
	sqldriver "database/sql/driver"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"

	"entgo.io/ent/dialect"
	"github.com/go-sql-driver/mysql"
	_ "modernc.org/sqlite" // the embedded engine, in pure Go
)

// openSQLite opens one writing connection, since SQLite has one writer and many would only wait for each other, and several that read.
func openSQLite(path string) (*Store, error) {
	base := "file:" + (&url.URL{Path: path}).EscapedPath() + "?_pragma=busy_timeout(10000)&_pragma=journal_mode(WAL)&_pragma=foreign_keys(1)&_pragma=synchronous(FULL)"
	write := sqlitePool(base+"&_txlock=immediate", 1)
	if err := write.Ping(); err != nil { // creates the file, so that readers find it in WAL mode
		return nil, fmt.Errorf("open %s: %w", path, errors.Join(err, write.Close()))
	}
	return &Store{engine: dialect.SQLite, write: write, read: sqlitePool(base+"&_pragma=query_only(1)", readers())}, nil
}

func sqlitePool(dsn string, connections int) *sql.DB {
	pool := sql.OpenDB(preparing{driver: embedded, dsn: dsn})
	pool.SetMaxOpenConns(connections)
	pool.SetMaxIdleConns(connections)
	return pool
}

// embedded is the driver as its package registers it.
var embedded = func() sqldriver.Driver {
	pool, err := sql.Open("sqlite", ":memory:") // opens no connection
	if err != nil {
		panic("store: the SQLite driver is not registered: " + err.Error())
	}
	defer pool.Close()
	return pool.Driver()
}()

// sessionSetup is run on every new MySQL connection. READ COMMITTED takes no gap locks; strict mode refuses what does not fit.
var sessionSetup = []string{
	`SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED`,
	`SET sql_mode = 'STRICT_ALL_TABLES,NO_ZERO_DATE,NO_ZERO_IN_DATE,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION', ` +
		`innodb_lock_wait_timeout = 3, time_zone = '+00:00'`,
}

// MySQLConfig reads a mysql:// URL.
func MySQLConfig(raw string) (*mysql.Config, error) {
	u, err := url.Parse(raw)
	if err != nil {
		return nil, errors.New("database URL: not a URL") // the parser's error would show the password
	}
	if u.Host == "" || strings.Trim(u.Path, "/") == "" {
		return nil, errors.New("database URL: want mysql://USER:PASSWORD@HOST:PORT/NAME")
	}
	cfg := mysql.NewConfig()
	cfg.Net, cfg.Addr, cfg.DBName = "tcp", u.Host, strings.Trim(u.Path, "/")
	if u.Port() == "" {
		cfg.Addr = u.Hostname() + ":3306"
	}
	cfg.User = u.User.Username()
	cfg.Passwd, _ = u.User.Password()
	cfg.ParseTime, cfg.Loc = true, time.UTC
	cfg.ClientFoundRows = true // an UPDATE counts the rows it found, so that 0 always means lost
	cfg.InterpolateParams = true
	cfg.Collation = "utf8mb4_bin"
	cfg.Timeout, cfg.ReadTimeout, cfg.WriteTimeout = 5*time.Second, 30*time.Second, 30*time.Second
	if tls := u.Query().Get("tls"); tls != "" {
		cfg.TLSConfig = tls
	}
	return cfg, nil
}

func openMySQL(raw string) (*Store, error) {
	cfg, err := MySQLConfig(raw)
	if err != nil {
		return nil, err
	}
	connector, err := mysql.NewConnector(cfg)
	if err != nil {
		return nil, fmt.Errorf("database URL: %w", err)
	}
	pool := sql.OpenDB(setUp{connector})
	pool.SetMaxOpenConns(64)
	pool.SetMaxIdleConns(32)
	pool.SetConnMaxLifetime(10 * time.Minute)
	return &Store{engine: dialect.MySQL, write: pool, read: pool}, nil
}

// setUp runs sessionSetup once per connection; in the DSN it would be a statement per variable, and isolation per transaction one more round trip.
type setUp struct{ sqldriver.Connector }

func (c setUp) Connect(ctx context.Context) (sqldriver.Conn, error) {
	conn, err := c.Connector.Connect(ctx)
	if err != nil {
		return nil, err
	}
	for _, statement := range sessionSetup {
		if _, err := conn.(sqldriver.ExecerContext).ExecContext(ctx, statement, nil); err != nil {
			return nil, errors.Join(fmt.Errorf("set up the session: %w", err), conn.Close())
		}
	}
	return conn, nil
}

// CreateDatabase makes the database that a mysql:// URL names when it does not exist; on SQLite it does nothing.
func CreateDatabase(ctx context.Context, raw string) error {
	if !strings.HasPrefix(raw, "mysql:") {
		return nil
	}
	cfg, err := MySQLConfig(raw)
	if err != nil {
		return err
	}
	name := cfg.DBName
	cfg.DBName = ""
	connector, err := mysql.NewConnector(cfg)
	if err != nil {
		return fmt.Errorf("database URL: %w", err)
	}
	pool := sql.OpenDB(connector)
	defer pool.Close()
	_, err = pool.ExecContext(ctx, "CREATE DATABASE IF NOT EXISTS `"+strings.ReplaceAll(name, "`", "``")+"` CHARACTER SET utf8mb4 COLLATE utf8mb4_bin")
	if err != nil {
		return fmt.Errorf("create database %s: %w", name, err)
	}
	return nil
}
