package portable

import "joulemark/workloads"

// A byteTable gives the values of a float format of one byte, by pattern.
type byteTable [256]float32

var (
	e4m3 = newByteTable(workloads.FP8E4M3)
	e5m2 = newByteTable(workloads.FP8E5M2)
)

func newByteTable(d workloads.DType) *byteTable {
	t := new(byteTable)
	for bits := range t {
		t[bits] = float32(workloads.FromBits(d, uint32(bits)))
	}
	return t
}

// FP8 is a row-major matrix of patterns of one byte.
type FP8 struct {
	Data   []byte
	Stride int
	values *byteTable
}

// Row expands, exactly.
func (m *FP8) Row(i, lo, hi int, buf []float32) []float32 {
	row := m.Data[i*m.Stride+lo : i*m.Stride+hi]
	buf = buf[:len(row)]
	for j, bits := range row {
		buf[j] = m.values[bits]
	}
	return buf
}

// rows is an empty matrix of the format, and where its patterns go.
func (t *byteTable) rows(stride int) (Rows[float32], *[]byte) {
	m := &FP8{Stride: stride, values: t}
	return m, &m.Data
}

// Int8 is a row-major matrix of signed bytes.
type Int8 struct {
	Data   []int8
	Stride int
}

// Row expands, exactly.
func (m *Int8) Row(i, lo, hi int, buf []float64) []float64 {
	row := m.Data[i*m.Stride+lo : i*m.Stride+hi]
	buf = buf[:len(row)]
	for j, v := range row {
		buf[j] = float64(v)
	}
	return buf
}

func int8Rows(stride int) (Rows[float64], *[]int8) {
	m := &Int8{Stride: stride}
	return m, &m.Data
}

// Int4 is a row-major matrix of weights -7…7, one a byte, with a bf16 scale for
// each column of a group of rows.
type Int4 struct {
	Data   []int8
	Scales []uint16
	Stride int
}

// Row multiplies by the scales, which 11 bits hold exactly.
func (m *Int4) Row(i, lo, hi int, buf []float32) []float32 {
	row := m.Data[i*m.Stride+lo : i*m.Stride+hi]
	group := i / workloads.Int4Group
	scales := m.Scales[group*m.Stride+lo : group*m.Stride+hi]
	buf = buf[:len(row)]
	for j, v := range row {
		buf[j] = float32(v) * workloads.BF16Float(scales[j])
	}
	return buf
}
