package deadline

import "time"

// OnlyWoken makes the runner look when it is woken only, so that a test finds out when it is not.
func (r *Runner) OnlyWoken() { r.idle = 24 * time.Hour }
