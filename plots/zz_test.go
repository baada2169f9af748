package plots
import ("testing";"os";"math/rand/v2";"fmt";"joulemark/results")
func TestZZ(t *testing.T) {
	random := rand.New(rand.NewPCG(50, 6))
	n:=0
	for range 3 {
		runs := []*results.Run{oddRun(t, random, "20261123T101500Z-a-0001"), oddRun(t, random, "20261124T101500Z-b-0002")}
		for _, d := range []func([]*results.Run) ([]*Page, error){drawEfficiency, drawSize} {
			pages, _ := d(runs)
			for _, g := range pages { f,_ := os.Create(fmt.Sprintf("/tmp/odd-%02d.png", n)); g.WritePNG(f, 2); f.Close(); n++ }
		}
	}
	dir:="/tmp/savefig"
	var rows []fixtureRow
	for k,r := range []string{"cpu","onednn","blas","opencl"} {
		for i, m := range []string{"fp64","fp32","bf16","fp16","int8"} { for j, s := range []int{256,512,1024,2048,4096} {
			rows = append(rows, fixtureRow{runner: r, workload: fmt.Sprintf("matmul/%s/m=%d/n=%d/k=%d", m, s,s,s), speed: 300*float64(i+1)/float64(k+1)*float64(j+2), power: 200, energy: raplEnergy})
		}}
	}
	run := fixture{model:"AMD EPYC 9575F, 2 sockets, 768 GiB", run:"20261123T101500Z-epyc-b001", trials:6, rows: rows}.build(t)
	fmt.Println(Save([]*results.Run{run}, nil, nil, dir))
	os.MkdirAll(dir+"/p",0o755)
	fmt.Println(Save([]*results.Run{twoPackages(t)}, nil, nil, dir+"/p"))
}
