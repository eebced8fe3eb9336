package alfworld
import ("testing";"syscall";"math/rand/v2";"context";"stepgym/envs";"fmt";"os")
func cpu() float64 { var r syscall.Rusage; syscall.Getrusage(syscall.RUSAGE_SELF,&r); return float64(r.Utime.Nano()+r.Stime.Nano()) }
func TestCPUStep(t *testing.T){
 data:=os.Getenv("ALF_DATA"); if data=="" {t.Skip()}
 c:=DefaultConfig(); c.Data=data; if os.Getenv("ALF_FRIENDLY")!="" {c.Compat=false;c.Friendly=true}
 if os.Getenv("ALF_VERL")!="" {c.Help=false}
 env,err:=OpenConfig(t.Context(),c); if err!=nil{t.Fatal(err)}
 var tasks []envs.Task
 for tk,err:=range env.Tasks("valid_seen"){ if err!=nil{t.Fatal(err)}; env.Reset(t.Context(),tk,0); tasks=append(tasks,tk)}
 for _,n:=range []int{8,len(tasks)} {
 rng:=rand.New(rand.NewPCG(1,2)); ctx:=context.Background()
 var ep envs.Episode
 run:=func(N int){ for range N { if ep==nil { ep,_=env.Reset(ctx,tasks[rng.IntN(n)],1)}
  l:=ep.Observation().Admissible; r,err:=ep.Step(ctx,l[rng.IntN(len(l))].Action); if err!=nil{t.Fatal(err)}; if r.Done(){ep=nil}}}
 run(200000); a:=cpu(); N:=1000000; run(N); fmt.Printf("%d tasks: %.0f CPU ns/step\n",n,(cpu()-a)/float64(N))
 a=cpu(); N=200000; for i:=range N { e,_:=env.Reset(ctx,tasks[i%n],1); e.Observation()}; fmt.Printf("reset %.0f CPU ns\n",(cpu()-a)/float64(N))
 }
}
