(define (problem small_park)
  (:domain park)
  (:objects
    Anna_bar_1 - gardener
    Bed_bar_1 Bed_bar_2 Lawn_bar_1 - place
    Rose_bar_1 Rose_bar_2 Tulip_bar_1 - flower
    Oak_bar_1 - tree
    Can_bar_1 Can_bar_2 - can
    Shears_bar_1 - shears
    Well_bar_1 - well)
  (:init
    (= (total-cost) 0)
    (at Anna_bar_1 Lawn_bar_1)
    (next Hut_bar_0 Lawn_bar_1) (next Lawn_bar_1 Bed_bar_1) (next Lawn_bar_1 Bed_bar_2) (next Bed_bar_1 Bed_bar_2)
    (fence Bed_bar_2 Bed_bar_1)
    (at Rose_bar_1 Bed_bar_1) (at Rose_bar_2 Bed_bar_2) (at Tulip_bar_1 Bed_bar_1) (at Oak_bar_1 Lawn_bar_1)
    (at Can_bar_1 Hut_bar_0) (at Can_bar_2 Bed_bar_2) (at Shears_bar_1 Hut_bar_0) (at Well_bar_1 Lawn_bar_1)
    (dry Rose_bar_1) (dry Rose_bar_2) (dry Oak_bar_1)
    (filled Can_bar_2))
  (:goal (and (exists (?x - flower) (and (cut ?x) (smelled ?x)))
              (forall (?x - plant) (or (not (dry ?x)) (cut ?x)))
              (not (raining)))))
