; A park, to try what the household files do not use: types below types, a
; constant, predicates without arguments, effects for all and under conditions,
; conditions with exists in exists, or, imply and forall.
(define (domain park)
  (:requirements :adl :typing :action-costs)
  (:types
    gardener place thing - object
    plant tool well - thing
    flower tree - plant
    can shears - tool)
  (:constants Hut_bar_0 - place)
  (:predicates
    (at ?x - object ?p - place)
    (next ?a ?b - place)
    (fence ?a ?b - place)
    (holding ?g - gardener ?t - tool)
    (busy ?g - gardener)
    (filled ?c - can)
    (dry ?x - plant)
    (wet ?x - plant)
    (bloom ?x - plant)
    (cut ?x - plant)
    (tidy ?p - place)
    (smelled ?x - plant)
    (raining)
    (tired ?g - gardener)
    (touched ?x - thing))
  (:functions (total-cost) - number)

  (:action Look
    :parameters (?g - gardener ?p - place)
    :precondition (at ?g ?p)
    :effect (touched ?g))

  (:action Walk
    :parameters (?g - gardener ?from ?to - place)
    :precondition (and (at ?g ?from)
                       (or (next ?from ?to) (next ?to ?from))
                       (not (= ?from ?to))
                       (not (or (fence ?from ?to) (fence ?to ?from))))
    :effect (and (not (at ?g ?from)) (at ?g ?to) (increase (total-cost) 2)))

  (:action Stay ; changes nothing, so nobody can do it
    :parameters (?g - gardener ?p - place)
    :precondition (at ?g ?p)
    :effect (and (not (at ?g ?p)) (at ?g ?p)))

  (:action Pick
    :parameters (?g - gardener ?p - place ?t - tool)
    :precondition (and (at ?g ?p) (at ?t ?p) (not (busy ?g)))
    :effect (and (holding ?g ?t) (busy ?g) (not (at ?t ?p))))

  (:action Drop
    :parameters (?g - gardener ?p - place ?t - tool)
    :precondition (and (at ?g ?p) (holding ?g ?t))
    :effect (and (not (holding ?g ?t)) (not (busy ?g)) (at ?t ?p)))

  (:action Fill
    :parameters (?g - gardener ?p - place ?c - can)
    :precondition (and (at ?g ?p) (holding ?g ?c) (not (filled ?c))
                       (or (raining) (exists (?w - well) (at ?w ?p))))
    :effect (filled ?c))

  (:action Spill ; a can that is empty already can be spilled
    :parameters (?g - gardener ?c - can)
    :precondition (holding ?g ?c)
    :effect (not (filled ?c)))

  (:action Water
    :parameters (?g - gardener ?p - place ?c - can)
    :precondition (and (at ?g ?p) (holding ?g ?c) (filled ?c))
    :effect (and (not (filled ?c))
                 (forall (?x - plant)
                   (when (and (at ?x ?p) (dry ?x)) (and (not (dry ?x)) (wet ?x))))))

  (:action Wait
    :parameters (?g - gardener)
    :precondition ()
    :effect (and (when (raining) (not (raining)))
                 (when (not (raining)) (raining))
                 (forall (?x - plant)
                   (and (when (and (wet ?x) (not (cut ?x))) (and (bloom ?x) (not (wet ?x))))
                        (when (raining) (and (wet ?x) (not (dry ?x))))
                        (when (and (bloom ?x) (not (raining))) (not (bloom ?x)))))))

  (:action Snip
    :parameters (?g - gardener ?p - place ?s - shears ?x - plant)
    :precondition (and (at ?g ?p) (at ?x ?p) (holding ?g ?s)
                       (or (bloom ?x) (and (not (dry ?x)) (exists (?t - tree) (= ?t ?x)))))
    :effect (and (cut ?x) (not (bloom ?x))))

  (:action Smell
    :parameters (?g - gardener ?x - plant)
    :precondition (exists (?p - place)
                    (and (at ?g ?p) (at ?x ?p)
                         (exists (?y - plant)
                           (and (at ?y ?p) (not (= ?x ?y))
                                (imply (bloom ?y) (bloom ?x))))))
    :effect (and (smelled ?x) (touched ?x)))

  (:action Rake
    :parameters (?g - gardener ?p - place)
    :precondition (and (at ?g ?p) (forall (?x - plant) (imply (at ?x ?p) (not (dry ?x)))))
    :effect (tidy ?p))

  (:action Rest
    :parameters (?g - gardener)
    :precondition (and (at ?g Hut_bar_0) (not (busy ?g)))
    :effect (and (not (tired ?g)) (tired ?g)
                 (forall (?p - place) (when (tidy ?p) (not (tidy ?p))))))
)
