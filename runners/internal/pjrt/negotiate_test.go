package pjrt

import (
	"encoding/binary"
	"math"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// offer is the head of a sound table of that minor and number of slots.
func offer(minor int32, slots uintptr) tableHead {
	return tableHead{Size: headBytes + slots*slotBytes, VersionSize: versionBytes, Minor: minor}
}

func everySlot(int) uintptr { return 1 }

func TestNegotiation(t *testing.T) {
	without := func(slot int) func(int) uintptr {
		return func(i int) uintptr {
			if i == slot {
				return 0
			}
			return 1
		}
	}
	for _, c := range []struct {
		name string
		head tableHead
		slot func(int) uintptr
		want string // in the error; "" = agreed
	}{
		{"oldest known", offer(oldestMinor, 93), everySlot, ""},
		{"newest known", offer(newestMinor, 140), everySlot, ""},
		{"future", offer(math.MaxInt32, 900), everySlot, ""},
		{"too old", offer(oldestMinor-1, 93), everySlot, "speaks PJRT 0.45 and this program 0.46 or later: update the plugin"},
		{"negative", offer(-7, 93), everySlot, "0.-7"},
		{"another major", tableHead{Size: offer(0, 93).Size, VersionSize: 24, Major: 1, Minor: 4}, everySlot, "speaks PJRT 1.4 and this program 0.46 and later 0.x: take a newer release"},
		{"table too short", offer(80, 40), everySlot, "(PJRT 0.80, 40 functions) lacks PJRT_Executable_Destroy: update the plugin"},
		{"no table", tableHead{}, everySlot, "a table of 0 bytes"},
		{"a table without end", tableHead{Size: math.MaxUint64, VersionSize: 24, Minor: 80}, everySlot, "none of PJRT"},
		{"no version", tableHead{Size: offer(0, 93).Size, Minor: 80}, everySlot, "a version of 0"},
		{"a function is missing", offer(80, 93), without(functions[loadedExecutableExecute].slot), "lacks PJRT_LoadedExecutable_Execute"},
		{"one that can be done without", offer(80, 93), without(functions[deviceMemoryStats].slot), ""},
	} {
		table, err := negotiate(c.head, c.slot)
		if c.want == "" {
			require.NoError(t, err, c.name)
			require.NotZero(t, table.addresses[clientCreate], c.name)
			continue
		}
		require.ErrorContains(t, err, c.want, c.name)
	}
	_, err := negotiateAt(0)
	require.ErrorContains(t, err, "gives no table: ")
}

// The slot of the memory statistics was another function's before 0.57.
func TestFunctionsOfOtherMinorsAreNotCalled(t *testing.T) {
	for minor, want := range map[int32]bool{56: false, 57: true, 200: true} {
		table, err := negotiate(offer(minor, 110), everySlot)
		require.NoError(t, err)
		require.Equal(t, want, table.addresses[executableMemoryStats] != 0, minor)
	}
	table, err := negotiate(offer(80, 96), everySlot)
	require.NoError(t, err)
	require.Zero(t, table.addresses[executableMemoryStats], "beyond the table's end")
}

// Whatever a plugin offers, the answer is an agreement within its table or one
// sentence with a remedy.
func FuzzNegotiate(f *testing.F) {
	f.Add(uint64(headBytes+93*slotBytes), uint64(24), int32(0), int32(81), []byte{1})
	f.Add(uint64(headBytes+93*slotBytes), uint64(24), int32(0), int32(81), []byte{1, 0, 1})
	f.Add(uint64(0), uint64(0), int32(-1), int32(-1), []byte{})
	f.Add(uint64(math.MaxUint64), uint64(math.MaxUint64), int32(0), int32(math.MaxInt32), []byte{255})
	f.Fuzz(func(t *testing.T, size, versionSize uint64, major, minor int32, slots []byte) {
		h := tableHead{Size: uintptr(size), VersionSize: uintptr(versionSize), Major: major, Minor: minor}
		agreed, err := negotiate(h, func(i int) uintptr {
			if headBytes+uintptr(i+1)*slotBytes > h.Size {
				t.Fatalf("slot %d of a table of %d bytes was read", i, size)
			}
			if len(slots) == 0 {
				return 0
			}
			return uintptr(slots[i%len(slots)])
		})
		if err != nil {
			text := err.Error()
			require.Contains(t, text, ": ")
			require.False(t, strings.ContainsAny(text, "\n") || strings.HasSuffix(text, "."), text)
			return
		}
		require.True(t, major == 0 && minor >= oldestMinor)
		for i, bytes := range agreed.sizes {
			require.GreaterOrEqual(t, bytes, uintptr(structures[i].sizes[0].bytes))
		}
	})
}

// The bytes of a table in memory are read at the right places.
func TestNegotiationReadsMemory(t *testing.T) {
	memory := make([]byte, headBytes+97*slotBytes)
	binary.LittleEndian.PutUint64(memory, uint64(len(memory)))
	binary.LittleEndian.PutUint64(memory[16:], 24)
	binary.LittleEndian.PutUint32(memory[36:], 81)
	for i := range 97 {
		binary.LittleEndian.PutUint64(memory[40+8*i:], uint64(1000+i))
	}
	table, err := negotiateAt(address(&memory[0]))
	require.NoError(t, err)
	require.Equal(t, []uintptr{1000, 1010, 1055, 1096}, []uintptr{table.addresses[errorDestroy], table.addresses[clientCreate], table.addresses[loadedExecutableExecute], table.addresses[executableMemoryStats]})
	require.Equal(t, 81, table.minor)
}
