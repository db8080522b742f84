package store

import (
	"container/list"
	"context"
	sqldriver "database/sql/driver"
	"errors"
)

// A shop runs the same few hundred statements over and over, and SQLite would compile each of them anew: a quarter of an order's time. So every connection
// keeps the statements that it has compiled. MySQL's driver sends statements with their values in one round trip and needs none of this.

// keptStatements bounds what one connection keeps; the least recently used goes first.
const keptStatements = 300

// preparing is a Connector whose connections keep compiled statements.
type preparing struct {
	driver sqldriver.Driver
	dsn    string
}

// Connect implements driver.Connector.
func (p preparing) Connect(context.Context) (sqldriver.Conn, error) {
	conn, err := p.driver.Open(p.dsn)
	if err != nil {
		return nil, err
	}
	inner, ok := conn.(sqliteConn)
	if !ok {
		return nil, errors.Join(errors.New("store: the SQLite driver lacks a method"), conn.Close())
	}
	return &preparedConn{sqliteConn: inner, kept: map[string]*list.Element{}, byUse: list.New()}, nil
}

// Driver implements driver.Connector.
func (p preparing) Driver() sqldriver.Driver { return p.driver }

// sqliteConn is what the driver's connections can do and database/sql asks for.
type sqliteConn interface {
	sqldriver.Conn
	sqldriver.ConnBeginTx
	sqldriver.ConnPrepareContext
	sqldriver.Pinger
	sqldriver.SessionResetter
	sqldriver.Validator
}

// preparedConn is used by one goroutine at a time, as database/sql promises; rows that are still open may be closed while other statements run.
type preparedConn struct {
	sqliteConn
	kept  map[string]*list.Element
	byUse *list.List // of *statement, the last used in front
}

type statement struct {
	text     string
	compiled sqliteStmt
}

type sqliteStmt interface {
	sqldriver.Stmt
	sqldriver.StmtExecContext
	sqldriver.StmtQueryContext
}

// take hands out the compiled statement, which is nobody else's until it is put back: a statement that is being read must not run again meanwhile.
func (c *preparedConn) take(ctx context.Context, text string) (*statement, error) {
	if found, ok := c.kept[text]; ok {
		delete(c.kept, text)
		return c.byUse.Remove(found).(*statement), nil
	}
	made, err := c.PrepareContext(ctx, text)
	if err != nil {
		return nil, err
	}
	compiled, ok := made.(sqliteStmt)
	if !ok {
		return nil, errors.Join(errors.New("store: the SQLite driver's statements lack a method"), made.Close())
	}
	return &statement{text: text, compiled: compiled}, nil
}

// put keeps a statement for the next time. One of the same text may have been kept meanwhile; then there is one too many.
func (c *preparedConn) put(s *statement) error {
	if _, ok := c.kept[s.text]; ok {
		return s.compiled.Close()
	}
	c.kept[s.text] = c.byUse.PushFront(s)
	if c.byUse.Len() <= keptStatements {
		return nil
	}
	oldest := c.byUse.Remove(c.byUse.Back()).(*statement)
	delete(c.kept, oldest.text)
	return oldest.compiled.Close()
}

// ExecContext implements driver.ExecerContext.
func (c *preparedConn) ExecContext(ctx context.Context, text string, args []sqldriver.NamedValue) (sqldriver.Result, error) {
	s, err := c.take(ctx, text)
	if err != nil {
		return nil, err
	}
	result, err := s.compiled.ExecContext(ctx, args)
	if err != nil { // it may be in any state
		return nil, errors.Join(err, s.compiled.Close())
	}
	return result, c.put(s)
}

// QueryContext implements driver.QueryerContext. The statement is put back when its rows are closed.
func (c *preparedConn) QueryContext(ctx context.Context, text string, args []sqldriver.NamedValue) (sqldriver.Rows, error) {
	s, err := c.take(ctx, text)
	if err != nil {
		return nil, err
	}
	rows, err := s.compiled.QueryContext(ctx, args)
	if err != nil {
		return nil, errors.Join(err, s.compiled.Close())
	}
	return &preparedRows{Rows: rows, conn: c, statement: s}, nil
}

// Close implements sqldriver.Conn.
func (c *preparedConn) Close() error {
	var all []error
	for e := c.byUse.Front(); e != nil; e = e.Next() {
		all = append(all, e.Value.(*statement).compiled.Close())
	}
	c.byUse.Init()
	clear(c.kept)
	return errors.Join(append(all, c.sqliteConn.Close())...)
}

type preparedRows struct {
	sqldriver.Rows
	conn      *preparedConn
	statement *statement
	closed    bool
}

// Close implements sqldriver.Rows.
func (r *preparedRows) Close() error {
	if r.closed {
		return nil
	}
	r.closed = true
	if err := r.Rows.Close(); err != nil {
		return errors.Join(err, r.statement.compiled.Close())
	}
	return r.conn.put(r.statement)
}

// ColumnTypeDatabaseTypeName implements sqldriver.RowsColumnTypeDatabaseTypeName, by which times are known.
func (r *preparedRows) ColumnTypeDatabaseTypeName(i int) string {
	if named, ok := r.Rows.(sqldriver.RowsColumnTypeDatabaseTypeName); ok {
		return named.ColumnTypeDatabaseTypeName(i)
	}
	return ""
}
