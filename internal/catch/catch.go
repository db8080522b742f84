// Package catch makes a panic the failure of what panicked, where nobody further up would: in a goroutine of our own, or beside others' work.
package catch

import (
	"fmt"
	"runtime/debug"
)

// Panic calls do and returns its error. A panic of it is an error, too, which names its value and its stack.
func Panic(do func() error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v\n%s", p, debug.Stack())
		}
	}()
	return do()
}
