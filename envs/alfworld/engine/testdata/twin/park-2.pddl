(define (problem other_park)
  (:domain park)
  (:objects
    Bert_bar_1 - gardener
    Path_bar_1 Path_bar_2 Path_bar_3 - place
    Fern_bar_1 Fern_bar_2 - plant
    Lily_bar_1 - flower
    Elm_bar_1 Elm_bar_2 - tree
    Can_bar_1 - can
    Shears_bar_1 Shears_bar_2 - shears)
  (:init
    (raining)
    (at Bert_bar_1 Hut_bar_0)
    (next Hut_bar_0 Path_bar_1) (next Path_bar_2 Path_bar_1) (next Path_bar_2 Path_bar_3) (next Path_bar_3 Hut_bar_0)
    (at Fern_bar_1 Path_bar_1) (at Fern_bar_2 Path_bar_1) (at Lily_bar_1 Path_bar_3) (at Elm_bar_1 Path_bar_3) (at Elm_bar_2 Hut_bar_0)
    (at Can_bar_1 Path_bar_2) (at Shears_bar_1 Path_bar_1) (at Shears_bar_2 Hut_bar_0)
    (dry Fern_bar_1) (dry Elm_bar_1) (dry Lily_bar_1) (bloom Fern_bar_2)
    (tidy Path_bar_2))
  (:goal (or (and (tidy Hut_bar_0) (tidy Path_bar_1) (not (tidy Path_bar_2)))
             (exists (?x ?y - tree) (and (cut ?x) (cut ?y) (not (= ?x ?y)))))))
