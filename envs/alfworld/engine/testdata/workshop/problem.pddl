(define (problem saturday)
  (:domain workshop)
  (:objects
    joe - person
    spot_bar_1 spot_bar_2 spot_bar_3 - spot
    bench_bar_a bench_bar_b - bench
    chest_bar_a chest_bar_b - chest
    saw_bar_a saw_bar_b - tool
    plank_bar_a - thing
    blue_bar_a - shade)
  (:init
    (at joe spot_bar_1)
    (stands bench_bar_a spot_bar_2) (stands bench_bar_b spot_bar_3)
    (stands chest_bar_a spot_bar_2) (stands chest_bar_b spot_bar_3)
    (lockable chest_bar_a) (lockable chest_bar_b) (open chest_bar_b)
    (on saw_bar_a chest_bar_a) (on saw_bar_b bench_bar_b) (on plank_bar_a bench_bar_b)
    (fits saw_bar_a bench_bar_a) (fits saw_bar_a chest_bar_a) (fits saw_bar_b bench_bar_a)
    (fits plank_bar_a bench_bar_a) (fits plank_bar_a chest_bar_b)
    (blunt saw_bar_a) (sharp saw_bar_b) (whet bench_bar_b)
    (pot bench_bar_b redpaint) (pot bench_bar_b blue_bar_a) (bell bench_bar_a))
  (:goal (and (rung)
    (forall (?t - tool) (sharp ?t))
    (exists (?t - thing ?b - bench) (and (painted ?t blue_bar_a) (on ?t ?b) (not (lockable ?b)))))))
