package cblas

import (
	"fmt"
	"slices"
	"strings"
)

// describeBLIS reads what BLIS, or AMD's AOCL-BLIS, says of itself.
func describeBLIS(l *Library) error {
	var initialise func()
	var version func() string
	var bits func() int64 // gint_t
	// bli_arch_query_id ends the process where BLIS_ARCH_TYPE is set and nothing has
	// initialised the library (bli_arch.c, 0.9.0).
	if ask(l, "bli_init", &initialise) {
		initialise()
	}
	if ask(l, "bli_info_get_blas_int_type_size", &bits) && bits() != 32 {
		return l.wide()
	}
	ask(l, "bli_info_get_version_str", &version)
	l.Name, l.Version = nameBLIS(version())
	ask(l, "bli_thread_get_num_threads", &l.threads)
	l.Chooser = "BLIS_ARCH_TYPE"
	describeArch(l)
	return nil
}

// nameBLIS tells BLIS ("0.9.0") from AOCL ("AOCL-BLIS 4.2.1 Build 20240316").
func nameBLIS(version string) (name, number string) {
	if rest, ok := strings.CutPrefix(version, "AOCL-BLIS "); ok {
		number, _, _ := strings.Cut(rest, " ")
		return "AOCL-BLIS", number
	}
	return "BLIS", version
}

func describeArch(l *Library) {
	var id func() int32
	var name func(int32) string
	if !ask(l, "bli_arch_query_id", &id) || !ask(l, "bli_arch_string", &name) {
		return
	}
	arch := name(id())
	l.Kernel = "arch " + arch
	l.compare(arch, remedy(l.Chooser, numberFor(machineISA(), archNames(name))))
}

// archNames lists the names of BLIS's architectures by their number, which differs
// between versions. "generic" is the last in all of them (arch_t in
// bli_type_defs.h), and past it there is nothing to ask for.
func archNames(name func(int32) string) (names []string) {
	const most = 100 // more than any version has
	for i := int32(0); i < most && !slices.Contains(names, "generic"); i++ {
		names = append(names, name(i))
	}
	return names
}

// archsFor are architectures that every processor with these instructions runs.
var archsFor = map[isa]string{avx2: "haswell", avx512: "skx"}

// numberFor is the value of BLIS_ARCH_TYPE for a processor, with its meaning.
func numberFor(machine isa, names []string) string {
	number := slices.Index(names, archsFor[machine])
	if number < 0 {
		return ""
	}
	return fmt.Sprintf("%d (%s)", number, names[number])
}
