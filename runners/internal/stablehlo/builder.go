package stablehlo

import (
	"fmt"
	"strconv"
	"strings"

	"joulemark/workloads"
)

// A value is an SSA value: its name with the %, its shape and its element type.
type value struct {
	name    string
	shape   []int
	element string
}

func (v value) typ() string { return tensorType(v.shape, v.element) }

// tensorType is the MLIR type: tensor<2x3xf32>, tensor<f32> for a scalar.
func tensorType(shape []int, element string) string {
	var b strings.Builder
	b.WriteString("tensor<")
	for _, n := range shape {
		b.WriteString(strconv.Itoa(n))
		b.WriteByte('x')
	}
	b.WriteString(element)
	b.WriteByte('>')
	return b.String()
}

// list is 0, 1, 2 as attributes write it.
func list(numbers []int) string {
	text := make([]string, len(numbers))
	for i, n := range numbers {
		text[i] = strconv.Itoa(n)
	}
	return strings.Join(text, ", ")
}

// A builder collects the operations of @main.
type builder struct {
	body strings.Builder
	next int // number of the next value
}

// emit adds `%n = stablehlo.<operation>` and returns %n. The operation's text ends
// with its type.
func (b *builder) emit(shape []int, element, format string, args ...any) value {
	v := value{"%" + strconv.Itoa(b.next), shape, element}
	b.next++
	fmt.Fprintf(&b.body, "    %s = stablehlo.%s\n", v.name, fmt.Sprintf(format, args...))
	return v
}

// arguments are the operands of a workload as parameters of @main, by name.
func arguments(tensors []workloads.Tensor) map[string]value {
	args := make(map[string]value, len(tensors))
	for _, t := range tensors {
		args[t.Name] = value{"%" + t.Name, t.Shape, elements[t.Type]}
	}
	return args
}

// module is the text of a whole program: the arguments, those that result 1, 2…
// overwrite marked so, the collected operations, the results.
func (b *builder) module(tensors []workloads.Tensor, donated []int, results ...value) string {
	parameters := make([]string, len(tensors))
	for i, t := range tensors {
		parameters[i] = fmt.Sprintf("%%%s: %s", t.Name, tensorType(t.Shape, elements[t.Type]))
	}
	for i, position := range donated {
		parameters[position] += fmt.Sprintf(" {tf.aliasing_output = %d : i32}", i+1)
	}
	names, types := make([]string, len(results)), make([]string, len(results))
	for i, r := range results {
		names[i], types[i] = r.name, r.typ()
	}
	return fmt.Sprintf("module @joulemark {\n  func.func public @main(%s) -> (%s) {\n%s    return %s : %s\n  }\n}\n",
		strings.Join(parameters, ", "), strings.Join(types, ", "), b.body.String(), strings.Join(names, ", "), strings.Join(types, ", "))
}
