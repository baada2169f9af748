// Package machine says what this machine is and what state it is in. It reads
// files of the kernel and CPUID, computes nothing and measures no power.
//
// Root is a parameter everywhere: it stands for "/" so that tests show it trees
// of other machines.
package machine

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
)

// Info is a machine as it stands. Empty strings and zeros are unknown.
type Info struct {
	ID          string // 16 hex digits: hash of the product UUID, else of /etc/machine-id
	Model       string // CPU, sockets, memory and cards in one line; never the host's name
	Slug        string // short form for run ids: "zen4-2c"
	CPU         CPU
	MemoryBytes int64
	OS, Arch    string
	Kernel      string
	Hypervisor  bool              // CPUID's hypervisor flag as the kernel shows it
	Settings    map[string]string // governor, smt, boost, thp, … as the kernel writes them
	Firmware    map[string]string
	Cards       []string
}

// CPU is the processor as the kernel and CPUID show it. Its fields are those of
// results.CPU, so that one converts to the other.
type CPU struct {
	Vendor, Model, March string
	Family, ModelID      int
	Stepping, Sockets    int
	Cores, Threads       int // usable by this process; cores are physical
	ISA                  []string
	L1DBytes, L2Bytes    int
	L3Bytes              int
	Microcode            string
}

// Describe reads the machine whose files lie under root ("" = "/").
func Describe(root string) Info {
	if root == "" {
		root = "/"
	}
	m := Info{OS: runtime.GOOS, Arch: runtime.GOARCH, Settings: settings(root), Firmware: firmware(root)}
	m.CPU = describeCPU(root)
	m.MemoryBytes = memoryBytes(root)
	m.Kernel = firstLine(root, "proc/sys/kernel/osrelease")
	m.Hypervisor = hypervisor(root)
	m.Cards = cards(root)
	m.ID = identity(root)
	m.Model = modelLine(m)
	m.Slug = slug(m.CPU)
	return m
}

// identity hashes the first stable identifier found, so that neither a host name
// nor a serial number is stored. A tree of a test that has none falls back to the
// machine it runs on.
func identity(root string) string {
	for _, r := range []string{root, "/"} {
		for _, f := range []string{"sys/class/dmi/id/product_uuid", "etc/machine-id", "var/lib/dbus/machine-id"} {
			if s := firstLine(r, f); s != "" {
				return hash(s)
			}
		}
	}
	if s := platformUUID(); s != "" {
		return hash(s)
	}
	host, _ := os.Hostname()
	return hash("host:" + host)
}

func hash(s string) string {
	sum := sha256.Sum256([]byte("joulemark machine " + s))
	return hex.EncodeToString(sum[:8])
}

func modelLine(m Info) string {
	parts := []string{m.CPU.Model}
	if m.CPU.March != "" && !strings.Contains(m.CPU.Model, m.CPU.March) {
		parts[0] += " (" + m.CPU.March + ")"
	}
	if m.CPU.Sockets > 1 {
		parts[0] = fmt.Sprintf("%d x %s", m.CPU.Sockets, parts[0])
	}
	parts = append(parts, fmt.Sprintf("%d cores", m.CPU.Cores))
	if m.MemoryBytes > 0 {
		parts = append(parts, fmt.Sprintf("%.0f GiB", float64(m.MemoryBytes)/(1<<30)))
	}
	return strings.Join(append(parts, m.Cards...), ", ")
}

func slug(c CPU) string {
	name := c.March
	if name == "" {
		name = c.Model
	}
	var b strings.Builder
	for _, r := range strings.ToLower(name) {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' {
			b.WriteRune(r)
		}
	}
	s := b.String()
	if len(s) > 24 {
		s = s[:24]
	}
	if s == "" {
		s = runtime.GOARCH
	}
	return fmt.Sprintf("%s-%dc", s, c.Cores)
}

// firstLine is the first line of a small file under root, or "".
func firstLine(root, name string) string {
	b, err := os.ReadFile(filepath.Join(root, name))
	if err != nil {
		return ""
	}
	line, _, _ := strings.Cut(string(b), "\n")
	return strings.TrimSpace(line)
}
