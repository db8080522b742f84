// Package arch holds no code: its test lists who imports whom, and fails on an arrow that the architecture does not have.
package arch
