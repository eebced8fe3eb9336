; The rules of a household, in the vocabulary of the ALFWorld games: whoever
; can play those can play these. Names of predicates, actions and parameters are
; those of the published games because grammars and programs refer to them.
;
; An agent stands at a location, from where it reaches the receptacles there. It
; carries one thing at a time. Nothing is ever full, and nothing is undone: what
; was cleaned or switched on stays so.

(define (domain alfred)
  (:requirements :adl :typing :action-costs)

  ; A location is a place to stand. rtype and otype are the classes of
  ; receptacles and objects: FridgeType, AppleType.
  (:types agent location receptacle object rtype otype)

  (:predicates
    ; who stands, lies or is carried where
    (atLocation ?a - agent ?l - location)
    (receptacleAtLocation ?r - receptacle ?l - location)
    (objectAtLocation ?o - object ?l - location)
    (inReceptacle ?o - object ?r - receptacle)
    (inReceptacleObject ?innerObject - object ?outerObject - object)
    (holds ?a - agent ?o - object)
    (holdsAny ?a - agent)

    ; what kind of thing it is and what can be done with it
    (objectType ?o - object ?t - otype)
    (receptacleType ?r - receptacle ?t - rtype)
    (canContain ?rt - rtype ?ot - otype)
    (openable ?r - receptacle)
    (pickupable ?o - object)
    (cleanable ?o - object)
    (heatable ?o - object)
    (coolable ?o - object)
    (sliceable ?o - object)
    (toggleable ?o - object)
    (isReceptacleObject ?o - object)

    ; what has been done with it
    (opened ?r - receptacle)
    (isClean ?o - object)
    (isHot ?o - object)
    (isCool ?o - object)
    (isSliced ?o - object)
    (isOn ?o - object)
    (isToggled ?o - object)

    ; marks the subject of an action that changes nothing else, because an
    ; action without an effect is dropped by planners
    (checked ?r - receptacle))

  (:functions (total-cost) - number)

  ; ---- moving about ----

  ; Receptacles at the location where the agent stands cannot be gone to: the
  ; action would change nothing.
  (:action GotoLocation
    :parameters (?a - agent ?lStart - location ?lEnd - location ?r - receptacle)
    :precondition (and (atLocation ?a ?lStart) (receptacleAtLocation ?r ?lEnd))
    :effect (and
      (atLocation ?a ?lEnd)
      (not (atLocation ?a ?lStart))
      (increase (total-cost) 1)))

  (:action OpenObject
    :parameters (?a - agent ?l - location ?r - receptacle)
    :precondition (and
      (atLocation ?a ?l)
      (receptacleAtLocation ?r ?l)
      (openable ?r)
      (not (opened ?r)))
    :effect (and (opened ?r) (checked ?r) (increase (total-cost) 1)))

  (:action CloseObject
    :parameters (?a - agent ?l - location ?r - receptacle)
    :precondition (and
      (atLocation ?a ?l)
      (receptacleAtLocation ?r ?l)
      (openable ?r)
      (opened ?r))
    :effect (and (not (opened ?r)) (increase (total-cost) 1)))

  ; ---- carrying things ----

  ; An object that is in two receptacles, such as a mug in a coffee machine that
  ; stands on a counter, leaves only the one that it is taken from. What is
  ; inside it stays behind.
  (:action PickupObject
    :parameters (?a - agent ?l - location ?o - object ?r - receptacle)
    :precondition (and
      (atLocation ?a ?l)
      (receptacleAtLocation ?r ?l)
      (inReceptacle ?o ?r)
      (or (opened ?r) (not (openable ?r)))
      (pickupable ?o)
      (not (holdsAny ?a)))
    :effect (and
      (holds ?a ?o)
      (holdsAny ?a)
      (not (inReceptacle ?o ?r))
      (not (objectAtLocation ?o ?l))
      (increase (total-cost) 1)))

  (:action PutObject
    :parameters (?a - agent ?l - location ?o - object ?r - receptacle ?ot - otype ?rt - rtype)
    :precondition (and
      (holds ?a ?o)
      (atLocation ?a ?l)
      (receptacleAtLocation ?r ?l)
      (or (opened ?r) (not (openable ?r)))
      (receptacleType ?r ?rt)
      (objectType ?o ?ot)
      (canContain ?rt ?ot))
    :effect (and
      (inReceptacle ?o ?r)
      (objectAtLocation ?o ?l)
      (not (holds ?a ?o))
      (not (holdsAny ?a))
      (increase (total-cost) 1)))

  ; ---- changing things ----

  ; The three need the thing in hand, and the appliance may be closed.
  (:action CleanObject
    :parameters (?a - agent ?l - location ?r - receptacle ?o - object)
    :precondition (and
      (holds ?a ?o)
      (cleanable ?o)
      (atLocation ?a ?l)
      (receptacleAtLocation ?r ?l)
      (receptacleType ?r SinkBasinType))
    :effect (and (isClean ?o) (increase (total-cost) 5)))

  (:action HeatObject
    :parameters (?a - agent ?l - location ?r - receptacle ?o - object)
    :precondition (and
      (holds ?a ?o)
      (heatable ?o)
      (atLocation ?a ?l)
      (receptacleAtLocation ?r ?l)
      (receptacleType ?r MicrowaveType))
    :effect (and (isHot ?o) (not (isCool ?o)) (increase (total-cost) 5)))

  (:action CoolObject
    :parameters (?a - agent ?l - location ?r - receptacle ?o - object)
    :precondition (and
      (holds ?a ?o)
      (coolable ?o)
      (atLocation ?a ?l)
      (receptacleAtLocation ?r ?l)
      (receptacleType ?r FridgeType))
    :effect (and (isCool ?o) (not (isHot ?o)) (increase (total-cost) 5)))

  ; The sliced thing may be anywhere here, even in a closed receptacle.
  (:action SliceObject
    :parameters (?a - agent ?l - location ?co - object ?ko - object)
    :precondition (and
      (holds ?a ?ko)
      (or (objectType ?ko KnifeType) (objectType ?ko ButterKnifeType))
      (sliceable ?co)
      (atLocation ?a ?l)
      (objectAtLocation ?co ?l))
    :effect (and (isSliced ?co) (increase (total-cost) 5)))

  ; isToggled says that it was ever used, isOn whether it is lit.
  (:action ToggleObject
    :parameters (?a - agent ?l - location ?o - object ?r - receptacle)
    :precondition (and
      (toggleable ?o)
      (inReceptacle ?o ?r)
      (atLocation ?a ?l)
      (receptacleAtLocation ?r ?l))
    :effect (and
      (isToggled ?o)
      (when (not (isOn ?o)) (isOn ?o))
      (when (isOn ?o) (not (isOn ?o)))
      (increase (total-cost) 5)))

  ; ---- looking ----

  (:action look
    :parameters (?a - agent ?l - location)
    :precondition (and (atLocation ?a ?l))
    :effect (and (checked ?l)))

  (:action examineReceptacle
    :parameters (?a - agent ?r - receptacle)
    :precondition (and
      (exists (?l - location) (and (atLocation ?a ?l) (receptacleAtLocation ?r ?l))))
    :effect (and (checked ?r)))

  ; Only what the agent holds can be examined. The published domain would also
  ; allow what lies open before it, but for a comma after a type, "location,",
  ; which makes the condition one about a type that has no members. So these
  ; games, which are to be like those, have no such condition at all.
  (:action examineObject
    :parameters (?a - agent ?o - object)
    :precondition (and (holds ?a ?o))
    :effect (and (checked ?o)))

  (:action inventory
    :parameters (?a - agent)
    :precondition ()
    :effect (and (checked ?a)))

  (:action help
    :parameters (?a - agent)
    :precondition ()
    :effect (and (checked ?a))))
