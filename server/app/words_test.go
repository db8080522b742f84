package app_test

import (
	"reflect"
	"strconv"
	"testing"
)

func itoa(i int) string { return strconv.Itoa(i) }

func wantEqual(t testing.TB, got, want any) {
	t.Helper()
	if !reflect.DeepEqual(got, want) {
		t.Fatalf("got %v, want %v", got, want)
	}
}
