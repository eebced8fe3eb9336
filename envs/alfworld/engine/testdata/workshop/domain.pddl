; A workshop: someone walks between benches, opens chests, carries one thing,
; paints and sharpens things, and rings a bell that shuts every chest.
(define (domain workshop)
  (:requirements :adl :typing)
  (:types person spot bench thing shade - object
          chest - bench
          tool - thing)
  (:constants redpaint - shade)
  (:predicates
    (at ?p - person ?s - spot) (stands ?b - bench ?s - spot)
    (lockable ?b - bench) (open ?b - bench)
    (on ?t - thing ?b - bench) (fits ?t - thing ?b - bench)
    (carries ?p - person ?t - thing) (busy ?p - person)
    (blunt ?t - thing) (sharp ?t - thing) (whet ?b - bench)
    (painted ?t - thing ?c - shade) (pot ?b - bench ?c - shade)
    (bell ?b - bench) (rung) (seen ?b - bench))

  (:action walk
    :parameters (?p - person ?from - spot ?to - spot ?b - bench)
    :precondition (and (at ?p ?from) (stands ?b ?to))
    :effect (and (not (at ?p ?from)) (at ?p ?to) (seen ?b)))
  (:action view
    :parameters (?p - person ?b - bench)
    :precondition (exists (?s - spot) (and (at ?p ?s) (stands ?b ?s)))
    :effect (seen ?b))
  (:action unlock
    :parameters (?p - person ?s - spot ?b - bench)
    :precondition (and (at ?p ?s) (stands ?b ?s) (lockable ?b) (not (open ?b)))
    :effect (open ?b))
  (:action grab
    :parameters (?p - person ?s - spot ?t - thing ?b - bench)
    :precondition (and (at ?p ?s) (stands ?b ?s) (on ?t ?b) (not (busy ?p))
                       (imply (lockable ?b) (open ?b)))
    :effect (and (not (on ?t ?b)) (carries ?p ?t) (busy ?p)))
  (:action drop
    :parameters (?p - person ?s - spot ?t - thing ?b - bench)
    :precondition (and (carries ?p ?t) (at ?p ?s) (stands ?b ?s) (fits ?t ?b)
                       (or (not (lockable ?b)) (open ?b)))
    :effect (and (on ?t ?b) (not (carries ?p ?t)) (not (busy ?p))))
  (:action hone
    :parameters (?p - person ?s - spot ?t - tool ?b - bench)
    :precondition (and (carries ?p ?t) (at ?p ?s) (stands ?b ?s) (whet ?b))
    :effect (and (when (blunt ?t) (and (not (blunt ?t)) (sharp ?t)))
                 (when (sharp ?t) (and (not (sharp ?t)) (blunt ?t)))))
  (:action paint
    :parameters (?p - person ?s - spot ?t - thing ?b - bench ?c - shade)
    :precondition (and (carries ?p ?t) (at ?p ?s) (stands ?b ?s) (pot ?b ?c)
                       (not (painted ?t ?c)))
    :effect (and (forall (?x - shade) (not (painted ?t ?x))) (painted ?t ?c)))
  (:action ring
    :parameters (?p - person ?s - spot ?b - bench)
    :precondition (and (at ?p ?s) (stands ?b ?s) (bell ?b)
                       (forall (?o - thing) (not (carries ?p ?o))))
    :effect (and (rung) (forall (?x - chest) (not (open ?x))))))
