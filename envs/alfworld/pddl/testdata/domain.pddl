; A small household of our own: rooms, shelves, boxes, a lamp.
(define (domain household)
  (:requirements :adl :typing :action-costs)
  (:types agent place thing - object
          shelf box - furniture
          furniture kind)
  (:constants Me - agent)
  (:predicates
    (at ?a - agent ?p - place)          ; where somebody is
    (stands ?f - furniture ?p - place)
    (holds ?t - thing ?f - furniture)   ; what lies in or on a piece of furniture
    (carries ?a - agent ?t - thing)
    (busy ?a - agent)
    (open ?b - box)
    (isKind ?t - thing ?k - kind)
    (lit ?t - thing)
    (dusty ?f - furniture))
  (:functions (total-cost) - number (distance ?from ?to))

  (:action Walk
    :parameters (?a - agent ?from ?to - place)
    :precondition (and (at ?a ?from) (not (= ?from ?to)))
    :effect (and (not (at ?a ?from)) (at ?a ?to) (increase (total-cost) (distance ?from ?to))))

  (:action Take
    :parameters (?a - agent ?p - place ?t - thing ?f - furniture)
    :precondition (and (at ?a ?p) (stands ?f ?p) (holds ?t ?f) (not (busy ?a))
                       (or (not (exists (?b - box) (= ?b ?f))) (open ?f)))
    :effect (and (carries ?a ?t) (busy ?a) (not (holds ?t ?f))))

  (:action Put
    :parameters (?a - agent ?p - place ?t - thing ?f - furniture)
    :precondition (and (at ?a ?p) (stands ?f ?p) (carries ?a ?t))
    :effect (and (not (carries ?a ?t)) (not (busy ?a)) (holds ?t ?f)))

  (:action Switch
    :parameters (?a - agent ?t - thing)
    :precondition (and (carries ?a ?t) (isKind ?t LampKind))
    :effect (and (when (lit ?t) (not (lit ?t)))
                 (when (not (lit ?t)) (lit ?t))))

  (:action Dust
    :parameters (?p - place)
    :precondition (forall (?f - furniture) (imply (stands ?f ?p) (exists (?t - thing) (holds ?t ?f))))
    :effect (forall (?f - furniture) (when (stands ?f ?p) (not (dusty ?f)))))

  (:action Wait
    :parameters ()
    :precondition ()
    :effect ())
)
